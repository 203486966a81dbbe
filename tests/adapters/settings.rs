//! What a tenant set up, and uploads that belong to nobody, on both backends.

use domain::{DestinationId, Language, Plan, Role, Tracker, TrackerId};
use store::{RefusedUpload, StoreError};
use testkit::{NOW, event_bus, tenant};

use crate::backend::Backend;
use crate::on_both_backends;

on_both_backends!(
    a_profile_comes_back_as_it_was_saved_last,
    an_unknown_tenant_is_not_found,
    more_than_a_page_of_trackers_comes_back_whole_and_in_order,
    destinations_are_replaced_by_id,
    a_refused_upload_is_noted_once_however_often_it_comes,
);

async fn a_profile_comes_back_as_it_was_saved_last(backend: Backend) {
    let mut tenant = tenant("changes its plan");
    let its = backend.store.tenant(&tenant.id);
    its.save_profile(&tenant).await.unwrap();
    (tenant.plan, tenant.language, tenant.name) = (Plan::Premium, None, "株式会社 会話".into());
    its.save_profile(&tenant).await.unwrap();
    assert_eq!(its.profile().await.unwrap(), tenant);
}

async fn an_unknown_tenant_is_not_found(backend: Backend) {
    let nobody = tenant("nobody");
    let profile = backend.store.tenant(&nobody.id).profile().await;
    assert!(matches!(profile, Err(StoreError::NotFound { .. })));
}

/// Bytes of one page of a DynamoDB query (service limit).
const PAGE_BYTES: usize = 1024 * 1024;

fn large_tracker(number: usize) -> Tracker {
    Tracker {
        id: TrackerId::derived(&[&number.to_string()]),
        name: format!("tracker {number}"),
        phrases: vec!["値引き".repeat(3_000)],
        said_by: Some(Role::Agent),
    }
}

async fn more_than_a_page_of_trackers_comes_back_whole_and_in_order(backend: Backend) {
    let its = backend.store.tenant(&tenant("many trackers").id);
    let mut saved: Vec<Tracker> = (0..50).map(large_tracker).collect();
    let bytes: usize = saved.iter().map(|tracker| tracker.phrases[0].len()).sum();
    assert!(bytes > PAGE_BYTES, "{bytes}");
    for tracker in &saved {
        its.save_tracker(tracker).await.unwrap();
    }
    saved.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(its.trackers().await.unwrap(), saved);
}

async fn destinations_are_replaced_by_id(backend: Backend) {
    let its = backend.store.tenant(&tenant("moves its bus").id);
    let account = "444455556666".parse().unwrap();
    for arn in ["arn:old", "arn:new"] {
        its.save_destination(&event_bus("the bus", &account, arn)).await.unwrap();
    }
    let found = its.destinations().await.unwrap();
    assert_eq!(found, [event_bus("the bus", &account, "arn:new")]);
    assert_eq!(*found[0].id(), DestinationId::derived(&["444455556666", "the bus"]));
}

async fn a_refused_upload_is_noted_once_however_often_it_comes(backend: Backend) {
    let key = format!("nobody/{}/{}", std::process::id(), Language::Ja.code());
    let refused =
        RefusedUpload { object_key: key.clone(), reason: "no such tenant".into(), at: NOW };
    for _ in 0..3 {
        backend.store.refuse_upload(&refused).await.unwrap();
    }
    let all = backend.store.refused_uploads().await.unwrap();
    let noted: Vec<_> = all.iter().filter(|upload| upload.object_key == key).collect();
    assert_eq!(noted, [&refused]);
}

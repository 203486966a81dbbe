//! A call's life in the store, on both backends.

use domain::call::PublicFailure;
use domain::{
    AudioDuration, Call, CallId, CallStatus, DeliveryStatus, Happening, Language, Registration,
    Tenant, TenantId,
};
use store::{Store, StoreError, TenantStore};
use testkit::{NOW, event_bus, recording, tenant, usage};

use crate::backend::Backend;
use crate::on_both_backends;

on_both_backends!(
    five_deliveries_of_one_recording_at_once_make_one_call,
    parts_that_arrive_at_once_are_all_kept,
    another_file_in_a_taken_place_is_a_conflict,
    publishing_twice_bills_and_tells_once,
    a_published_call_cannot_fail_any_more,
    a_failed_call_is_not_billed_and_cannot_be_published,
    publishing_and_failing_at_once_have_one_winner,
    an_unknown_call_is_not_found,
    tenants_never_see_each_others_calls,
);

/// A tenant of its own for each test, with one destination.
async fn company(store: &Store, name: &str) -> (Tenant, TenantStore) {
    let tenant = tenant(name);
    let its = store.tenant(&tenant.id);
    its.save_profile(&tenant).await.unwrap();
    let bus = event_bus(
        name,
        &"444455556666".parse().unwrap(),
        "arn:aws:events:eu-central-1:444455556666:event-bus/x",
    );
    its.save_destination(&bus).await.unwrap();
    (tenant, its)
}

fn call_of(name: &str) -> CallId {
    CallId::derived(&["adapters", name])
}

async fn accepted(its: &TenantStore, tenant: &TenantId, call: &CallId) {
    let outcome = its.register(call, 1, &recording(tenant, call, 1), NOW).await.unwrap();
    assert_eq!(outcome, Registration::Complete);
}

fn completed() -> Happening {
    Happening::CallCompleted {
        duration: AudioDuration::from_ms(20_000),
        language: Some(Language::En),
    }
}

fn failure() -> PublicFailure {
    PublicFailure { name: "NotFound".into(), reason: "Recording 1 is gone.".into() }
}

async fn five_deliveries_of_one_recording_at_once_make_one_call(backend: Backend) {
    let (tenant, its) = company(&backend.store, "five at once").await;
    let call = call_of("five at once");
    let arrivals: Vec<_> = (0..5)
        .map(|_| {
            let (its, call, file) = (its.clone(), call.clone(), recording(&tenant.id, &call, 1));
            tokio::spawn(async move { its.register(&call, 1, &file, NOW).await })
        })
        .collect();
    for arrival in arrivals {
        assert_eq!(arrival.await.unwrap().unwrap(), Registration::Complete);
    }
    let stored: Call = its.call(&call).await.unwrap();
    assert_eq!((stored.recordings.len(), stored.status), (1, CallStatus::Accepted));
}

async fn parts_that_arrive_at_once_are_all_kept(backend: Backend) {
    let (tenant, its) = company(&backend.store, "parts at once").await;
    let call = call_of("parts at once");
    let arrivals: Vec<_> = (1..=4)
        .map(|part| {
            let (its, call, file) = (its.clone(), call.clone(), recording(&tenant.id, &call, part));
            tokio::spawn(async move { its.register(&call, 4, &file, NOW).await })
        })
        .collect();
    let mut outcomes = vec![];
    for arrival in arrivals {
        outcomes.push(arrival.await.unwrap().unwrap());
    }
    let complete = outcomes.iter().filter(|outcome| **outcome == Registration::Complete).count();
    assert_eq!(complete, 1, "exactly one arrival starts the machine: {outcomes:?}");
    let parts: Vec<u32> =
        its.call(&call).await.unwrap().recordings.iter().map(|r| r.part).collect();
    assert_eq!(parts, [1, 2, 3, 4]);
}

async fn another_file_in_a_taken_place_is_a_conflict(backend: Backend) {
    let (tenant, its) = company(&backend.store, "taken place").await;
    let call = call_of("taken place");
    let first = recording(&tenant.id, &call, 1);
    assert_eq!(its.register(&call, 2, &first, NOW).await.unwrap(), Registration::Incomplete);
    let mut other = first.clone();
    other.object_key.push_str("-another");
    assert_eq!(its.register(&call, 2, &other, NOW).await.unwrap(), Registration::Conflict);
    assert_eq!(its.call(&call).await.unwrap().recordings, [first]);
}

async fn publishing_twice_bills_and_tells_once(backend: Backend) {
    let (tenant, its) = company(&backend.store, "published twice").await;
    let call = call_of("published twice");
    accepted(&its, &tenant.id, &call).await;
    let usage = usage(&tenant.id, &call);
    let publish = async |()| its.publish(&usage, completed(), NOW).await;
    assert_eq!(testkit::twice(publish, ()).await, CallStatus::Published);
    assert_eq!(its.usage().await.unwrap(), [usage]);
    let deliveries = its.deliveries().await.unwrap();
    assert_eq!(deliveries.len(), 1);
    assert_eq!(deliveries[0].status, DeliveryStatus::Pending);
    assert_eq!(deliveries[0].happening, completed());
}

async fn a_published_call_cannot_fail_any_more(backend: Backend) {
    let (tenant, its) = company(&backend.store, "fails late").await;
    let call = call_of("fails late");
    accepted(&its, &tenant.id, &call).await;
    its.publish(&usage(&tenant.id, &call), completed(), NOW).await.unwrap();
    assert_eq!(its.fail(&call, failure(), NOW).await.unwrap(), CallStatus::Published);
    let stored = its.call(&call).await.unwrap();
    assert_eq!((stored.status, stored.failure), (CallStatus::Published, None));
    assert_eq!(its.deliveries().await.unwrap().len(), 1, "nobody is told of a failure");
}

async fn a_failed_call_is_not_billed_and_cannot_be_published(backend: Backend) {
    let (tenant, its) = company(&backend.store, "fails first").await;
    let call = call_of("fails first");
    accepted(&its, &tenant.id, &call).await;
    assert_eq!(its.fail(&call, failure(), NOW).await.unwrap(), CallStatus::Failed);
    let late = its.publish(&usage(&tenant.id, &call), completed(), NOW).await.unwrap();
    assert_eq!(late, CallStatus::Failed);
    assert_eq!(its.usage().await.unwrap(), []);
    assert_eq!(its.call(&call).await.unwrap().failure, Some(failure()));
    let again = its.register(&call, 1, &recording(&tenant.id, &call, 1), NOW).await.unwrap();
    assert_eq!(again, Registration::Finished);
}

async fn publishing_and_failing_at_once_have_one_winner(backend: Backend) {
    let (tenant, its) = company(&backend.store, "one winner").await;
    let call = call_of("one winner");
    accepted(&its, &tenant.id, &call).await;
    let usage = usage(&tenant.id, &call);
    let (published, failed) =
        tokio::join!(its.publish(&usage, completed(), NOW), its.fail(&call, failure(), NOW));
    for outcome in [published, failed] {
        assert!(matches!(outcome, Ok(_) | Err(StoreError::Conflict)), "{outcome:?}");
    }
    let billed = its.usage().await.unwrap().len();
    let status = its.call(&call).await.unwrap().status;
    assert_eq!(billed == 1, status == CallStatus::Published, "{status:?}, {billed} usage records");
    assert!(status.is_final());
    assert_eq!(its.deliveries().await.unwrap().len(), 1, "told once, of what happened");
}

async fn an_unknown_call_is_not_found(backend: Backend) {
    let (tenant, its) = company(&backend.store, "no such call").await;
    let call = call_of("no such call");
    assert!(matches!(its.call(&call).await, Err(StoreError::NotFound { .. })));
    assert!(matches!(its.fail(&call, failure(), NOW).await, Err(StoreError::NotFound { .. })));
    let published = its.publish(&usage(&tenant.id, &call), completed(), NOW).await;
    assert!(matches!(published, Err(StoreError::NotFound { .. })));
    assert_eq!(its.usage().await.unwrap(), []);
}

async fn tenants_never_see_each_others_calls(backend: Backend) {
    let (one, of_one) = company(&backend.store, "tenant one").await;
    let (_, of_other) = company(&backend.store, "tenant other").await;
    let call = call_of("of tenant one");
    accepted(&of_one, &one.id, &call).await;
    of_one.publish(&usage(&one.id, &call), completed(), NOW).await.unwrap();
    assert!(matches!(of_other.call(&call).await, Err(StoreError::NotFound { .. })));
    assert_eq!(of_other.usage().await.unwrap(), []);
    assert_eq!(of_other.deliveries().await.unwrap(), []);
    let delivery = &of_one.deliveries().await.unwrap()[0];
    assert!(matches!(of_other.open_delivery(&delivery.id).await, Err(StoreError::NotFound { .. })));
}

//! Deliveries in the store, on both backends.

use domain::{CallId, Delivery, DeliveryStatus};
use store::{StoreError, TenantStore};
use testkit::{NOW, event_bus, recording, tenant, usage};

use crate::backend::Backend;
use crate::on_both_backends;

on_both_backends!(
    of_two_who_change_a_delivery_one_has_to_read_again,
    attempts_are_kept_in_order,
    a_delivery_nobody_made_is_not_found,
);

/// A tenant with one delivery, made the way deliveries are made.
async fn with_a_delivery(backend: &Backend, name: &str) -> (TenantStore, Delivery) {
    let (tenant, call) = (tenant(name), CallId::derived(&["deliveries", name]));
    let its = backend.store.tenant(&tenant.id);
    let bus = event_bus(name, &"444455556666".parse().unwrap(), "arn");
    its.save_destination(&bus).await.unwrap();
    its.register(&call, 1, &recording(&tenant.id, &call, 1), NOW).await.unwrap();
    let expected = testkit::delivery(&tenant.id, &call, bus);
    its.publish(&usage(&tenant.id, &call), expected.happening.clone(), NOW).await.unwrap();
    (its, expected)
}

async fn of_two_who_change_a_delivery_one_has_to_read_again(backend: Backend) {
    let (its, delivery) = with_a_delivery(&backend, "two change one delivery").await;
    let mut first = its.open_delivery(&delivery.id).await.unwrap();
    let mut second = its.open_delivery(&delivery.id).await.unwrap();
    assert_eq!(first.delivery, delivery, "as Publish wrote it");
    first.delivery.succeed(NOW);
    second.delivery.fail(NOW, "too late".into());
    its.save_delivery(&first).await.unwrap();
    assert!(matches!(its.save_delivery(&second).await, Err(StoreError::Conflict)));
    let stored = its.open_delivery(&delivery.id).await.unwrap().delivery;
    assert_eq!((stored.status, stored.attempts.len()), (DeliveryStatus::Delivered, 1));
}

async fn attempts_are_kept_in_order(backend: Backend) {
    let (its, delivery) = with_a_delivery(&backend, "attempts in order").await;
    for error in ["first", "second", "third"] {
        let mut open = its.open_delivery(&delivery.id).await.unwrap();
        open.delivery.fail(NOW, error.into());
        its.save_delivery(&open).await.unwrap();
    }
    let stored = its.deliveries().await.unwrap().remove(0);
    let errors: Vec<_> =
        stored.attempts.iter().filter_map(|attempt| attempt.error.as_deref()).collect();
    assert_eq!(errors, ["first", "second", "third"]);
}

async fn a_delivery_nobody_made_is_not_found(backend: Backend) {
    let (its, delivery) = with_a_delivery(&backend, "another delivery").await;
    let other = domain::DeliveryId::derived(&[delivery.id.as_str()]);
    assert!(matches!(its.open_delivery(&other).await, Err(StoreError::NotFound { .. })));
}

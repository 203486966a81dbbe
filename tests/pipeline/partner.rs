//! The second transport: a partner event source that the customer accepted in its own account.

use domain::CallStatus;
use serde_json::Value;
use xtask::local::{CUSTOMER, OPERATOR};

use crate::company::Company;
use crate::customer::Customer;
use kaiwa_tests::sound;

#[tokio::test]
async fn a_partner_source_brings_the_same_event_as_the_bus() {
    let company = Company::sign_up("partner").await;
    let partner = Customer::with_partner_source(&company.stack, &company.id).await;
    company.store.save_destination(&partner.destination).await.unwrap();
    let call = company.call("both", "mixed", sound::wav(&[sound::silence(3.0)])).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);

    let (by_bus, by_partner) = (company.events().await, partner.events().await);
    assert_eq!((by_bus.len(), by_partner.len()), (1, 1), "{by_bus:?} {by_partner:?}");
    let (by_bus, by_partner) = (&by_bus[0], &by_partner[0]);
    assert_eq!(by_partner["detail-type"], "call.completed");
    assert_eq!(by_partner["source"], format!("aws.partner/kaiwa.example/{}", company.id));
    // A partner's event carries the customer's account, a plain cross-account one the sender's.
    assert_eq!((&by_partner["account"], &by_bus["account"]), (&CUSTOMER.into(), &OPERATOR.into()));
    assert_eq!(what_it_says(by_partner), what_it_says(by_bus));
}

#[tokio::test]
async fn a_failure_is_told_through_a_partner_source_too() {
    let company = Company::sign_up("partner failure").await;
    let partner = Customer::with_partner_source(&company.stack, &company.id).await;
    company.store.save_destination(&partner.destination).await.unwrap();
    let call = company.call("text", "mixed", b"this is no sound".to_vec()).await;
    assert_eq!(call.status, CallStatus::Failed);
    let events = partner.events().await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["detail-type"], "call.failed");
}

/// The detail, its id included, but for the links, which are signed anew for every delivery.
fn what_it_says(event: &Value) -> Value {
    let mut detail = event["detail"].clone();
    assert!(detail.as_object_mut().unwrap().remove("links").is_some());
    detail
}

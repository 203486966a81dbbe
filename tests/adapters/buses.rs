//! Events, delayed messages and starts of the machine, on both backends.

use std::collections::BTreeSet;

use bus::{Event, Start};
use contracts::events::{DeliveryDue, EventType};
use contracts::steps::CallRef;
use domain::{CallId, DeliveryId, Destination, TenantId};
use serde_json::json;
use testkit::NOW;

use crate::backend::Backend;
use crate::on_both_backends;

on_both_backends!(
    more_events_than_a_batch_holds_all_arrive_once,
    the_rejected_events_of_a_batch_are_told_by_their_index,
    a_machine_is_started_once_for_a_call,
    two_starts_at_once_make_one_execution,
    a_delayed_message_waits_on_the_queue,
);

fn event(test: &str, number: usize, destination: Destination, refused: bool) -> Event {
    let mut detail = json!({ "eventId": id(test, number) });
    if refused {
        // What the memory backend refuses by.
        detail["reject"] = json!(true);
    }
    Event { destination, event_type: EventType::CallCompleted, occurred_at: NOW, detail }
}

fn id(test: &str, number: usize) -> String {
    DeliveryId::derived(&[test, &number.to_string(), &std::process::id().to_string()]).to_string()
}

async fn more_events_than_a_batch_holds_all_arrive_once(backend: Backend) {
    let test = "a batch and more";
    let events: Vec<_> =
        (0..23).map(|number| event(test, number, backend.open_bus(), false)).collect();
    let outcomes = backend.events.send(&events).await.unwrap();
    assert_eq!(outcomes.len(), 23);
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let expected: BTreeSet<_> = (0..23).map(|number| id(test, number)).collect();
    assert_eq!(backend.arrived(&expected).await, expected);
}

async fn the_rejected_events_of_a_batch_are_told_by_their_index(backend: Backend) {
    let test = "some rejected";
    let refused = [3, 11];
    let events: Vec<_> = (0..14)
        .map(|number| {
            let is_refused = refused.contains(&number);
            let bus = if is_refused { backend.locked_bus() } else { backend.open_bus() };
            event(test, number, bus, is_refused)
        })
        .collect();
    let outcomes = backend.events.send(&events).await.unwrap();
    let found: Vec<usize> = (0..14).filter(|index| outcomes[*index].is_err()).collect();
    assert_eq!(found, refused, "{outcomes:?}");
    let rejection = outcomes[3].as_ref().unwrap_err();
    assert!(!rejection.code.is_empty() && !rejection.message.is_empty(), "{rejection:?}");
    let expected: BTreeSet<_> =
        (0..14).filter(|n| !refused.contains(n)).map(|n| id(test, n)).collect();
    assert_eq!(backend.arrived(&expected).await, expected);
}

fn call(name: &str) -> CallRef {
    CallRef {
        tenant_id: TenantId::derived(&["machine"]),
        call_id: CallId::derived(&["machine", name]),
    }
}

async fn a_machine_is_started_once_for_a_call(backend: Backend) {
    let call = call("once");
    assert_eq!(backend.starts(&call).await, 0);
    assert_eq!(backend.machine.start(&call).await.unwrap(), Start::Started);
    backend.settle().await;
    assert_eq!(
        backend.machine.start(&call).await.unwrap(),
        Start::AlreadyStarted,
        "also when the first execution has ended"
    );
    assert_eq!(backend.starts(&call).await, 1);
}

/// Step Functions answers the second of two equal starts like the first while the execution runs, so the answers
/// may be equal; what counts is that there is one execution.
async fn two_starts_at_once_make_one_execution(backend: Backend) {
    let call = call("at once");
    let (one, two) = tokio::join!(backend.machine.start(&call), backend.machine.start(&call));
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    assert_eq!(backend.starts(&call).await, 1);
}

async fn a_delayed_message_waits_on_the_queue(backend: Backend) {
    let due = DeliveryDue {
        tenant_id: TenantId::derived(&["queue"]),
        delivery_id: DeliveryId::derived(&["queue"]),
        not_before: NOW,
    };
    let before = backend.waiting().await;
    backend.queue.send(&due, 900).await.unwrap();
    backend.queue.send(&due, 1_000_000).await.unwrap();
    assert_eq!(
        backend.waiting().await,
        before + 2,
        "a delay beyond the longest is cut, not refused"
    );
}

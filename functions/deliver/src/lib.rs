//! Deliver: one event to one destination, again and again on its own schedule until it is taken.
//!
//! Owns attempts and their history. New deliveries come from the table's stream, due ones from the delivery
//! queue; both are handled alike. A destination that fails holds up nobody else.

mod batch;
mod config;
mod detail;
mod due;
mod error;

use aws_lambda_events::sqs::SqsBatchResponse;
use bus::{Event, Rejection};
use contracts::events::{DeliveryDue, EventType};
use domain::{Delivery, DeliveryStatus, Happening};
use jiff::{SignedDuration, Timestamp};
use store::OpenDelivery;

pub use batch::Batch;
pub use config::Deps;
pub use error::Error;

/// Attempts every delivery of a batch. What cannot even be attempted is returned to its source alone.
///
/// # Errors
/// Never as a whole; each delivery fails for itself.
pub async fn handle(deps: &Deps, batch: Batch) -> Result<SqsBatchResponse, Error> {
    let mut response = SqsBatchResponse::default();
    for (item, due) in batch.items() {
        let outcome = match due {
            Ok(due) => attempt_when_due(deps, &due).await,
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            tracing::error!(error = %error.chain(), "delivery not attempted; its source brings it back");
            response.batch_item_failures.push(batch::failed(item));
        }
    }
    Ok(response)
}

async fn attempt_when_due(deps: &Deps, due: &DeliveryDue) -> Result<(), Error> {
    let now = deps.clock.now();
    if due.not_before > now {
        return Ok(deps.queue.send(due, due::seconds_until(due.not_before, now)).await?);
    }
    let tenant = deps.store.tenant(&due.tenant_id);
    let mut open = tenant.open_delivery(&due.delivery_id).await?;
    if open.delivery.status != DeliveryStatus::Pending {
        return Ok(());
    }
    let outcome = attempt(deps, &open.delivery, now).await?;
    conclude(deps, due, &mut open, outcome, now).await
}

/// Sends the event. The inner result is the destination's answer, the outer one says we could not even ask.
async fn attempt(
    deps: &Deps,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<Result<(), Rejection>, Error> {
    let event = Event {
        destination: delivery.destination.clone(),
        event_type: event_type(&delivery.happening),
        occurred_at: delivery.occurred_at,
        detail: detail::detail(&deps.results, delivery, now).await?,
    };
    let answers = deps.events.send(&[event]).await?;
    Ok(answers.into_iter().next().unwrap_or(Ok(())))
}

fn event_type(happening: &Happening) -> EventType {
    match happening {
        Happening::CallCompleted { .. } => EventType::CallCompleted,
        Happening::CallFailed { .. } => EventType::CallFailed,
    }
}

/// Notes the attempt and, after a refusal, asks the queue to bring the delivery back.
///
/// The message goes first: a note without a message would lose the event, a message without a note only
/// attempts it once more under the same event id.
async fn conclude(
    deps: &Deps,
    due: &DeliveryDue,
    open: &mut OpenDelivery,
    outcome: Result<(), Rejection>,
    now: Timestamp,
) -> Result<(), Error> {
    match outcome {
        Ok(()) => open.delivery.succeed(now),
        Err(rejection) => {
            tracing::warn!(delivery.id = %due.delivery_id, %rejection, "destination refused");
            if let Some(delay_s) = open.delivery.fail(now, rejection.to_string()) {
                let not_before = now + SignedDuration::from_secs(i64::from(delay_s));
                let next = DeliveryDue { not_before, ..due.clone() };
                deps.queue.send(&next, delay_s).await?;
            }
        }
    }
    Ok(deps.store.tenant(&due.tenant_id).save_delivery(open).await?)
}

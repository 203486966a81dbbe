//! Events to customers' buses and partner event sources.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::primitives::DateTime;
use aws_sdk_eventbridge::types::{
    PutEventsRequestEntry, PutEventsResultEntry, PutPartnerEventsRequestEntry,
    PutPartnerEventsResultEntry,
};
use contracts::events::{EVENT_SOURCE, EventType};
use domain::Destination;
use domain::limits::EVENT_ENTRIES_MAX;
use jiff::Timestamp;
use serde_json::Value;

use crate::error::{BusError, Rejection};

/// Sends of one batch: the first, and repeats for the entries that were rejected.
const ROUNDS_MAX: usize = 3;

/// One event for one destination.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Where to.
    pub destination: Destination,
    /// What kind.
    pub event_type: EventType,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// The detail, as its schema in `events/schemas` says.
    pub detail: Value,
}

/// One answer per event, in the order of the events.
type Outcomes = Vec<Result<(), Rejection>>;

/// The way to customers. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Events {
    /// EventBridge.
    Aws(Client),
    /// Remembers what was sent; rejects events whose detail has a field `reject`.
    Memory(Arc<Mutex<Vec<Event>>>),
}

impl Events {
    /// EventBridge in the account and Region of `config`.
    pub fn aws(config: &aws_config::SdkConfig) -> Self {
        Self::Aws(Client::new(config))
    }

    /// Remembers instead of sending.
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// What the memory backend remembers; empty for the real one.
    pub fn sent(&self) -> Vec<Event> {
        match self {
            Self::Aws(_) => vec![],
            Self::Memory(sent) => sent.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Sends events and answers for each whether it was taken. Entries that the service rejected are sent
    /// again by their index, a few times, before the rejection is returned.
    ///
    /// # Errors
    /// When a call as a whole failed; then any of the events may or may not have arrived.
    pub async fn send(&self, events: &[Event]) -> Result<Outcomes, BusError> {
        let mut outcomes: Outcomes = vec![Ok(()); events.len()];
        let mut open: Vec<usize> = (0..events.len()).collect();
        for _ in 0..ROUNDS_MAX {
            for batch in batches(events, &open) {
                let answers = self.send_batch(events, &batch).await?;
                for (index, answer) in batch.iter().zip(answers) {
                    outcomes[*index] = answer;
                }
            }
            open.retain(|index| outcomes[*index].is_err());
        }
        Ok(outcomes)
    }

    async fn send_batch(&self, events: &[Event], batch: &[usize]) -> Result<Outcomes, BusError> {
        let entries = batch.iter().map(|index| &events[*index]);
        match self {
            Self::Aws(client) if batch.iter().all(|index| is_partner(&events[*index])) => {
                put_partner_events(client, entries).await
            }
            Self::Aws(client) => put_events(client, entries).await,
            Self::Memory(sent) => {
                let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
                Ok(entries.map(|event| remember(&mut sent, event)).collect())
            }
        }
    }
}

fn is_partner(event: &Event) -> bool {
    matches!(event.destination, Destination::PartnerSource { .. })
}

/// Splits open events by transport and by the most entries one call takes.
fn batches(events: &[Event], open: &[usize]) -> Vec<Vec<usize>> {
    let (partner, plain): (Vec<usize>, Vec<usize>) =
        open.iter().partition(|index| is_partner(&events[**index]));
    let of_size = |indexes: Vec<usize>| -> Vec<Vec<usize>> {
        indexes.chunks(EVENT_ENTRIES_MAX).map(<[usize]>::to_vec).collect()
    };
    [of_size(partner), of_size(plain)].concat()
}

fn remember(sent: &mut Vec<Event>, event: &Event) -> Result<(), Rejection> {
    if event.detail.get("reject").is_some() {
        return Err(Rejection { code: "Rejected".into(), message: "as the detail asks".into() });
    }
    sent.push(event.clone());
    Ok(())
}

async fn put_events(
    client: &Client,
    events: impl Iterator<Item = &Event>,
) -> Result<Outcomes, BusError> {
    let mut request = client.put_events();
    for event in events {
        let bus = match &event.destination {
            Destination::EventBus { bus_arn, .. } => bus_arn,
            Destination::PartnerSource { source_name, .. } => source_name,
        };
        let entry = PutEventsRequestEntry::builder()
            .source(EVENT_SOURCE)
            .event_bus_name(bus)
            .detail_type(event.event_type.as_str())
            .time(DateTime::from_secs(event.occurred_at.as_second()))
            .detail(event.detail.to_string());
        request = request.entries(entry.build());
    }
    let answer = request.send().await.map_err(BusError::refused)?;
    Ok(answer.entries.unwrap_or_default().iter().map(outcome).collect())
}

async fn put_partner_events(
    client: &Client,
    events: impl Iterator<Item = &Event>,
) -> Result<Outcomes, BusError> {
    let mut request = client.put_partner_events();
    for event in events {
        let Destination::PartnerSource { source_name, .. } = &event.destination else { continue };
        let entry = PutPartnerEventsRequestEntry::builder()
            .source(source_name)
            .detail_type(event.event_type.as_str())
            .time(DateTime::from_secs(event.occurred_at.as_second()))
            .detail(event.detail.to_string());
        request = request.entries(entry.build());
    }
    let answer = request.send().await.map_err(BusError::refused)?;
    Ok(answer.entries.unwrap_or_default().iter().map(partner_outcome).collect())
}

fn outcome(entry: &PutEventsResultEntry) -> Result<(), Rejection> {
    rejection(entry.error_code(), entry.error_message())
}

fn partner_outcome(entry: &PutPartnerEventsResultEntry) -> Result<(), Rejection> {
    rejection(entry.error_code(), entry.error_message())
}

fn rejection(code: Option<&str>, message: Option<&str>) -> Result<(), Rejection> {
    let message = message.unwrap_or_default().to_owned();
    code.map_or(Ok(()), |code| Err(Rejection { code: code.to_owned(), message }))
}

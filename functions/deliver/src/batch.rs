//! A batch from either source, as deliveries that are due.

use aws_lambda_events::dynamodb::{Event as StreamEvent, EventRecord};
use aws_lambda_events::sqs::{BatchItemFailure, SqsEvent, SqsMessage};
use contracts::events::DeliveryDue;
use domain::Delivery;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::Error;

/// A batch of the table's stream or of the delivery queue.
#[derive(Debug)]
pub enum Batch {
    /// New deliveries.
    Stream(Box<StreamEvent>),
    /// Deliveries whose next attempt is due.
    Queue(SqsEvent),
}

impl<'de> Deserialize<'de> for Batch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let payload = Value::deserialize(deserializer)?;
        let source = payload.pointer("/Records/0/eventSource").and_then(Value::as_str);
        let parsed = match source {
            Some("aws:dynamodb") => serde_json::from_value(payload).map(Self::Stream),
            _ => serde_json::from_value(payload).map(Self::Queue),
        };
        parsed.map_err(serde::de::Error::custom)
    }
}

type Item = (String, Result<DeliveryDue, Error>);

impl Batch {
    /// Every delivery with the name its source knows it by.
    pub(crate) fn items(self) -> Vec<Item> {
        match self {
            Self::Stream(event) => event.records.into_iter().map(new).collect(),
            Self::Queue(event) => event.records.into_iter().map(due).collect(),
        }
    }
}

/// A stream record, named by its sequence number.
fn new(record: EventRecord) -> Item {
    let name = record.change.sequence_number.unwrap_or_default();
    let delivery: Result<Delivery, _> = serde_dynamo::from_item(record.change.new_image);
    let due = delivery.map_err(Error::Record).map(|delivery| DeliveryDue {
        tenant_id: delivery.tenant_id,
        delivery_id: delivery.id,
        not_before: delivery.occurred_at,
    });
    (name, due)
}

/// A queue message, named by its id.
fn due(message: SqsMessage) -> Item {
    let name = message.message_id.unwrap_or_default();
    (name, serde_json::from_str(&message.body.unwrap_or_default()).map_err(Error::Message))
}

/// What both sources understand as "bring this one back".
pub(crate) fn failed(item: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = item;
    failure
}

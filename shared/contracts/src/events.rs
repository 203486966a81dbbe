//! The catalogue of events that leave Kaiwa, and the delivery messages inside it.

use domain::{AudioDuration, CallId, DeliveryId, EventId, Language, TenantId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The `source` of events on a customer's own bus. (On a partner bus AWS sets it to the source's name.)
pub const EVENT_SOURCE: &str = "kaiwa";

/// Every event type. The wire name is the EventBridge `detail-type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventType {
    /// A call's report is out.
    #[serde(rename = "call.completed")]
    CallCompleted,
    /// A call cannot be finished.
    #[serde(rename = "call.failed")]
    CallFailed,
}

impl EventType {
    /// All types.
    pub const ALL: [Self; 2] = [Self::CallCompleted, Self::CallFailed];

    /// The wire name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CallCompleted => "call.completed",
            Self::CallFailed => "call.failed",
        }
    }
}

/// What every event's detail begins with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventHeader {
    /// Stable across attempts and destinations: a receiver that saw it may ignore the event.
    pub event_id: EventId,
    /// Whose event.
    pub tenant_id: TenantId,
    /// When it happened (not when it was sent).
    pub occurred_at: Timestamp,
}

/// Detail of `call.completed`: ids and links, never content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallCompleted {
    /// Id, tenant, time.
    #[serde(flatten)]
    pub header: EventHeader,
    /// Which call.
    pub call_id: CallId,
    /// Length of the call.
    #[serde(rename = "durationMs")]
    pub duration: AudioDuration,
    /// Its language; `null` when nobody spoke.
    pub language: Option<Language>,
    /// Where the report can be read for a limited time.
    pub links: ReportLinks,
}

/// Links that carry their own permission and expire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportLinks {
    /// The report as JSON.
    pub report_json: String,
    /// The report as a page.
    pub report_html: String,
    /// When the links stop working.
    pub expires_at: Timestamp,
}

/// Detail of `call.failed`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallFailed {
    /// Id, tenant, time.
    #[serde(flatten)]
    pub header: EventHeader,
    /// Which call.
    pub call_id: CallId,
    /// A stable name.
    pub failure: String,
    /// A sentence for people.
    pub reason: String,
}

/// A message on the delivery queue: try this delivery (again).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryDue {
    /// Whose delivery.
    pub tenant_id: TenantId,
    /// Which one.
    pub delivery_id: DeliveryId,
    /// Not before this time; a queue message can wait 15 minutes at most, longer waits take several.
    pub not_before: Timestamp,
}

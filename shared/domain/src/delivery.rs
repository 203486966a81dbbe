//! One event on its way to one destination: the outbox entry and its attempt history.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::limits::DELIVERY_ATTEMPTS_MAX;
use crate::{AudioDuration, CallId, DeliveryId, Destination, EventId, Language, TenantId};

/// What happened to a call, as a tenant is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Happening {
    /// The report is out.
    CallCompleted {
        /// Length of the call.
        #[serde(rename = "durationMs")]
        duration: AudioDuration,
        /// Its language, if anyone spoke.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        language: Option<Language>,
    },
    /// The call cannot be finished.
    CallFailed {
        /// A stable name.
        failure: String,
        /// A sentence for people.
        reason: String,
    },
}

impl Happening {
    fn name(&self) -> &'static str {
        match self {
            Self::CallCompleted { .. } => "call.completed",
            Self::CallFailed { .. } => "call.failed",
        }
    }
}

/// Where a delivery is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// Not taken yet; more attempts will follow.
    Pending,
    /// The destination took it.
    Delivered,
    /// Every attempt failed.
    Exhausted,
}

/// One attempt and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// What the destination answered; absent when it took the event.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
}

/// One event on its way to one destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// Derived from call, event and destination, so that a repeated publish writes the same delivery.
    pub id: DeliveryId,
    /// Whose.
    pub tenant_id: TenantId,
    /// About which call.
    pub call_id: CallId,
    /// Where to, frozen when the event happened.
    pub destination: Destination,
    /// What happened.
    pub happening: Happening,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Where it is in its life.
    pub status: DeliveryStatus,
    /// In order of time.
    pub attempts: Vec<Attempt>,
}

impl Delivery {
    /// A delivery nobody has tried yet.
    pub fn new(
        tenant_id: TenantId,
        call_id: CallId,
        destination: Destination,
        happening: Happening,
        occurred_at: Timestamp,
    ) -> Self {
        let parts =
            [tenant_id.as_str(), call_id.as_str(), happening.name(), destination.id().as_str()];
        let id = DeliveryId::derived(&parts);
        let status = DeliveryStatus::Pending;
        Self {
            id,
            tenant_id,
            call_id,
            destination,
            happening,
            occurred_at,
            status,
            attempts: vec![],
        }
    }

    /// The event's id, the same for every destination and every attempt: a receiver that saw it may ignore the event.
    pub fn event_id(&self) -> EventId {
        EventId::derived(&[self.tenant_id.as_str(), self.call_id.as_str(), self.happening.name()])
    }

    /// Notes that the destination took the event.
    pub fn succeed(&mut self, at: Timestamp) {
        self.attempts.push(Attempt { at, error: None });
        self.status = DeliveryStatus::Delivered;
    }

    /// Notes a refusal; returns how long to wait before the next attempt, or `None` after the last.
    pub fn fail(&mut self, at: Timestamp, error: String) -> Option<u32> {
        self.attempts.push(Attempt { at, error: Some(error) });
        let delay = retry_delay_s(self.attempts.len() as u32);
        if delay.is_none() {
            self.status = DeliveryStatus::Exhausted;
        }
        delay
    }
}

/// Seconds to wait after the n-th failed attempt, counted from 1: the schedule of the Standard Webhooks
/// specification, about three days in all.
fn retry_delay_s(attempt: u32) -> Option<u32> {
    const SCHEDULE_S: [u32; DELIVERY_ATTEMPTS_MAX as usize - 1] =
        [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
    let index = usize::try_from(attempt.checked_sub(1)?).ok()?;
    SCHEDULE_S.get(index).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AccountId, DestinationId};

    fn delivery() -> Delivery {
        let destination = Destination::EventBus {
            id: DestinationId::derived(&["bus"]),
            account: AccountId::try_from("222222222222".to_owned()).unwrap(),
            bus_arn: "arn".into(),
        };
        let failed = Happening::CallFailed { failure: "NotFound".into(), reason: "gone".into() };
        let (tenant, call) = (TenantId::derived(&["t"]), CallId::derived(&["c"]));
        Delivery::new(tenant, call, destination, failed, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn the_same_happening_for_the_same_destination_is_the_same_delivery() {
        assert_eq!(delivery().id, delivery().id);
    }

    #[test]
    fn waits_grow_until_the_last_attempt_exhausts_the_delivery() {
        let mut delivery = delivery();
        let mut last = 0;
        for _ in 1..DELIVERY_ATTEMPTS_MAX {
            let delay = delivery.fail(Timestamp::UNIX_EPOCH, "no".into()).unwrap();
            assert!(delay > last);
            assert_eq!(delivery.status, DeliveryStatus::Pending);
            last = delay;
        }
        assert_eq!(delivery.fail(Timestamp::UNIX_EPOCH, "no".into()), None);
        assert_eq!(delivery.status, DeliveryStatus::Exhausted);
    }
}

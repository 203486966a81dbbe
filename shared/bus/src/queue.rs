//! The queue that brings a delivery back when its next attempt is due.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_sqs::Client;
use contracts::events::DeliveryDue;
use domain::limits::QUEUE_DELAY_S_MAX;

use crate::error::BusError;

/// The queue that brings a delivery back when its next attempt is due. Cheap to clone.
#[derive(Debug, Clone)]
pub enum DeliveryQueue {
    /// SQS.
    Aws {
        /// The client.
        client: Client,
        /// The queue's URL.
        url: String,
    },
    /// Remembers messages with their delay in seconds.
    Memory(Arc<Mutex<Vec<(DeliveryDue, u32)>>>),
}

impl DeliveryQueue {
    /// The queue at this URL in the account and Region of `config`.
    pub fn aws(config: &aws_config::SdkConfig, url: impl Into<String>) -> Self {
        Self::Aws { client: Client::new(config), url: url.into() }
    }

    /// Remembers instead of sending.
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// What the memory backend remembers; empty for the real one.
    pub fn waiting(&self) -> Vec<(DeliveryDue, u32)> {
        match self {
            Self::Aws { .. } => vec![],
            Self::Memory(waiting) => waiting.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Sends a message that shows up after `delay_s`, at most 15 minutes: the receiver compares the
    /// message's own due time and sends it again while it is too early.
    ///
    /// # Errors
    /// When the queue refuses.
    pub async fn send(&self, due: &DeliveryDue, delay_s: u32) -> Result<(), BusError> {
        let delay_s = delay_s.min(QUEUE_DELAY_S_MAX);
        match self {
            Self::Aws { client, url } => {
                let request = client.send_message().queue_url(url);
                let request = request.message_body(serde_json::to_string(due)?);
                let delay_s = i32::try_from(delay_s).unwrap_or(i32::MAX);
                request.delay_seconds(delay_s).send().await.map_err(BusError::refused)?;
            }
            Self::Memory(waiting) => {
                let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.push((due.clone(), delay_s));
            }
        }
        Ok(())
    }
}

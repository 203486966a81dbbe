//! Why something could not be sent.

use aws_sdk_eventbridge::error::{ProvideErrorMetadata, SdkError};
use contracts::Failure;

/// Why nothing could be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The service asks us to slow down.
    #[error("the service throttles")]
    Throttled,
    /// The service did not answer as it should.
    #[error("the service did not answer: {0}")]
    Unavailable(String),
    /// What was to be sent cannot be written as JSON.
    #[error("the message cannot be written")]
    Unwritable(#[from] serde_json::Error),
}

impl From<&BusError> for Failure {
    fn from(error: &BusError) -> Self {
        match error {
            BusError::Throttled => Self::throttled(),
            BusError::Unavailable(_) => Self::unavailable(),
            BusError::Unwritable(_) => Self::internal(),
        }
    }
}

impl BusError {
    pub(crate) fn refused<E: ProvideErrorMetadata, R>(error: SdkError<E, R>) -> Self {
        match error.code() {
            Some(code) if code.contains("Throttl") => Self::Throttled,
            Some(code) => {
                Self::Unavailable(format!("{code}: {}", error.message().unwrap_or_default()))
            }
            None => Self::Unavailable(error.to_string()),
        }
    }
}

/// Why one event of a batch was not taken while others were.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Rejection {
    /// The service's code.
    pub code: String,
    /// The service's words.
    pub message: String,
}

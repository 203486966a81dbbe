//! Why a read or write did not happen.

use contracts::Failure;

/// Why a read or write did not happen.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The item is not there.
    #[error("{what} is not in the store")]
    NotFound {
        /// Which item, in words.
        what: String,
    },
    /// Somebody else wrote first; read again and decide again.
    #[error("somebody else changed the item first")]
    Conflict,
    /// The table asks us to slow down.
    #[error("the table throttles")]
    Throttled,
    /// The table did not answer as it should.
    #[error("the table did not answer: {0}")]
    Unavailable(String),
    /// A stored item does not have the shape this version reads.
    #[error("a stored {what} cannot be read")]
    Corrupt {
        /// Which kind of item.
        what: &'static str,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
}

impl From<&StoreError> for Failure {
    fn from(error: &StoreError) -> Self {
        match error {
            StoreError::Throttled => Self::throttled(),
            StoreError::Unavailable(_) | StoreError::Conflict => Self::unavailable(),
            StoreError::NotFound { .. } | StoreError::Corrupt { .. } => Self::internal(),
        }
    }
}

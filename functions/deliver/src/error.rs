//! Why a delivery could not be attempted.

use contracts::Failure;

/// Why a delivery could not be attempted. A destination's refusal is not among them: it is an attempt.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A message or detail is not the JSON it should be.
    #[error("a message cannot be read or written")]
    Message(#[source] serde_json::Error),
    /// A stream record is not a delivery.
    #[error("a stream record is not a delivery")]
    Record(#[source] serde_dynamo::Error),
    /// The table.
    #[error("the store failed")]
    Store(#[from] store::StoreError),
    /// The links.
    #[error("a bucket failed")]
    Object(#[from] objects::ObjectError),
    /// The event bus or the queue.
    #[error("the bus failed")]
    Bus(#[from] bus::BusError),
}

impl Error {
    /// The error with its cause, in one line.
    pub(crate) fn chain(&self) -> String {
        let cause = std::error::Error::source(self).map(ToString::to_string).unwrap_or_default();
        format!("{self}: {cause}")
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match error {
            Error::Message(_) | Error::Record(_) => Self::internal(),
            Error::Store(error) => error.into(),
            Error::Object(error) => error.into(),
            Error::Bus(error) => error.into(),
        }
    }
}

//! Why an upload could not be taken in now.

use contracts::Failure;

/// Why an upload could not be taken in now. The queue brings the message back, and in the end to an operator.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The message is not S3's "Object Created" event.
    #[error("the message is not an \"Object Created\" event")]
    Message(#[from] serde_json::Error),
    /// The table.
    #[error("the store failed")]
    Store(#[from] store::StoreError),
    /// The machine.
    #[error("the machine did not start")]
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
            Error::Message(_) => Self::internal(),
            Error::Store(error) => error.into(),
            Error::Bus(error) => error.into(),
        }
    }
}

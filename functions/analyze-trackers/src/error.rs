//! Why a call could not be analysed.

use contracts::Failure;

/// Why a call could not be analysed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The table.
    #[error("the store failed")]
    Store(#[from] store::StoreError),
    /// A bucket.
    #[error("a bucket failed")]
    Object(#[from] objects::ObjectError),
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match error {
            Error::Store(error) => error.into(),
            Error::Object(error) => error.into(),
        }
    }
}

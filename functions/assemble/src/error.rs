//! Why a transcript could not be put together.

use contracts::Failure;

/// Why a transcript could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A bucket.
    #[error("a bucket failed")]
    Object(#[from] objects::ObjectError),
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let Error::Object(error) = error;
        error.into()
    }
}

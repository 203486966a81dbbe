//! Why a call could not be analysed.

use contracts::Failure;

/// Why a call could not be analysed.
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

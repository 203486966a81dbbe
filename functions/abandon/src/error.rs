//! Why a call could not be abandoned now; the machine tries again.

use contracts::Failure;

/// Why a call could not be abandoned now.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The table.
    #[error("the store failed")]
    Store(#[from] store::StoreError),
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let Error::Store(error) = error;
        error.into()
    }
}

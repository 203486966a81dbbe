//! Why an object could not be read or written.

use contracts::Failure;

/// Why an object could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ObjectError {
    /// There is no such object.
    #[error("object {key} is not there")]
    NotFound {
        /// Its key.
        key: String,
    },
    /// The bucket asks us to slow down.
    #[error("the bucket throttles")]
    Throttled,
    /// The bucket did not answer as it should.
    #[error("the bucket did not answer: {0}")]
    Unavailable(String),
    /// A stored document does not have the shape this version reads.
    #[error("object {key} cannot be read")]
    Corrupt {
        /// Its key.
        key: String,
        /// What the parser said.
        #[source]
        source: serde_json::Error,
    },
    /// A local file could not be written.
    #[error("a downloaded file cannot be written")]
    Disk(#[from] std::io::Error),
}

impl From<&ObjectError> for Failure {
    fn from(error: &ObjectError) -> Self {
        match error {
            ObjectError::Throttled => Self::throttled(),
            ObjectError::Unavailable(_) => Self::unavailable(),
            ObjectError::NotFound { .. } | ObjectError::Corrupt { .. } | ObjectError::Disk(_) => {
                Self::internal()
            }
        }
    }
}

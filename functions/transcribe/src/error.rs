//! Why a chunk could not be transcribed.

use contracts::Failure;

/// Why a chunk could not be transcribed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A bucket.
    #[error("a bucket failed")]
    Object(#[from] objects::ObjectError),
    /// The model's files do not make a model.
    #[error("the speech model cannot be loaded")]
    Load(#[from] asr::LoadError),
    /// The engine refused a window.
    #[error("the engine refused the chunk")]
    Decode(#[from] asr::DecodeError),
    /// The chunk's audio is shorter than its windows say.
    #[error("the chunk's audio ends inside window {window}")]
    AudioShort {
        /// Which window, from 0.
        window: usize,
    },
    /// The folder for the model's files.
    #[error("the scratch folder failed")]
    Scratch(#[from] std::io::Error),
    /// The engine's thread ended by a panic.
    #[error("the engine's thread broke")]
    Thread(#[from] tokio::task::JoinError),
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match error {
            Error::Object(error) => error.into(),
            _ => Self::internal(),
        }
    }
}

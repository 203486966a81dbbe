//! Why a call's recordings cannot be used.

use audio::DecodeError;
use contracts::{Failure, FailureName};
use domain::limits::{CHUNKS_MAX, RECORDING_BYTES_MAX, RECORDING_MS_MAX};
use objects::ObjectError;

/// Why a call's recordings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A recording was deleted before it could be read.
    #[error("recording {part} is gone")]
    Gone {
        /// Which one, from 1.
        part: u32,
    },
    /// A recording is larger than the limit.
    #[error("recording {part} has {bytes} bytes")]
    TooLarge {
        /// Which one, from 1.
        part: u32,
        /// Its size.
        bytes: u64,
    },
    /// A recording is not media we can decode.
    #[error("recording {part} cannot be decoded")]
    Decode {
        /// Which one, from 1.
        part: u32,
        /// Why.
        #[source]
        source: DecodeError,
    },
    /// The call's speech does not fit the map over chunks.
    #[error("the call has {found} chunks")]
    TooManyChunks {
        /// How many there would be.
        found: u64,
    },
    /// The scratch folder.
    #[error("the scratch folder failed")]
    Scratch(#[from] std::io::Error),
    /// The table.
    #[error("the store failed")]
    Store(#[from] store::StoreError),
    /// A bucket.
    #[error("a bucket failed")]
    Object(#[from] ObjectError),
    /// A document cannot be written.
    #[error("a document cannot be written")]
    Json(#[from] serde_json::Error),
    /// The decoding thread ended by a panic.
    #[error("the decoding thread broke")]
    Thread(#[from] tokio::task::JoinError),
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        match error {
            Error::Gone { part } => gone(*part),
            Error::TooLarge { part, bytes } => too_large(*part, *bytes),
            Error::Decode { part, source } => undecodable(*part, source),
            Error::TooManyChunks { found } => too_much_speech(*found),
            Error::Store(error) => error.into(),
            Error::Object(error) => error.into(),
            Error::Scratch(_) | Error::Json(_) | Error::Thread(_) => Self::internal(),
        }
    }
}

fn gone(part: u32) -> Failure {
    let reason = format!("Recording {part} was deleted before it could be read. Upload it again.");
    Failure::new(FailureName::NotFound, reason)
}

fn too_large(part: u32, bytes: u64) -> Failure {
    let reason = format!(
        "Recording {part} has {bytes} bytes; at most {RECORDING_BYTES_MAX} are accepted. Compress or split it."
    );
    Failure::new(FailureName::InvalidInput, reason)
}

fn too_much_speech(found: u64) -> Failure {
    let reason = format!(
        "The call's tracks hold {found} chunks of speech together; at most {CHUNKS_MAX} are accepted. Split it."
    );
    Failure::new(FailureName::InvalidInput, reason)
}

fn undecodable(part: u32, error: &DecodeError) -> Failure {
    match error {
        DecodeError::Read(fault) => unreadable(part, fault),
        DecodeError::Scratch(_) => Failure::internal(),
        DecodeError::TooManyChannels { .. } => Failure::new(
            FailureName::InvalidInput,
            format!("Recording {part} cannot be used: {error}."),
        ),
        DecodeError::TooLong { .. } => Failure::new(
            FailureName::InvalidInput,
            format!(
                "Recording {part} is longer than {} hours, the most that is accepted. Split it.",
                RECORDING_MS_MAX / 3_600_000
            ),
        ),
        _ => Failure::new(
            FailureName::UnsupportedMedia,
            format!(
                "Recording {part} cannot be read: {error}. Send WAV, MP3, M4A or MP4 (AAC), FLAC, or Ogg \
                 (Vorbis, Opus)."
            ),
        ),
    }
}

/// The reader reports S3's answers as I/O errors; the answer decides what to do next.
fn unreadable(part: u32, fault: &std::io::Error) -> Failure {
    let answer = fault.get_ref().and_then(|inner| inner.downcast_ref::<ObjectError>());
    match answer {
        Some(ObjectError::NotFound { .. }) => gone(part),
        Some(answer) => answer.into(),
        None => Failure::unavailable(),
    }
}

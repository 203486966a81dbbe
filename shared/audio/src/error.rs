//! Why media could not be turned into tracks, in words a tenant may read.

use std::io;

/// What [`crate::decode`] could not do.
///
/// `Read` and `Scratch` are faults of the machine and worth a retry; every other variant is a
/// property of the bytes and will not go away.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The file has no bytes at all.
    #[error("the file is empty")]
    Empty,
    /// No known audio or video container begins here.
    #[error("the bytes are not a known audio or video format")]
    NotMedia,
    /// A known format that this crate cannot decode.
    #[error("{format} is not supported")]
    Unsupported {
        /// The format by the name people use, such as "AMR" or "Opus in WebM".
        format: String,
    },
    /// A readable container with pictures or text only, or with an audio stream of no length.
    #[error("the file holds no audio")]
    NoAudio,
    /// More channels than the caller accepts.
    #[error("the recording has {found} channels; at most {max} are accepted")]
    TooManyChannels {
        /// Channels in the file.
        found: u16,
        /// [`crate::DecodeLimits::channels_max`].
        max: u16,
    },
    /// More audio than the caller accepts. Decoding stopped as soon as that was certain.
    #[error("the recording is longer than {max_ms} ms")]
    TooLong {
        /// [`crate::DecodeLimits::duration_ms_max`].
        max_ms: u64,
    },
    /// The format is known but its structure is broken before any audio came out.
    #[error("the {container} data is damaged: {reason}")]
    Damaged {
        /// The container, such as "WAV".
        container: &'static str,
        /// What was wrong, for logs and curious users.
        reason: String,
    },
    /// The caller's source failed; says nothing about the media.
    #[error("the source could not be read")]
    Read(#[source] io::Error),
    /// The scratch folder failed, for instance because the disk is full.
    #[error("the scratch file could not be written")]
    Scratch(#[source] io::Error),
}

impl DecodeError {
    pub(crate) fn unsupported(format: impl Into<String>) -> Self {
        Self::Unsupported { format: format.into() }
    }
}

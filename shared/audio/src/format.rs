//! What kind of media the bytes turned out to be.

use std::fmt;

/// A container recognised by its first bytes, never by a file name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Container {
    /// RIFF, RF64 or BW64 with a WAVE form.
    Wav,
    /// AIFF and AIFF-C.
    Aiff,
    /// Apple Core Audio Format.
    Caf,
    /// FLAC without another container.
    Flac,
    /// Ogg.
    Ogg,
    /// MP4, M4A, MOV: the ISO base media file format.
    Mp4,
    /// Matroska and WebM.
    Matroska,
    /// A bare stream of MPEG audio frames: MP3 and its elders.
    Mpeg,
    /// A bare stream of AAC frames with ADTS headers.
    Adts,
}

impl Container {
    /// The name people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wav => "WAV",
            Self::Aiff => "AIFF",
            Self::Caf => "CAF",
            Self::Flac => "FLAC",
            Self::Ogg => "Ogg",
            Self::Mp4 => "MP4",
            Self::Matroska => "WebM",
            Self::Mpeg => "MP3",
            Self::Adts => "ADTS",
        }
    }
}

impl fmt::Display for Container {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The source media as it was before decoding; for reports and logs only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFormat {
    /// The container.
    pub container: Container,
    /// The codec by the name people use, such as "PCM", "A-law", "AAC".
    pub codec: String,
    /// Sample rate in hertz of the first decoded block.
    pub rate: u32,
    /// Channels in the source.
    pub channels: u16,
    /// Bits per sample as stored, where the codec has such a thing.
    pub bits: Option<u16>,
}

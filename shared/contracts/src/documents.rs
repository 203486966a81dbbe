//! Documents that steps leave in S3 for later steps.

use domain::analysis::Skipped;
use domain::{Basis, Language, Role, Span, Word};
use serde::{Deserialize, Serialize};

/// `tracks.json`: what Ingest found in the call's recordings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tracks {
    /// Length of the longest recording: the length of the call.
    pub duration_ms: u64,
    /// What the separation of speakers can rest on.
    pub basis: Basis,
    /// Every track that is a sound of its own, in order of recording and channel.
    pub tracks: Vec<Track>,
    /// What was left out while reading the recordings, and why.
    pub skipped: Vec<Skipped>,
}

/// The audio of one side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Track {
    /// Its number in the call, from 0.
    pub index: u16,
    /// Which recording it comes from: the recording's part number, from 1.
    pub part: u32,
    /// The channels it stands for, from 0; several when they carry the same signal.
    pub channels: Vec<u16>,
    /// What the file is, for people: `WAV, PCM signed 16 bit, 8000 Hz, 2 channels`.
    pub format: String,
    /// The side its uploader declared.
    pub role: Role,
    /// Mean level in dB relative to full scale; absent for digital silence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub level_dbfs: Option<f64>,
    /// When a voice is heard.
    pub speech: Vec<Span>,
    /// Loudest level of each [`PEAK_MS`] of the call, 0 to 100, for the page's lanes.
    pub peaks: Vec<u8>,
}

/// `vocabulary.json`: the tenant's words to expect, as they were when the call was ingested. Absent when there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Vocabulary {
    /// As they are written.
    pub words: Vec<String>,
}

/// How long one value of [`Track::peaks`] stands for.
pub const PEAK_MS: u64 = 500;

/// `words/<chunk>.json`: what Transcribe heard in one chunk, in call time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChunkWords {
    /// The chunk's number.
    pub chunk: u64,
    /// Its track.
    pub track: u16,
    /// The language it was decoded in; absent when nothing was decoded.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<Language>,
    /// How much speech the language was heard in; weighs this chunk's vote for the call's language.
    pub speech_ms: u64,
    /// In order of time.
    pub words: Vec<Word>,
    /// Windows that gave no words, and why.
    pub skipped: Vec<Skipped>,
}

/// `analysis/<name>.json`: what one analysis found, and what it could not do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Analysis<T> {
    /// What was found.
    pub result: T,
    /// What was not done, and why.
    pub skipped: Vec<Skipped>,
}

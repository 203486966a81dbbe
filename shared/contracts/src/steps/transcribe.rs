//! One chunk, as a line of the manifest and as the input of Transcribe.

use domain::{CallId, Language, Span, TenantId};
use serde::{Deserialize, Serialize};

/// The windows one Transcribe invocation handles; one line of `manifest.jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Chunk {
    /// Its number in the call, from 0.
    pub index: u64,
    /// The track it was cut from, from 0.
    pub track: u16,
    /// Object key of its audio: 16 kHz mono signed 16-bit little-endian samples, windows back to back.
    pub audio_key: String,
    /// Its windows in order; at most `CHUNK_WINDOWS_MAX`.
    pub windows: Vec<ChunkWindow>,
    /// The language to expect; absent when it is to be detected.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<Language>,
    /// Object key of the words to expect; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub vocabulary_key: Option<String>,
}

/// One model input inside a chunk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChunkWindow {
    /// How many samples of the chunk's audio are its own.
    pub samples: u64,
    /// The stretches of the call laid end to end in it, in order.
    pub spans: Vec<Span>,
}

/// Input of Transcribe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscribeInput {
    /// Whose call.
    pub tenant_id: TenantId,
    /// Which call.
    pub call_id: CallId,
    /// Which part of it.
    pub chunk: Chunk,
}

/// Output of Transcribe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TranscribeOutput {
    /// The chunk's number.
    pub chunk: u64,
    /// Object key of its words.
    pub words_key: String,
}

//! What Ingest hands to the map over chunks.

use domain::{CallId, TenantId};
use serde::{Deserialize, Serialize};

/// Whether there is anything to transcribe; the state machine chooses by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speech {
    /// At least one chunk lies in the manifest.
    Present,
    /// Nobody speaks; the call goes straight to an empty transcript.
    None,
}

/// What Ingest hands to the map over chunks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IngestOutput {
    /// Whose call.
    pub tenant_id: TenantId,
    /// Which call.
    pub call_id: CallId,
    /// Whether there is anything to transcribe.
    pub speech: Speech,
    /// Object key of `manifest.jsonl`, one [`super::Chunk`] a line.
    pub manifest_key: String,
    /// Lines in the manifest.
    pub chunk_count: u64,
    /// How many chunks are transcribed at once under the tenant's plan.
    pub chunk_concurrency: u32,
}

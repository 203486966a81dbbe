//! The published analysis of one call: `report.json`, described by `events/schemas/report.schema.json`.

use domain::analysis::{Highlights, Metrics, Sentiment, Skipped, Trackers};
use domain::{Activity, Basis, CallId, Doubt, Language, Role, SpeakerId, TenantId, Turn};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The version of the report's shape; grows only with additions.
pub const REPORT_VERSION: &str = "1.0";

/// The published analysis of one call. Times are milliseconds from the start of the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The version of this shape.
    pub version: String,
    /// Whose call.
    pub tenant_id: TenantId,
    /// Which call.
    pub call_id: CallId,
    /// When its first recording arrived.
    pub received_at: Timestamp,
    /// Length of the call.
    pub duration_ms: u64,
    /// The language of the call; `null` when nobody spoke.
    pub language: Option<Language>,
    /// What the separation of speakers rests on.
    pub basis: Basis,
    /// The speech model that made the transcript.
    pub model: ModelInfo,
    /// The files the call was made of.
    pub recordings: Vec<ReportRecording>,
    /// Everyone heard.
    pub speakers: Vec<ReportSpeaker>,
    /// What was said, in order of time.
    pub turns: Vec<Turn>,
    /// When each speaker's voice is heard, measured on the audio.
    pub activity: Vec<Activity>,
    /// Passages not to be taken at their word.
    pub doubts: Vec<Doubt>,
    /// How the talking was shared.
    pub metrics: Metrics,
    /// Where the tenant's phrases were said.
    pub trackers: Trackers,
    /// How positive or negative the words are.
    pub sentiment: Sentiment,
    /// Moments worth hearing.
    pub highlights: Highlights,
    /// What was not done, and why.
    pub skipped: Vec<Skipped>,
}

/// The speech model that made the transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelInfo {
    /// Its name.
    pub id: String,
    /// A warning for readers, when the model is not fit for real calls.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub caution: Option<String>,
}

/// One file of the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportRecording {
    /// Its number in the call, from 1.
    pub part: u32,
    /// What the file is, for people.
    pub format: String,
}

/// One speaker and how long they talked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportSpeaker {
    /// Their number in this call.
    pub id: SpeakerId,
    /// Their side.
    pub role: Role,
    /// How long this voice is heard.
    pub talk_ms: u64,
}

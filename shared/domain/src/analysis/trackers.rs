//! Where a tenant's phrases were said.

use serde::{Deserialize, Serialize};

use crate::{Role, Span, SpeakerId, TrackerId};

/// Every tracker of the tenant with its hits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Trackers {
    /// How phrases were compared, for example `normalised-phrase-v1`.
    pub method: String,
    /// One entry per tracker, also those without a hit.
    pub trackers: Vec<TrackerResult>,
}

/// One tracker's hits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackerResult {
    /// Which tracker.
    pub id: TrackerId,
    /// Its name when it was applied.
    pub name: String,
    /// In order of time.
    pub hits: Vec<TrackerHit>,
}

/// One place where a phrase was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackerHit {
    /// The tenant's phrase, as the tenant wrote it.
    pub phrase: String,
    /// The words as they stand in the transcript.
    pub text: String,
    /// Index into the transcript's turns.
    pub turn: usize,
    /// Who said it.
    pub speaker: SpeakerId,
    /// Their side.
    pub role: Role,
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// Lowest confidence among the words, 0 to 1.
    pub confidence: f32,
}

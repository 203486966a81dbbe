//! Moments worth hearing, and a summary made only of what was said.

use serde::{Deserialize, Serialize};

use crate::{Role, Span, SpeakerId};

/// Moments worth hearing, and a summary made only of what was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Highlights {
    /// How they were found, for example `cue-phrases-v1`.
    pub method: String,
    /// In order of time.
    pub moments: Vec<Highlight>,
    /// The turns that say most, in order of time; never a sentence nobody said.
    pub summary: Vec<SummaryLine>,
}

/// What makes a moment worth hearing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HighlightKind {
    /// Somebody asks something.
    Question,
    /// The customer hesitates, doubts or declines.
    Objection,
    /// Somebody says what will happen next.
    NextStep,
    /// Money is named or discussed.
    Price,
    /// A decision or agreement.
    Agreement,
}

/// One moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Highlight {
    /// What it is.
    pub kind: HighlightKind,
    /// Index into the transcript's turns.
    pub turn: usize,
    /// Who.
    pub speaker: SpeakerId,
    /// Their side.
    pub role: Role,
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// What was said, as it stands in the transcript.
    pub quote: String,
    /// The cue that marked it.
    pub cue: String,
    /// For a next step, the words that name its time ("next Tuesday", 来週の火曜日), if any.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub due: Option<String>,
    /// Lowest confidence among the quoted words, 0 to 1.
    pub confidence: f32,
}

/// One line of the summary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryLine {
    /// Index into the transcript's turns.
    pub turn: usize,
    /// What was said, as it stands in the transcript.
    pub quote: String,
}

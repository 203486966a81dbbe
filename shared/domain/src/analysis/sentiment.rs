//! How positive or negative the words are.

use serde::{Deserialize, Serialize};

use crate::{Role, Span, SpeakerId};

/// How positive or negative the words are, by turn and by quarter of the call.
///
/// Scores run from -5 (negative) to 5 (positive), the scale existing call dashboards use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sentiment {
    /// How the score was made, for example `lexicon-v1`; a method that counts words says so.
    pub method: String,
    /// Turns that carry any evidence; silence about a turn means "nothing found", not "neutral".
    pub turns: Vec<TurnSentiment>,
    /// Four per speaker with evidence, in order of time.
    pub quarters: Vec<QuarterSentiment>,
}

/// One turn's score and the words it rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnSentiment {
    /// Index into the transcript's turns.
    pub turn: usize,
    /// -5 to 5.
    pub score: f64,
    /// The score in a word.
    pub label: SentimentLabel,
    /// The words that decided it, as they stand in the transcript.
    pub evidence: Vec<String>,
}

/// A score in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SentimentLabel {
    /// Above 0.
    Positive,
    /// Below 0.
    Negative,
    /// Evidence on both sides that cancels out.
    Mixed,
}

/// One speaker's mean score over a quarter of the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuarterSentiment {
    /// Who.
    pub speaker: SpeakerId,
    /// Their side.
    pub role: Role,
    /// 1 to 4.
    pub quarter: u8,
    /// Where the quarter lies.
    #[serde(flatten)]
    pub span: Span,
    /// Mean of the turns with evidence; `None` where there are none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub score: Option<f64>,
}

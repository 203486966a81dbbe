//! What is found in a call: the results of each analysis, as stored and published.
//!
//! Every result names its method or its basis, and what could not be done is said in [`Skipped`], never
//! left out in silence.

mod highlights;
mod metrics;
mod sentiment;
mod trackers;

use serde::{Deserialize, Serialize};

pub use highlights::{Highlight, HighlightKind, Highlights, SummaryLine};
pub use metrics::{Interruption, Metrics, Overlap, SpeakerMetrics};
pub use sentiment::{QuarterSentiment, Sentiment, SentimentLabel, TurnSentiment};
pub use trackers::{TrackerHit, TrackerResult, Trackers};

/// An analysis, or a part of one, that was not done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Skipped {
    /// What is missing, for example `metrics.patience`.
    pub analysis: String,
    /// Why, in a sentence a reader of the report understands.
    pub reason: String,
}

impl Skipped {
    /// States that `analysis` was not done because of `reason`.
    pub fn new(analysis: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { analysis: analysis.into(), reason: reason.into() }
    }
}

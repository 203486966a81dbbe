//! Conversation metrics: how the talking was shared and how it flowed.

use serde::{Deserialize, Serialize};

use crate::{Basis, Span, SpeakerId};

/// How the talking was shared and how it flowed.
///
/// Times come from voice activity on the audio; counts of words from the transcript. Shares are 0 to 1,
/// rounded to four decimals; rates to two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// What the separation of speakers rests on.
    pub basis: Basis,
    /// Length of the call.
    pub duration_ms: u64,
    /// Time at least one person speaks.
    pub speech_ms: u64,
    /// Time nobody speaks: `duration_ms - speech_ms`.
    pub silence_ms: u64,
    /// Time at least two people speak.
    pub overlap_ms: u64,
    /// One entry per speaker, in the order of the report's speakers.
    pub speakers: Vec<SpeakerMetrics>,
    /// Each time nobody speaks for 3 s or more (MiiTel's and Contact Lens's threshold).
    pub silences: Vec<Span>,
    /// Each time two people speak at once for 1 s or more (MiiTel's threshold).
    pub overlaps: Vec<Overlap>,
    /// Each time someone takes the floor while another is mid-utterance; back-channels do not count.
    pub interruptions: Vec<Interruption>,
    /// How often the floor passed to another speaker, back-channels merged away.
    pub switches: u64,
    /// `switches` per minute of call.
    pub switches_per_min: f64,
    /// Median wait of the agent after the customer stops speaking; Gong's "patience".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub patience_ms: Option<u64>,
    /// The agent's longest run on the floor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub longest_monologue_ms: Option<u64>,
    /// The customer's longest run on the floor.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub longest_customer_story_ms: Option<u64>,
    /// Difference of the two sides' talk speeds over their mean; up to 0.1 is held to be in step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub pace_gap: Option<f64>,
}

/// One speaker's part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SpeakerMetrics {
    /// Who.
    pub speaker: SpeakerId,
    /// Time this voice is heard.
    pub talk_ms: u64,
    /// `talk_ms` over the sum of everyone's `talk_ms`; the shares of a call sum to 1.
    pub share_of_talk: f64,
    /// `talk_ms` over the length of the call.
    pub share_of_call: f64,
    /// Turns on the floor, back-channels not counted.
    pub turns: u64,
    /// Longest run on the floor, the listener's back-channels merged away.
    pub longest_run_ms: u64,
    /// Short signs of listening ("mm-hm", はい) while another has the floor.
    pub back_channels: u64,
    /// Words said (Japanese: characters, without punctuation).
    pub words: u64,
    /// Words per minute of own speech; only where words are separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub words_per_min: Option<f64>,
    /// Characters per second of own speech; Japanese only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub characters_per_s: Option<f64>,
    /// Questions asked.
    pub questions: u64,
    /// Questions per hour of call.
    pub questions_per_hour: f64,
    /// Filled pauses ("um", えーと).
    pub fillers: u64,
    /// Fillers per minute of own speech; MiiTel calls 6 to 9 usual.
    pub fillers_per_min: f64,
    /// Times this speaker took the floor from another mid-utterance.
    pub interruptions_made: u64,
}

/// A stretch where two people speak at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overlap {
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// Who came in while another was speaking.
    pub started_by: SpeakerId,
}

/// A taken floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Interruption {
    /// When the interrupter came in.
    pub at_ms: u64,
    /// Who interrupted.
    pub by: SpeakerId,
    /// Who was speaking.
    pub of: SpeakerId,
}

//! What was not measured, and why, in words a reader of the report understands.

use domain::analysis::{Metrics, Skipped};
use domain::{Role, Transcript};

use crate::voices::Voice;

const NOT_TOLD_APART: &str = "the recording is one track and its voices were not told apart, so nothing can be said per speaker";
const ONE_VOICE: &str = "only one speaker is in the call, so there is no exchange to measure";
const ROLES_UNKNOWN: &str = "which side is the agent and which the customer is not known";
const NO_AGENT: &str = "no speaker of this call is known to be the agent";
const NO_CUSTOMER: &str = "no speaker of this call is known to be the customer";
const NO_WORDS: &str = "the transcript has no words";
const NO_ANSWER: &str = "the agent never took the floor after the customer";
const PACE: &str = "it compares exactly two speakers with words and at least 10 s of speech each";

/// Everything that depends on who speaks.
pub(super) fn voices_not_told_apart() -> Vec<Skipped> {
    [
        "metrics.speakers",
        "metrics.overlap",
        "metrics.interruptions",
        "metrics.switches",
        "metrics.patience",
        "metrics.longestMonologue",
        "metrics.longestCustomerStory",
        "metrics.paceGap",
    ]
    .map(|analysis| Skipped::new(analysis, NOT_TOLD_APART))
    .into()
}

/// The parts that are missing although voices are told apart.
pub(super) fn parts(transcript: &Transcript, voices: &[Voice], metrics: &Metrics) -> Vec<Skipped> {
    let words = transcript.turns.iter().any(|turn| !turn.words.is_empty());
    let mut skipped = vec![];
    if voices.len() < 2 {
        skipped.extend(exchange());
    }
    if metrics.patience_ms.is_none() {
        skipped.push(Skipped::new("metrics.patience", why_no_patience(voices)));
    }
    if metrics.longest_monologue_ms.is_none() {
        let why = why_no_side(voices, NO_AGENT);
        skipped.push(Skipped::new("metrics.longestMonologue", why));
    }
    if metrics.longest_customer_story_ms.is_none() {
        let why = why_no_side(voices, NO_CUSTOMER);
        skipped.push(Skipped::new("metrics.longestCustomerStory", why));
    }
    if metrics.pace_gap.is_none() {
        skipped.push(Skipped::new("metrics.paceGap", if words { PACE } else { NO_WORDS }));
    }
    if !words && metrics.speech_ms > 0 {
        skipped.extend(counts());
    }
    skipped
}

fn exchange() -> impl Iterator<Item = Skipped> {
    let parts = ["metrics.overlap", "metrics.interruptions", "metrics.switches"];
    parts.into_iter().map(|analysis| Skipped::new(analysis, ONE_VOICE))
}

fn counts() -> impl Iterator<Item = Skipped> {
    let parts = ["words", "wordsPerMin", "charactersPerS", "questions", "fillers"];
    parts.into_iter().map(|part| Skipped::new(format!("metrics.speakers.{part}"), NO_WORDS))
}

fn has(voices: &[Voice], role: Role) -> bool {
    voices.iter().any(|voice| voice.role == role)
}

fn why_no_side(voices: &[Voice], missing: &'static str) -> &'static str {
    let known = has(voices, Role::Agent) || has(voices, Role::Customer);
    if known { missing } else { ROLES_UNKNOWN }
}

fn why_no_patience(voices: &[Voice]) -> &'static str {
    match (has(voices, Role::Agent), has(voices, Role::Customer)) {
        (true, true) => NO_ANSWER,
        (true, false) => NO_CUSTOMER,
        (false, true) => NO_AGENT,
        (false, false) => ROLES_UNKNOWN,
    }
}

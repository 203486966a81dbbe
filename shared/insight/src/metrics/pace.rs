//! How fast each side talks, and how far apart they are.

use domain::analysis::SpeakerMetrics;

use crate::rounding::{to_four_decimals, to_two_decimals};

/// Own speech below which no speed is given: a single word would decide it.
const SPEED_TALK_MS_MIN: u64 = 1_000;

/// Own speech of both sides below which their speeds are not compared.
pub(super) const GAP_TALK_MS_MIN: u64 = 10_000;

/// Units (words or characters) per second of own speech; `None` without words or with under 1 s of speech.
pub(super) fn speed(units: u64, talk_ms: u64) -> Option<f64> {
    let known = units > 0 && talk_ms >= SPEED_TALK_MS_MIN;
    known.then(|| units as f64 / (talk_ms as f64 / 1_000.0))
}

/// A speed per second, per minute, in two decimals.
pub(super) fn per_min(per_s: f64) -> f64 {
    to_two_decimals(per_s * 60.0)
}

/// `|a - b|` over the mean of both speeds, in four decimals. Only between exactly two people with words and
/// at least 10 s of speech each. The usual guidance is to stay within 0.1 (MiiTel).
pub(super) fn gap(speakers: &[SpeakerMetrics]) -> Option<f64> {
    let [a, b] = speakers else { return None };
    let (a, b) = (comparable(a)?, comparable(b)?);
    Some(to_four_decimals((a - b).abs() / ((a + b) / 2.0)))
}

fn comparable(speaker: &SpeakerMetrics) -> Option<f64> {
    speed(speaker.words, speaker.talk_ms).filter(|_| speaker.talk_ms >= GAP_TALK_MS_MIN)
}

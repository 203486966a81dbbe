//! How the talking was shared and how it flowed.
//!
//! Exact definitions stand at the functions: `timeline` (speech, silence, overlap), `turn_taking` (switches, runs,
//! patience, interruptions), `counts` (words, questions, fillers), `pace`. Who has the floor: `floor`.

mod counts;
mod pace;
mod skips;
mod timeline;
mod turn_taking;

use domain::analysis::{Metrics, Skipped, SpeakerMetrics};
use domain::{Basis, Language, Role, Transcript};

use crate::floor::{Floor, floor};
use crate::language;
use crate::rounding::{ratio, shares, to_four_decimals, to_two_decimals};
use crate::voices::{Voice, voices};
use counts::Counts;
use timeline::Timeline;

const MS_PER_MIN: f64 = 60_000.0;
const MS_PER_HOUR: f64 = 3_600_000.0;

/// Measures a conversation.
///
/// Times come from voice activity, clipped to the call; counts from words. Where voices are not told apart
/// (`Basis::Mono`) only length, speech and silence are measured: `speakers` is empty, what cannot be absent is 0,
/// and all of it is named in the second result. The same holds for each part that roles, a second speaker or
/// words are missing for.
pub fn metrics(transcript: &Transcript) -> (Metrics, Vec<Skipped>) {
    let voices = voices(transcript);
    let mut metrics = call_times(transcript, &Timeline::new(&voices, transcript.duration_ms));
    if transcript.basis == Basis::Mono {
        return (metrics, skips::voices_not_told_apart());
    }
    let floor = floor(transcript, &voices);
    add_flow(&mut metrics, &voices, &floor);
    add_speakers(&mut metrics, transcript, &voices, &floor);
    metrics.pace_gap = pace::gap(&metrics.speakers);
    let skipped = skips::parts(transcript, &voices, &metrics);
    (metrics, skipped)
}

/// What is known without knowing who speaks.
fn call_times(transcript: &Transcript, timeline: &Timeline) -> Metrics {
    let separated = transcript.basis != Basis::Mono;
    let speech_ms = timeline.speech_ms();
    Metrics {
        basis: transcript.basis,
        duration_ms: transcript.duration_ms,
        speech_ms,
        silence_ms: transcript.duration_ms.saturating_sub(speech_ms),
        overlap_ms: if separated { timeline.overlap_ms() } else { 0 },
        speakers: vec![],
        silences: timeline.silences(),
        overlaps: if separated { timeline.overlaps() } else { vec![] },
        interruptions: vec![],
        switches: 0,
        switches_per_min: 0.0,
        patience_ms: None,
        longest_monologue_ms: None,
        longest_customer_story_ms: None,
        pace_gap: None,
    }
}

fn add_flow(metrics: &mut Metrics, voices: &[Voice], floor: &Floor) {
    let switches = turn_taking::switches(floor);
    let minutes = metrics.duration_ms as f64 / MS_PER_MIN;
    metrics.switches = switches;
    metrics.switches_per_min = to_two_decimals(ratio(switches as f64, minutes));
    metrics.interruptions = turn_taking::interruptions(floor, voices);
    metrics.patience_ms = turn_taking::patience_ms(floor, voices);
    metrics.longest_monologue_ms = turn_taking::longest_run_of_role_ms(floor, voices, Role::Agent);
    metrics.longest_customer_story_ms =
        turn_taking::longest_run_of_role_ms(floor, voices, Role::Customer);
}

fn add_speakers(metrics: &mut Metrics, transcript: &Transcript, voices: &[Voice], floor: &Floor) {
    let talk: Vec<_> = voices.iter().map(Voice::talk_ms).collect();
    let counts = counts::by_speaker(transcript);
    let language = language::of_call(transcript);
    for (index, share) in shares(&talk).into_iter().enumerate() {
        let counts = counts.get(&voices[index].id).copied().unwrap_or_default();
        let part = Part { voice: &voices[index], index, floor, counts, language };
        let speaker = part.measure(share, metrics);
        metrics.speakers.push(speaker);
    }
}

/// What one speaker's figures are made from.
struct Part<'a> {
    voice: &'a Voice,
    index: usize,
    floor: &'a Floor,
    counts: Counts,
    language: Language,
}

impl Part<'_> {
    fn measure(&self, share_of_talk: f64, call: &Metrics) -> SpeakerMetrics {
        let Counts { words, questions, fillers } = self.counts;
        let talk_ms = self.voice.talk_ms();
        let speed = pace::speed(words, talk_ms);
        let hours = call.duration_ms as f64 / MS_PER_HOUR;
        let talk_min = talk_ms as f64 / MS_PER_MIN;
        SpeakerMetrics {
            speaker: self.voice.id.clone(),
            talk_ms,
            share_of_talk,
            share_of_call: to_four_decimals(ratio(talk_ms as f64, call.duration_ms as f64)),
            turns: self.turns(),
            longest_run_ms: turn_taking::longest_run_ms(self.floor, self.index),
            back_channels: self.back_channels(),
            words,
            words_per_min: speed.filter(|_| self.language == Language::En).map(pace::per_min),
            characters_per_s: speed.filter(|_| self.language == Language::Ja).map(to_two_decimals),
            questions,
            questions_per_hour: to_two_decimals(ratio(questions as f64, hours)),
            fillers,
            fillers_per_min: to_two_decimals(ratio(fillers as f64, talk_min)),
            interruptions_made: self.interruptions_made(call),
        }
    }

    fn turns(&self) -> u64 {
        self.floor.runs.iter().filter(|run| run.voice == self.index).count() as u64
    }

    fn back_channels(&self) -> u64 {
        self.floor.back_channels.iter().filter(|sign| sign.voice == self.index).count() as u64
    }

    fn interruptions_made(&self, call: &Metrics) -> u64 {
        call.interruptions.iter().filter(|made| made.by == self.voice.id).count() as u64
    }
}

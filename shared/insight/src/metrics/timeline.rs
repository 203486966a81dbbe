//! When somebody speaks, nobody speaks, and two speak at once.

use domain::Span;
use domain::analysis::Overlap;

use crate::voices::{Voice, length_ms};

/// Shortest silence that is an event of its own (MiiTel's and Contact Lens's threshold).
const SILENCE_MS_MIN: u64 = 3_000;

/// Shortest overlap that is an event of its own (MiiTel's threshold).
const OVERLAP_MS_MIN: u64 = 1_000;

/// A call as stretches of one voice or more, and of two or more.
pub(super) struct Timeline {
    duration_ms: u64,
    /// Sorted, disjoint.
    speech: Vec<Span>,
    /// Sorted, disjoint; each with the one who came in.
    together: Vec<Overlap>,
}

/// A voice begins or ends. At one time ends come first, so that touching is not overlapping.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    at_ms: u64,
    starts: bool,
    voice: usize,
}

impl Timeline {
    /// Sweeps over everyone's activity.
    pub(super) fn new(voices: &[Voice], duration_ms: u64) -> Self {
        let mut timeline = Self { duration_ms, speech: vec![], together: vec![] };
        let (mut active, mut speech_from, mut together_from) = (0_usize, 0, (0, 0));
        for edge in edges(voices) {
            let before = active;
            active = if edge.starts { active + 1 } else { active.saturating_sub(1) };
            match (before, active) {
                (0, 1) => speech_from = edge.at_ms,
                (1, 2) => together_from = (edge.at_ms, edge.voice),
                (2, 1) => timeline.add_overlap(together_from, edge.at_ms, voices),
                (1, 0) => timeline.add_speech(speech_from, edge.at_ms),
                _ => {}
            }
        }
        timeline
    }

    fn add_overlap(&mut self, (start_ms, voice): (u64, usize), end_ms: u64, voices: &[Voice]) {
        let started_by = voices[voice].id.clone();
        self.together.push(Overlap { span: Span::new(start_ms, end_ms), started_by });
    }

    /// One voice may begin in the millisecond another ends; that is one stretch of speech.
    fn add_speech(&mut self, start_ms: u64, end_ms: u64) {
        match self.speech.last_mut() {
            Some(last) if last.end_ms == start_ms => last.end_ms = end_ms,
            _ => self.speech.push(Span::new(start_ms, end_ms)),
        }
    }

    /// Time at least one person speaks.
    pub(super) fn speech_ms(&self) -> u64 {
        length_ms(&self.speech)
    }

    /// Time at least two people speak.
    pub(super) fn overlap_ms(&self) -> u64 {
        self.together.iter().map(|overlap| overlap.span.length_ms()).sum()
    }

    /// Stretches of at least 1 s in which two or more speak.
    pub(super) fn overlaps(&self) -> Vec<Overlap> {
        let long = |overlap: &&Overlap| overlap.span.length_ms() >= OVERLAP_MS_MIN;
        self.together.iter().filter(long).cloned().collect()
    }

    /// Stretches of at least 3 s in which nobody speaks, also before the first and after the last word.
    pub(super) fn silences(&self) -> Vec<Span> {
        let ends = std::iter::once(0).chain(self.speech.iter().map(|span| span.end_ms));
        let starts = self.speech.iter().map(|span| span.start_ms);
        let pauses =
            ends.zip(starts.chain([self.duration_ms])).map(|(end, start)| Span::new(end, start));
        pauses.filter(|span| span.length_ms() >= SILENCE_MS_MIN).collect()
    }
}

fn edges(voices: &[Voice]) -> Vec<Edge> {
    let of_voice = |(voice, known): (usize, &Voice)| {
        let edge = move |at_ms, starts| Edge { at_ms, starts, voice };
        let both = move |span: &Span| [edge(span.start_ms, true), edge(span.end_ms, false)];
        known.speech.iter().flat_map(both).collect::<Vec<_>>()
    };
    let mut edges: Vec<_> = voices.iter().enumerate().flat_map(of_voice).collect();
    edges.sort();
    edges
}

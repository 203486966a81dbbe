//! Where a track holds speech: voice scores gated by level, cleaned into regions.

use crate::activity::{Activity, Frame, LEVEL_MIN};
use crate::frame::FRAME_MS;
use crate::region::{Region, joined};

/// A run of speech begins at a score of 0.5, the detector's own threshold…
const SCORE_ENTER: u8 = 128;
/// … and lasts while the score stays above 0.35, so that weak syllables do not tear it.
const SCORE_STAY: u8 = 89;

/// A score that speech reaches and noise does not: on white and pink noise, clicks, hum and telephone
/// keys fewer than 1 in 100 frames score 0.8; on the real calls 3 in 5 to 9 in 10 voiced frames do.
const SCORE_CERTAIN: u8 = 209;
/// Frames of certain voice that a region must hold: 48 ms, one short vowel…
const CERTAIN_FRAMES_MIN: usize = 3;
/// … and the share of its voiced frames, in percent.
const CERTAIN_PERCENT_MIN: usize = 12;

/// What counts as speech and how it is cut into regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VadOptions {
    /// Pauses shorter than this inside one speaker's talk do not end a region, in milliseconds.
    pub silence_ms_min: u64,
    /// Regions shorter than this are noise, in milliseconds.
    pub speech_ms_min: u64,
    /// Nothing below this level is ever speech, in dBFS.
    pub level_min: i8,
}

impl Default for VadOptions {
    /// 300 ms is longer than the closure of any stop consonant and shorter than a change of
    /// speaker; 100 ms is shorter than any "mm"; at -60 dBFS 16-bit speech has no detail left.
    fn default() -> Self {
        Self { silence_ms_min: 300, speech_ms_min: 100, level_min: -60 }
    }
}

/// Levels in dBFS between which one track's speech lies.
#[derive(Debug, Clone, Copy)]
struct Gate {
    enter: i8,
    stay: i8,
}

impl Activity {
    /// Regions of speech: sorted, disjoint, at least `silence_ms_min` apart, edges true to about
    /// 50 ms. Empty for silence, noise, hum and signalling tones.
    pub fn speech_regions(&self, options: &VadOptions) -> Vec<Region> {
        let Some(gate) = Gate::of(&self.frames, options) else { return Vec::new() };
        let voiced = voiced(&self.frames, gate);
        let runs = joined(runs(&voiced), options.silence_ms_min);
        runs.into_iter()
            .filter(|run| run.duration_ms() >= options.speech_ms_min)
            .filter(|run| self.certain(&voiced, *run))
            .map(|run| Region::new(run.start_ms, run.end_ms.min(self.duration_ms())))
            .collect()
    }

    /// Whether enough of a run's voiced frames are beyond doubt.
    fn certain(&self, voiced: &[bool], run: Region) -> bool {
        let range = (run.start_ms / FRAME_MS) as usize..(run.end_ms / FRAME_MS) as usize;
        let voiced = range.filter(|&i| voiced[i]);
        let (mut all, mut certain) = (0, 0);
        for i in voiced {
            all += 1;
            certain += usize::from(self.frames[i].voice >= SCORE_CERTAIN);
        }
        certain >= CERTAIN_FRAMES_MIN && certain * 100 >= all * CERTAIN_PERCENT_MIN
    }
}

impl Gate {
    /// Decibels that speech must rise above the track's own noise to begin, and to go on.
    const ABOVE_NOISE: (i8, i8) = (8, 4);
    /// How far below the track's loud speech a syllable may begin, and go on.
    const BELOW_SPEECH: (i8, i8) = (32, 42);
    /// Speech this close to the loudest is let through whatever the noise.
    const ALWAYS: (i8, i8) = (12, 18);
    /// Frames (1 s) that are needed before the noise is known from frames without voice.
    const NOISE_FRAMES_MIN: usize = 62;

    /// `None` when no voice rises above `level_min`.
    fn of(frames: &[Frame], options: &VadOptions) -> Option<Self> {
        let certain = levels(frames.iter().filter(|frame| frame.voice >= SCORE_CERTAIN));
        let loud = percentile(&certain, 95).filter(|level| *level >= options.level_min)?;
        let noise = noise_level(frames);
        let gate = |above: i8, below: i8, always: i8, least: i8| {
            (noise + above).max(loud - below).min(loud - always).max(least)
        };
        let (above, below, always) = (Self::ABOVE_NOISE, Self::BELOW_SPEECH, Self::ALWAYS);
        Some(Self {
            enter: gate(above.0, below.0, always.0, options.level_min),
            stay: gate(above.1, below.1, always.1, options.level_min - 6),
        })
    }
}

/// The level that a track's pauses have. Digital silence counts as -100.
fn noise_level(frames: &[Frame]) -> i8 {
    let quiet = levels(frames.iter().filter(|frame| frame.voice < SCORE_STAY));
    let level = match quiet.len() < Gate::NOISE_FRAMES_MIN {
        true => percentile(&levels(frames.iter()), 5),
        false => percentile(&quiet, 30),
    };
    level.unwrap_or(LEVEL_MIN).max(-100)
}

fn levels<'a>(frames: impl Iterator<Item = &'a Frame>) -> Vec<i8> {
    let mut levels: Vec<i8> = frames.map(|frame| frame.level).collect();
    levels.sort_unstable();
    levels
}

fn percentile(sorted: &[i8], percent: usize) -> Option<i8> {
    sorted.get(sorted.len().saturating_sub(1) * percent / 100).copied()
}

/// A run may begin this much before its first sure frame, if it was loud already: 160 ms. The
/// detector needs that long to warm to a voice after silence.
const WARM_UP_FRAMES: usize = 10;

fn voiced(frames: &[Frame], gate: Gate) -> Vec<bool> {
    let mut inside = false;
    let judge = |frame: &Frame| {
        let (score, level) = match inside {
            true => (SCORE_STAY, gate.stay),
            false => (SCORE_ENTER, gate.enter),
        };
        inside = frame.voice >= score && frame.level >= level;
        inside
    };
    let mut voiced: Vec<bool> = frames.iter().map(judge).collect();
    for start in 1..voiced.len() {
        if voiced[start] && !voiced[start - 1] {
            reach_back(frames, gate, &mut voiced[..start]);
        }
    }
    voiced
}

/// Marks the frames at the end of `before` that are loud and likely enough.
fn reach_back(frames: &[Frame], gate: Gate, before: &mut [bool]) {
    let likely = |i: &usize| frames[*i].voice >= SCORE_STAY && frames[*i].level >= gate.enter;
    let reach = (0..before.len()).rev().take(WARM_UP_FRAMES);
    reach.take_while(likely).for_each(|i| before[i] = true);
}

/// Runs of `true`, in milliseconds.
fn runs(voiced: &[bool]) -> Vec<Region> {
    let at = |frame: usize| frame as u64 * FRAME_MS;
    let mut out: Vec<Region> = Vec::new();
    for (i, _) in voiced.iter().enumerate().filter(|(_, voiced)| **voiced) {
        match out.last_mut() {
            Some(last) if last.end_ms == at(i) => last.end_ms = at(i + 1),
            _ => out.push(Region::new(at(i), at(i + 1))),
        }
    }
    out
}

//! Talk time measured another way: loudness in the file itself, without the product's decoder or its voice
//! detector.

use std::path::Path;

/// Length of one measurement.
const FRAME_MS: u64 = 20;

/// When one track is loud, frame by frame.
pub struct Loud {
    frames: Vec<bool>,
}

/// Reads a WAV file of one channel and marks frames well above the track's own noise.
///
/// The threshold lies between the quiet frames (10th percentile) and the loud ones (95th), a third of the way in
/// decibels; pauses under 300 ms inside speech are closed and bursts under 100 ms dropped.
pub fn loud(path: &Path) -> Loud {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    assert_eq!(spec.channels, 1);
    let scale = f64::from(1u32 << (spec.bits_per_sample - 1));
    let samples: Vec<f64> =
        reader.samples::<i32>().map(|sample| f64::from(sample.unwrap()) / scale).collect();
    let frame = spec.sample_rate as usize * FRAME_MS as usize / 1000;
    let levels: Vec<f64> = samples.chunks(frame).map(decibels).collect();
    let mut sorted = levels.clone();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted[((sorted.len() - 1) as f64 * share) as usize];
    let (quiet, loud) = (at(0.10).max(-65.0), at(0.95));
    let threshold = quiet + (loud - quiet) / 3.0;
    let frames = levels.iter().map(|level| *level > threshold).collect();
    Loud { frames: without_runs(without_runs(frames, false, 15), true, 5) }
}

fn decibels(frame: &[f64]) -> f64 {
    let mean = frame.iter().sum::<f64>() / frame.len() as f64;
    let power =
        frame.iter().map(|sample| (sample - mean).powi(2)).sum::<f64>() / frame.len() as f64;
    10.0 * power.max(1e-12).log10()
}

/// Turns runs of `value` shorter than `length` frames into their surroundings.
fn without_runs(mut frames: Vec<bool>, value: bool, length: usize) -> Vec<bool> {
    let mut start = 0;
    while start < frames.len() {
        let end = frames[start..]
            .iter()
            .position(|f| *f != frames[start])
            .map_or(frames.len(), |n| start + n);
        let inner = start > 0 && end < frames.len();
        if frames[start] == value && end - start < length && inner {
            frames[start..end].fill(!value);
        }
        start = end;
    }
    frames
}

impl Loud {
    pub fn talk_ms(&self) -> u64 {
        self.frames.iter().filter(|loud| **loud).count() as u64 * FRAME_MS
    }

    /// Time both are loud.
    pub fn overlap_ms(&self, other: &Self) -> u64 {
        let both = self.frames.iter().zip(&other.frames).filter(|(a, b)| **a && **b);
        both.count() as u64 * FRAME_MS
    }
}

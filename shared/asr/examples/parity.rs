//! Compares the engine with what the reference implementation computed from the same weights, as one JSON line.
//!
//! ```sh
//! cargo run --release -p asr --example parity -- MODEL_DIR AUDIO.wav REFERENCE_DIR
//! ```
//!
//! `cargo xtask bench asr --parity` makes all three. Window n is the 30 s that begin at n times 2.9 s.

use std::error::Error;
use std::path::{Path, PathBuf};

use asr::{Engine, WINDOW_SAMPLES_MAX};
use clap::Parser;

const STEP_SAMPLES: usize = 46_400;

/// Compares the engine with recorded numbers of the reference implementation.
#[derive(Parser)]
struct Arguments {
    /// Folder of a Whisper model in the Hugging Face layout.
    model: PathBuf,
    /// 16-bit mono file of 16 kHz.
    audio: PathBuf,
    /// Folder with `tokens.json`, `features.f32`, `encoded.f32` and `scores.f32`.
    reference: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { model, audio, reference } = Arguments::parse();
    let engine = Engine::load(&model)?;
    let stages = engine.stages();
    let tokens: Vec<Vec<u32>> =
        serde_json::from_slice(&std::fs::read(reference.join("tokens.json"))?)?;
    let samples = samples(&audio)?;
    let mut expected = Expected::read(&reference)?;
    let (mut features, mut encoder, mut scores) = (0.0_f32, 0.0_f32, 0.0_f32);
    let mut identical = 0;
    for (n, written) in tokens.iter().enumerate() {
        let own = stages.features(&samples[n * STEP_SAMPLES..][..WINDOW_SAMPLES_MAX]);
        let encoded = stages.encode(&own);
        let heard = stages.hear(&encoded);
        let own_scores = stages.scores(&heard);
        if let Some(theirs) = expected.features.take(own.len()) {
            features = features.max(largest_difference(&own, &theirs));
        }
        if let Some(theirs) = expected.encoded.take(encoded.len()) {
            encoder = encoder.max(relative_difference(&encoded, &theirs));
        }
        if let Some(theirs) = expected.scores.take(own_scores.len()) {
            scores = scores.max(relative_difference(&own_scores, &theirs));
        }
        identical += usize::from(stages.write(&[heard], written.len()).first() == Some(written));
    }
    let line = serde_json::json!({
        "windows": tokens.len(),
        "tokens": tokens.first().map_or(0, Vec::len),
        "identicalWindows": identical,
        "featuresMaxDifference": features,
        "encoderRelativeDifference": encoder,
        "scoresRelativeDifference": scores,
    });
    println!("{line}");
    Ok(())
}

/// The recorded numbers, window after window until they end.
struct Expected {
    features: Numbers,
    encoded: Numbers,
    scores: Numbers,
}

impl Expected {
    fn read(folder: &Path) -> Result<Expected, Box<dyn Error>> {
        let read = |name| Numbers::read(&folder.join(name));
        let (features, encoded) = (read("features.f32")?, read("encoded.f32")?);
        Ok(Expected { features, encoded, scores: read("scores.f32")? })
    }
}

struct Numbers(Vec<f32>);

impl Numbers {
    fn read(file: &Path) -> Result<Numbers, Box<dyn Error>> {
        let bytes = std::fs::read(file)?;
        let (numbers, _) = bytes.as_chunks::<4>();
        Ok(Numbers(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()))
    }

    fn take(&mut self, count: usize) -> Option<Vec<f32>> {
        (self.0.len() >= count).then(|| self.0.drain(..count).collect())
    }
}

fn samples(file: &Path) -> Result<Vec<f32>, Box<dyn Error>> {
    let samples = hound::WavReader::open(file)?.into_samples::<i16>();
    samples.map(|sample| Ok(f32::from(sample?) / 32_768.0)).collect()
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Length of the difference over the length of `b`.
fn relative_difference(a: &[f32], b: &[f32]) -> f32 {
    let length = |values: &mut dyn Iterator<Item = f32>| {
        values.map(|value| f64::from(value).powi(2)).sum::<f64>().sqrt()
    };
    let difference = length(&mut a.iter().zip(b).map(|(a, b)| a - b));
    (difference / length(&mut b.iter().copied())) as f32
}

//! CPU time of every stage of the engine on one 30 s window, as one JSON line. `cargo xtask bench asr` runs it beside
//! other engines.
//!
//! ```sh
//! cargo run --release -p asr --example speed -- MODEL_DIR --threads 1 --rows 8
//! ```
//!
//! Times are CPU milliseconds of all threads, from the scheduler, medians of `--rounds`; so they say little about waiting
//! and much about work. Those by the clock on the wall stand beside them.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod clock;

use std::error::Error;
use std::path::{Path, PathBuf};

use asr::{Engine, InstructionSet, LoadOptions, Precision, WINDOW_SAMPLES_MAX};
use clap::Parser;

use clock::{Spent, peak_memory_mb, rounded, timed};

/// Measures the engine on synthetic audio.
#[derive(Parser)]
struct Arguments {
    /// Folder of a Whisper model in the Hugging Face layout.
    model: PathBuf,
    /// 16-bit mono file of 16 kHz with at least 30 s; without it, a synthetic voice.
    #[arg(long)]
    audio: Option<PathBuf>,
    /// Windows decoded together.
    #[arg(long, default_value_t = 1)]
    rows: usize,
    /// Tokens written for each window.
    #[arg(long, default_value_t = 100)]
    tokens: usize,
    /// Threads of the engine's pool.
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Measurements; medians are printed.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Computes in 8-bit integers.
    #[arg(long)]
    int8: bool,
    /// Computes with these instructions instead of the best the processor has.
    #[arg(long)]
    instructions: Option<String>,
    /// Prints the tokens written for the first window as well.
    #[arg(long)]
    show_tokens: bool,
}

impl Arguments {
    fn precision(&self) -> Precision {
        if self.int8 { Precision::Int8 } else { Precision::F32 }
    }

    fn instructions(&self) -> Result<Option<InstructionSet>, Box<dyn Error>> {
        let Some(name) = &self.instructions else { return Ok(None) };
        let known = InstructionSet::available();
        let found = known.iter().find(|known| format!("{known:?}").eq_ignore_ascii_case(name));
        Ok(Some(*found.ok_or_else(|| format!("{name}: expected one of {known:?}"))?))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global()?;
    let options =
        LoadOptions { precision: arguments.precision(), instructions: arguments.instructions()? };
    let (engine, load) = timed(|| Engine::load_with(&arguments.model, &options))?;
    let engine = engine?;
    let (stages, pcm) = (engine.stages(), window(arguments.audio.as_deref())?);
    let mut times = Times::default();
    for _ in 0..arguments.rounds.max(1) {
        let features = times.measure("features", || stages.features(&pcm))?;
        let encoded = times.measure("encoder", || stages.encode(&features))?;
        let heard = times.measure("crossKeysValues", || stages.hear(&encoded))?;
        let windows = vec![heard; arguments.rows];
        let few = arguments.tokens / 5;
        times.measure("fewTokens", || stages.write(&windows, few))?;
        let written = times.measure("tokens", || stages.write(&windows, arguments.tokens))?;
        if arguments.show_tokens {
            println!("{:?}", written.first());
        }
    }
    let cpu = |stage| rounded(times.median(stage, |spent| spent.cpu_ms));
    let wall = |stage| rounded(times.median(stage, |spent| spent.wall_ms));
    let steps = (arguments.tokens - arguments.tokens / 5) as f64;
    let line = serde_json::json!({
        "model": arguments.model,
        "precision": format!("{:?}", engine.info().precision),
        "instructions": format!("{:?}", options.instructions),
        "threads": arguments.threads,
        "rows": arguments.rows,
        "tokens": arguments.tokens,
        "loadMs": rounded(load.cpu_ms),
        "featuresMs": cpu("features"),
        "encoderMs": cpu("encoder"),
        "encoderWallMs": wall("encoder"),
        "crossKeysValuesMs": cpu("crossKeysValues"),
        "crossKeysValuesWallMs": wall("crossKeysValues"),
        "fewTokensMs": cpu("fewTokens"),
        "tokensMs": cpu("tokens"),
        "tokensWallMs": wall("tokens"),
        "stepMs": rounded((cpu("tokens") - cpu("fewTokens")) / steps),
        "peakMemoryMb": rounded(peak_memory_mb()?),
    });
    println!("{line}");
    Ok(())
}

/// 30 s of sound.
fn window(file: Option<&Path>) -> Result<Vec<f32>, Box<dyn Error>> {
    let Some(file) = file else { return Ok(synthetic_speech(WINDOW_SAMPLES_MAX)) };
    let samples = hound::WavReader::open(file)?.into_samples::<i16>();
    let samples = samples.map(|sample| Ok(f32::from(sample?) / 32_768.0));
    samples.take(WINDOW_SAMPLES_MAX).collect()
}

/// A voice-like buzz of changing pitch with pauses, so that attention has something to tell apart.
fn synthetic_speech(samples: usize) -> Vec<f32> {
    let mut phase = 0.0_f32;
    let sample = |i: usize| {
        let seconds = i as f32 / 16_000.0;
        phase = (phase + (120.0 + 40.0 * (seconds * 2.1).sin()) / 16_000.0).fract();
        let buzz = (1..12).map(|n| (std::f32::consts::TAU * phase * n as f32).sin() / n as f32);
        let syllables = (seconds * 11.0).sin().max(0.0) * (seconds * 0.9).cos().max(0.0).sqrt();
        buzz.sum::<f32>() * syllables * 0.2
    };
    (0..samples).map(sample).collect()
}

/// Measurements by stage.
#[derive(Default)]
struct Times(Vec<(&'static str, Spent)>);

impl Times {
    fn measure<T>(
        &mut self,
        stage: &'static str,
        work: impl FnOnce() -> T,
    ) -> Result<T, Box<dyn Error>> {
        let (done, spent) = timed(work)?;
        self.0.push((stage, spent));
        Ok(done)
    }

    fn median(&self, stage: &str, of: fn(&Spent) -> f64) -> f64 {
        let stage = self.0.iter().filter(|(name, _)| *name == stage);
        let mut times: Vec<f64> = stage.map(|(_, spent)| of(spent)).collect();
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    }
}

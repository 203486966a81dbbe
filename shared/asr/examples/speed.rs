//! CPU time of one 30 s window: hearing it, and writing tokens.
//!
//! ```sh
//! RAYON_NUM_THREADS=1 cargo run --release -p asr --example speed -- MODEL_DIR
//! ```
//!
//! Tokens are sampled at temperature 1, because random weights repeat themselves when decoded greedily.

use std::error::Error;
use std::path::PathBuf;

use asr::{Engine, Options, WINDOW_SAMPLES_MAX};
use clap::Parser;

/// Measures the engine on synthetic audio.
#[derive(Parser)]
struct Arguments {
    /// Folder of a Whisper model in the Hugging Face layout.
    model: PathBuf,
    /// Windows decoded together.
    #[arg(long, default_value_t = 1)]
    rows: usize,
    /// Measurements; the median is printed.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let engine = Engine::load(&arguments.model)?;
    println!("{:?}", engine.info());
    let pcm: Vec<f32> = (0..WINDOW_SAMPLES_MAX).map(tone).collect();
    let windows = vec![pcm.as_slice(); arguments.rows];
    let measure = |tokens| {
        median_cpu_ms(arguments.rounds, || {
            engine.transcribe(&windows, &options(tokens)).map(|_| ()).map_err(Into::into)
        })
    };
    let listen = median_cpu_ms(arguments.rounds, || {
        engine.detect_language(&pcm).map(|_| ()).map_err(Into::into)
    })?;
    let (few, many) = (measure(20)?, measure(100)?);
    println!("features, encoder, one token: {listen:.0} ms");
    println!("{} windows with 100 tokens: {many:.0} ms", arguments.rows);
    println!("per token and step of {} rows: {:.2} ms", arguments.rows, (many - few) / 80.0);
    Ok(())
}

fn options(tokens_max: usize) -> Options {
    Options {
        language: "en".parse().ok(),
        word_times: false,
        timestamps: false,
        temperatures: vec![1.0],
        compression_ratio_threshold: f32::MAX,
        no_speech_threshold: 1.0,
        tokens_max: Some(tokens_max),
        ..Options::default()
    }
}

fn tone(i: usize) -> f32 {
    (i as f32 * 0.05).sin() * (i as f32 * 0.000_3).sin() * 0.3
}

fn median_cpu_ms(
    rounds: usize,
    mut work: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    work()?;
    let mut times = Vec::new();
    for _ in 0..rounds.max(1) {
        let before = process_cpu_ms()?;
        work()?;
        times.push(process_cpu_ms()? - before);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[times.len() / 2])
}

/// CPU time of all threads of this process so far, from the scheduler (Linux only), in nanosecond steps.
fn process_cpu_ms() -> Result<f64, Box<dyn Error>> {
    let mut total = 0.0;
    for task in std::fs::read_dir("/proc/self/task")? {
        let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
        let nanoseconds: f64 = text.split_whitespace().next().ok_or("empty schedstat")?.parse()?;
        total += nanoseconds / 1e6;
    }
    Ok(total)
}

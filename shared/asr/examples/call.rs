//! Processor time of a whole recording, from the file to the tokens of its last window, as one JSON line. `cargo xtask
//! bench asr --call` runs it beside other engines.
//!
//! Random weights never end a text, so every window gets so many tokens, under no rule.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]

mod clock;
mod recording;

use std::error::Error;
use std::path::{Path, PathBuf};

use asr::{Engine, LoadOptions, Precision, Stages};
use clap::Parser;

use clock::{peak_memory_mb, rounded, timed};

/// Measures the engine on a recording, in 8-bit integers.
#[derive(Parser)]
struct Arguments {
    /// Folder of a Whisper model in the Hugging Face layout.
    model: PathBuf,
    /// The recording.
    media: PathBuf,
    /// Windows decoded together.
    #[arg(long, default_value_t = 8)]
    rows: usize,
    /// Tokens written for each window.
    #[arg(long, default_value_t = 100)]
    tokens: usize,
    /// Threads of the engine's pool.
    #[arg(long, default_value_t = 1)]
    threads: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    rayon::ThreadPoolBuilder::new().num_threads(arguments.threads).build_global()?;
    let options = LoadOptions { precision: Precision::Int8, ..LoadOptions::default() };
    let (engine, load) = timed(|| Engine::load_with(&arguments.model, &options))?;
    let engine = engine?;
    let (segments, call) = timed(|| hear(&engine.stages(), &arguments.media, &arguments))?;
    let line = serde_json::json!({
        "loadMs": rounded(load.cpu_ms),
        "callMs": rounded(call.cpu_ms),
        "callWallMs": rounded(call.wall_ms),
        "segments": segments?,
        "peakMemoryMb": rounded(peak_memory_mb()?),
    });
    println!("{line}");
    Ok(())
}

/// Hears every window of every track; the answer is how many there were.
fn hear(stages: &Stages<'_>, media: &Path, arguments: &Arguments) -> Result<usize, Box<dyn Error>> {
    let spools = recording::sounds(media)?;
    let mut count = 0;
    for (spool, windows) in spools.iter().zip(recording::windows(&spools)?) {
        for batch in windows.chunks(arguments.rows) {
            let mut heard = Vec::with_capacity(batch.len());
            for window in batch {
                let features = stages.features(&recording::samples(window, spool)?);
                heard.push(stages.hear(&stages.encode(&features)));
            }
            count += stages.write(&heard, arguments.tokens).len();
        }
    }
    Ok(count)
}

//! A model folder in 8 bits: half the bytes of f16, quicker to load, the same numbers as rounding while loading.
//!
//! ```sh
//! cargo run --release -p asr --example quantize -- MODEL_DIR NEW_DIR
//! ```

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Writes a model with its matrices in 8 bits.
#[derive(Parser)]
struct Arguments {
    /// Folder of a Whisper model in the Hugging Face layout.
    model: PathBuf,
    /// The folder to make.
    new: PathBuf,
}

fn main() -> ExitCode {
    let Arguments { model, new } = Arguments::parse();
    match asr::quantize(&model, &new) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("✗ {error}");
            ExitCode::FAILURE
        }
    }
}

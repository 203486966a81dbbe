//! Any media file in, its words out, without the rest of the product.
//!
//! ```sh
//! cargo run --release -p asr --example transcribe -- call.m4a --format srt > call.srt
//! cargo run --release -p asr --example transcribe -- call.wav --model target/models/ORG--NAME --language ja
//! ```
//!
//! Channels that differ are heard apart; silence costs nothing. Text goes to standard output, progress to standard error.

mod listen;
mod output;
#[path = "../recording/mod.rs"]
mod recording;

use std::error::Error;
use std::path::PathBuf;

use asr::{Engine, Language, Options};
use clap::Parser;

use output::Format;

/// Transcribes a recording: WAV, MP3, M4A, MP4, FLAC, Ogg, WebM, AIFF or CAF.
#[derive(Parser)]
struct Arguments {
    /// The recording.
    media: PathBuf,
    /// Folder of a Whisper model in the Hugging Face layout.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/demo-model"))]
    model: PathBuf,
    /// Language code; detected for each window if absent.
    #[arg(long)]
    language: Option<Language>,
    /// What to write.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// A word to expect: a name, a product. May be given several times.
    #[arg(long = "expect", value_name = "WORD")]
    vocabulary: Vec<String>,
    /// How much less probable than what was heard an expected word may be, in natural logarithms for each letter.
    #[arg(long, value_name = "LOG")]
    bonus: Option<f32>,
    /// Decodes once, greedily, instead of trying again where the text looks wrong.
    #[arg(long)]
    greedy: bool,
}

impl Arguments {
    fn options(&self) -> Options {
        let mut options = Options {
            language: self.language.clone(),
            vocabulary: self.vocabulary.clone(),
            ..Options::default()
        };
        options.vocabulary_bonus = self.bonus.unwrap_or(options.vocabulary_bonus);
        if self.greedy {
            options.temperatures = vec![0.0];
        }
        options
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let engine = Engine::load(&arguments.model)?;
    let heard = listen::listen(&engine, &arguments.media, &arguments.options())?;
    print!("{}", arguments.format.write(&heard));
    Ok(())
}

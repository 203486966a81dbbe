//! A WAV file in, text out: the developer's tool.
//!
//! ```sh
//! cargo run --release -p asr --example transcribe -- --model shared/asr/demo-model call.wav
//! ```
//!
//! Takes 16 kHz files of any number of channels and transcribes each channel in plain 30 s windows; the product
//! resamples and cuts in silence, which is the business of the `audio` crate.

use std::error::Error;
use std::path::{Path, PathBuf};

use asr::{Engine, Language, Options, SAMPLE_RATE, Segment, WINDOW_SAMPLES_MAX};
use clap::Parser;

/// Transcribes a 16 kHz WAV file.
#[derive(Parser)]
struct Arguments {
    /// The recording.
    wav: PathBuf,
    /// Folder of a Whisper model in the Hugging Face layout.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/demo-model"))]
    model: PathBuf,
    /// Language code; detected for each window if absent.
    #[arg(long)]
    language: Option<Language>,
    /// Prints every word with its times and confidence.
    #[arg(long)]
    words: bool,
    /// Decodes once, greedily, instead of trying again where the text looks wrong.
    #[arg(long)]
    greedy: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let engine = Engine::load(&arguments.model)?;
    eprintln!("{:?}", engine.info());
    let mut options =
        Options { language: arguments.language, word_times: arguments.words, ..Options::default() };
    if arguments.greedy {
        options.temperatures = vec![0.0];
    }
    for (channel, pcm) in read_channels(&arguments.wav)?.iter().enumerate() {
        println!("channel {}", channel + 1);
        print_transcript(&engine, pcm, &options)?;
    }
    Ok(())
}

fn print_transcript(engine: &Engine, pcm: &[f32], options: &Options) -> Result<(), Box<dyn Error>> {
    let windows: Vec<&[f32]> = pcm.chunks(WINDOW_SAMPLES_MAX).collect();
    let transcripts = engine.transcribe(&windows, options)?;
    for (offset_ms, transcript) in (0..).step_by(30_000).zip(&transcripts) {
        if let Some(reason) = transcript.skipped {
            println!("  {:>8}  ({reason:?})", seconds(offset_ms));
        }
        for segment in &transcript.segments {
            print_segment(offset_ms, &transcript.language, segment);
        }
    }
    Ok(())
}

fn print_segment(offset_ms: u32, language: &Language, segment: &Segment) {
    let (start, end) = (seconds(offset_ms + segment.start_ms), seconds(offset_ms + segment.end_ms));
    println!("  {start:>8} – {end:>8}  [{language}] {}", segment.text);
    for word in &segment.words {
        let (start, end) = (seconds(offset_ms + word.start_ms), seconds(offset_ms + word.end_ms));
        println!("      {start:>8} – {end:>8}  {:.2}  {}", word.confidence, word.text);
    }
}

fn seconds(ms: u32) -> String {
    format!("{}.{:03}", ms / 1_000, ms % 1_000)
}

/// The channels of the file, full scale ±1.
fn read_channels(path: &Path) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
    let mut reader = hound::WavReader::open(path)?;
    let spec = reader.spec();
    if spec.sample_rate != SAMPLE_RATE {
        return Err(format!("{} Hz, expected {SAMPLE_RATE} Hz", spec.sample_rate).into());
    }
    let samples: Vec<f32> = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<_, _>>()?,
        hound::SampleFormat::Int => {
            let full_scale = (1_u64 << (spec.bits_per_sample - 1)) as f32;
            let scaled = reader.samples::<i32>().map(|s| s.map(|s| s as f32 / full_scale));
            scaled.collect::<Result<_, _>>()?
        }
    };
    let channels = usize::from(spec.channels);
    let channel = |first| samples.iter().copied().skip(first).step_by(channels).collect();
    Ok((0..channels).map(channel).collect())
}

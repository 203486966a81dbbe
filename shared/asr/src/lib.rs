//! Speech to text with the Whisper architecture, on candle-core.
//!
//! Owns: 16 kHz mono samples in, timed words out. Feature extraction, the model, the decoding rules of the
//! reference implementation, word times, and the guards against invented text.
//!
//! Does not own: media formats, resampling, cutting a track into windows (`audio`), tenants, storage. It opens
//! no socket, and writes no file but the model folder [`quantize`] is asked for.
//!
//! ```no_run
//! let engine = asr::Engine::load(std::path::Path::new("demo-model"))?;
//! let pcm = vec![0.0_f32; 16_000];
//! let transcripts = engine.transcribe(&[pcm.as_slice()], &asr::Options::default())?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batch;
mod decode;
mod engine;
mod error;
mod language;
mod mel;
mod model;
mod options;
mod pieces;
mod precision;
mod quantize;
mod stages;
mod tokenizer;
mod transcript;

pub use engine::{Engine, EngineInfo};
pub use error::{DecodeError, LoadError};
pub use language::{Language, LanguageGuess, ParseLanguageError};
pub use options::Options;
pub use precision::{InstructionSet, LoadOptions, Precision};
pub use quantize::{QuantizeError, quantize};
pub use stages::{Heard, Stages};
pub use transcript::{Segment, SkipReason, WindowTranscript, Word};

/// Samples per second of every window given to the engine.
pub const SAMPLE_RATE: u32 = 16_000;

/// The longest window the engine takes: 30 s, the span published models were trained on.
pub const WINDOW_SAMPLES_MAX: usize = 30 * SAMPLE_RATE as usize;

#[cfg(test)]
#[path = "../tests/reference/parity.rs"]
mod parity;
#[cfg(test)]
#[path = "../tests/reference/words.rs"]
mod words_parity;

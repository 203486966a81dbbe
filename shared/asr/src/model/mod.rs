//! The Whisper network: one implementation, whatever number format the weights are stored in.

mod attention;
pub(crate) mod config;
mod decoder;
mod eight_bit;
mod encoder;
pub(crate) mod kernels;
mod layers;
mod stored;
pub(crate) mod vector;
mod weights;

use std::path::Path;
use std::sync::Arc;

use crate::{LoadError, LoadOptions, Precision};
use config::ModelConfig;
use decoder::Decoder;
pub(crate) use decoder::{AudioMemory, CrossScores, Row};
pub(crate) use eight_bit::weights_in_8_bits;
use encoder::Encoder;
use kernels::InstructionSet;
pub(crate) use weights::SINGLE as WEIGHTS;
use weights::{Layout, Weights};

impl LoadOptions {
    fn layout(&self) -> Layout {
        let instructions = self.instructions.unwrap_or_else(InstructionSet::best);
        Layout { precision: self.precision, instructions }
    }
}

/// Encoder and decoder with their sizes.
pub(crate) struct Model {
    pub config: ModelConfig,
    /// What it computes in, which the file decides if its matrices are in 8 bits.
    pub precision: Precision,
    encoder: Encoder,
    pub decoder: Decoder,
}

impl Model {
    /// Reads `config.json` and the weights in `dir`.
    ///
    /// # Errors
    /// Whatever [`LoadError`] names the file, field or tensor that does not fit.
    pub(crate) fn load(dir: &Path, options: &LoadOptions) -> Result<Model, LoadError> {
        let config = ModelConfig::load(dir)?;
        Model::read(config, &Weights::open(dir, options.layout())?)
    }

    fn read(config: ModelConfig, weights: &Weights) -> Result<Model, LoadError> {
        Ok(Model {
            encoder: Encoder::load(weights, &config)?,
            decoder: Decoder::load(weights, &config)?,
            precision: weights.layout.precision,
            config,
        })
    }

    /// `[frames, n_mels]` features, 3000 for a full window, to `[frames / 2, width]`.
    pub(crate) fn encode(&self, features: &[f32]) -> Vec<f32> {
        self.encoder.forward(features)
    }

    /// A matrix product alone, for measuring; see [`FeedForward::widen`](layers::FeedForward::widen).
    pub(crate) fn widen(&self, positions: &[f32]) -> Vec<f32> {
        self.encoder.widen(positions)
    }

    /// Encodes one window and prepares it for the decoder.
    pub(crate) fn listen(&self, features: &[f32]) -> Arc<AudioMemory> {
        self.decoder.audio_memory(&self.encode(features))
    }

    /// Weights of the model, tied ones counted once.
    pub(crate) fn parameters(&self) -> u64 {
        parameter_count(&self.config)
    }
}

/// The published layer shapes, multiplied out.
fn parameter_count(c: &ModelConfig) -> u64 {
    let width = c.width;
    let attention = 4 * width * width + 3 * width;
    let norm = 2 * width;
    let feed_forward = |inner: usize| 2 * width * inner + inner + width + norm;
    let encoder_layer = attention + norm + feed_forward(c.encoder.inner_width);
    let decoder_layer = 2 * (attention + norm) + feed_forward(c.decoder.inner_width);
    let convolutions = 3 * width * (c.n_mels + width) + 2 * width;
    let tables = width * (c.vocab_size + c.text_positions + c.audio_positions);
    let total = c.encoder.layers * encoder_layer
        + c.decoder.layers * decoder_layer
        + convolutions
        + tables
        + 2 * norm;
    total as u64
}

/// Reads a text file of the model folder.
///
/// # Errors
/// [`LoadError::Missing`] or [`LoadError::Read`].
pub(crate) fn read_text(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => LoadError::Missing { path: path.to_owned() },
        _ => LoadError::Read { path: path.to_owned(), source },
    })
}

//! The Whisper network: one implementation, whatever number format the weights are stored in.

mod attention;
pub(crate) mod config;
mod decoder;
mod encoder;
mod layers;
pub(crate) mod vector;
mod weights;

use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Result, Tensor};

use crate::LoadError;
use config::ModelConfig;
// Not called from here: candle's matrix products use it, and naming it switches on its AVX-512 kernels.
use decoder::Decoder;
pub(crate) use decoder::{AudioMemory, CrossScores, Row};
use encoder::Encoder;
use gemm as _;
use weights::Weights;

/// The number format computed in. Faster formats come in here and in `layers`, and nowhere else.
const COMPUTED_IN: DType = DType::F32;

/// Encoder and decoder with their sizes.
pub(crate) struct Model {
    pub config: ModelConfig,
    encoder: Encoder,
    pub decoder: Decoder,
}

impl Model {
    /// Reads `config.json` and the weights in `dir`.
    ///
    /// # Errors
    /// Whatever [`LoadError`] names the file, field or tensor that does not fit.
    pub(crate) fn load(dir: &Path) -> std::result::Result<Model, LoadError> {
        let path = dir.join("config.json");
        let config = ModelConfig::parse(&path, &read_text(&path)?)?;
        let weights = Weights::open(dir, COMPUTED_IN)?;
        Ok(Model {
            encoder: Encoder::load(&weights, &config)?,
            decoder: Decoder::load(&weights, &config)?,
            config,
        })
    }

    /// `[3000, n_mels]` features to `[1500, width]`.
    pub(crate) fn encode(&self, features: &[f32]) -> Result<Tensor> {
        self.encoder.forward(features)
    }

    /// Encodes one window and prepares it for the decoder.
    pub(crate) fn listen(&self, features: &[f32]) -> Result<Arc<AudioMemory>> {
        self.decoder.audio_memory(&self.encode(features)?)
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
pub(crate) fn read_text(path: &Path) -> std::result::Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => LoadError::Missing { path: path.to_owned() },
        _ => LoadError::Read { path: path.to_owned(), source },
    })
}

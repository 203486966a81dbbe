//! The encoder: log-mel frames to one vector for every 20 ms.

use candle_core::{Device, IndexOp, Result, Tensor};

use super::attention::Attention;
use super::config::ModelConfig;
use super::layers::{FeedForward, LayerNorm, Linear};
use super::weights::Weights;
use crate::LoadError;

/// Frames one convolution looks at.
const KERNEL: usize = 3;

pub(crate) struct Encoder {
    n_mels: usize,
    convolutions: [Convolution; 2],
    positions: Tensor,
    layers: Vec<EncoderLayer>,
    norm: LayerNorm,
}

impl Encoder {
    /// Reads the encoder's weights.
    pub(crate) fn load(
        weights: &Weights,
        config: &ModelConfig,
    ) -> std::result::Result<Encoder, LoadError> {
        const NAME: &str = "model.encoder";
        let (width, n_mels) = (config.width, config.n_mels);
        let convolution = |name: &str, inputs, stride| {
            Convolution::load(weights, &format!("{NAME}.{name}"), inputs, width, stride)
        };
        let layer = |i| EncoderLayer::load(weights, &format!("{NAME}.layers.{i}"), config);
        Ok(Encoder {
            n_mels,
            convolutions: [convolution("conv1", n_mels, 1)?, convolution("conv2", width, 2)?],
            positions: weights.tensor(
                &format!("{NAME}.embed_positions.weight"),
                &[config.audio_positions, width],
            )?,
            layers: (0..config.encoder.layers).map(layer).collect::<std::result::Result<_, _>>()?,
            norm: LayerNorm::load(weights, &format!("{NAME}.layer_norm"), width)?,
        })
    }

    /// `[frames, n_mels]` features of one window to `[frames / 2, width]`.
    pub(crate) fn forward(&self, features: &[f32]) -> Result<Tensor> {
        let shape = (features.len() / self.n_mels, self.n_mels);
        let mut x = Tensor::from_slice(features, shape, &Device::Cpu)?;
        for convolution in &self.convolutions {
            x = convolution.forward_gelu(&x)?;
        }
        x = (x + &self.positions)?;
        for layer in &self.layers {
            x = layer.forward(&x)?;
        }
        self.norm.forward(&x)
    }
}

/// A convolution over time: a linear layer over every frame together with its two neighbours.
struct Convolution {
    /// Inputs are ordered frame by frame: before, here, after.
    linear: Linear,
    stride: usize,
}

impl Convolution {
    fn load(
        weights: &Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
        stride: usize,
    ) -> std::result::Result<Convolution, LoadError> {
        let weight = weights.tensor(&format!("{name}.weight"), &[outputs, inputs, KERNEL])?;
        let frame_by_frame =
            weight.transpose(1, 2).and_then(|w| w.reshape((outputs, KERNEL * inputs)));
        let frame_by_frame = frame_by_frame.map_err(|source| weights.damaged(source))?;
        let bias = weights.vector(&format!("{name}.bias"), outputs)?;
        Ok(Convolution { linear: Linear::new(frame_by_frame, Some(bias)), stride })
    }

    /// `[frames, inputs]` to `[frames / stride, outputs]`, with silence assumed around the window.
    fn forward_gelu(&self, x: &Tensor) -> Result<Tensor> {
        let (frames, inputs) = x.dims2()?;
        let padded = x.pad_with_zeros(0, 1, 1)?;
        let neighbours = (0..KERNEL).map(|offset| {
            let shifted = padded.narrow(0, offset, frames)?;
            shifted.reshape((frames / self.stride, self.stride, inputs))?.i((.., 0, ..))
        });
        let rows = Tensor::cat(&neighbours.collect::<Result<Vec<_>>>()?, 1)?;
        self.linear.forward_gelu(&rows)
    }
}

struct EncoderLayer {
    norm: LayerNorm,
    attention: Attention,
    feed_forward: FeedForward,
}

impl EncoderLayer {
    fn load(
        weights: &Weights,
        name: &str,
        config: &ModelConfig,
    ) -> std::result::Result<EncoderLayer, LoadError> {
        let (width, stack) = (config.width, config.encoder);
        let attention = format!("{name}.self_attn");
        Ok(EncoderLayer {
            norm: LayerNorm::load(weights, &format!("{name}.self_attn_layer_norm"), width)?,
            attention: Attention::load(weights, &attention, width, stack.heads)?,
            feed_forward: FeedForward::load(weights, name, width, stack.inner_width)?,
        })
    }

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let x = (x + self.attention.forward_full(&self.norm.forward(x)?)?)?;
        self.feed_forward.forward(&x)
    }
}

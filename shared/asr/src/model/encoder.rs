//! The encoder: log-mel frames to one vector for every 20 ms.
//!
//! Everything but attention looks at one row at a time, so that rows go through a whole layer in groups small enough
//! for the caches, and threads share the groups.

use super::attention::SelfAttention;
use super::config::ModelConfig;
use super::kernels::product::{Finish, Rows};
use super::layers::{FeedForward, LayerNorm, Linear, ROWS_TOGETHER, for_each_chunk};
use super::weights::Weights;
use crate::LoadError;

/// Frames one convolution looks at.
const KERNEL: usize = 3;

pub(crate) struct Encoder {
    n_mels: usize,
    width: usize,
    convolutions: [Convolution; 2],
    /// `[positions, width]`.
    positions: Vec<f32>,
    layers: Vec<EncoderLayer>,
    norm: LayerNorm,
}

impl Encoder {
    /// Reads the encoder's weights.
    pub(crate) fn load(weights: &Weights, config: &ModelConfig) -> Result<Encoder, LoadError> {
        const NAME: &str = "model.encoder";
        let (width, n_mels) = (config.width, config.n_mels);
        let convolution = |name: &str, inputs, stride| {
            Convolution::load(weights, &format!("{NAME}.{name}"), inputs, width, stride)
        };
        let layer = |i| EncoderLayer::load(weights, &format!("{NAME}.layers.{i}"), config);
        Ok(Encoder {
            n_mels,
            width,
            convolutions: [convolution("conv1", n_mels, 1)?, convolution("conv2", width, 2)?],
            positions: weights.values(
                &format!("{NAME}.embed_positions.weight"),
                &[config.audio_positions, width],
            )?,
            layers: (0..config.encoder.layers).map(layer).collect::<Result<_, _>>()?,
            norm: LayerNorm::load(weights, &format!("{NAME}.layer_norm"), width)?,
        })
    }

    /// `[frames, n_mels]` features of one window, an even number and at most 30 s, to `[frames / 2, width]`.
    pub(crate) fn forward(&self, features: &[f32]) -> Vec<f32> {
        let [first, second] = &self.convolutions;
        let mut x = second.forward(&first.forward(&padded(features, self.n_mels)));
        // The padding of the convolutions' output is not theirs any more.
        x.drain(..self.width);
        x.truncate(x.len() - self.width);
        x.iter_mut().zip(&self.positions).for_each(|(x, position)| *x += position);
        // Queries, keys and values, in room that all layers use in turn: `[positions, 3 · width]`.
        let mut projected = vec![0.0; 3 * x.len()];
        for layer in &self.layers {
            layer.forward(&mut x, &mut projected);
        }
        self.norm.apply(&x)
    }
}

impl Encoder {
    /// The widest product of a layer alone, for measuring; see [`FeedForward::widen`].
    pub(crate) fn widen(&self, rows: &[f32]) -> Vec<f32> {
        self.layers.first().map(|layer| layer.feed_forward.widen(rows)).unwrap_or_default()
    }
}

/// A frame of zeros before and after the frames of `[frames, width]`.
fn padded(frames: &[f32], width: usize) -> Vec<f32> {
    [&vec![0.0; width], frames, &vec![0.0; width]].concat()
}

/// A convolution over time: a linear layer over every frame together with its two neighbours.
struct Convolution {
    /// Inputs are ordered frame by frame: before, here, after.
    linear: Linear,
    inputs: usize,
    stride: usize,
}

impl Convolution {
    fn load(
        weights: &Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
        stride: usize,
    ) -> Result<Convolution, LoadError> {
        let stored = weights.matrix(&format!("{name}.weight"), &[outputs, inputs, KERNEL])?;
        let frame = |frame| (0..inputs).map(move |input| input * KERNEL + frame);
        let frame_by_frame = stored.in_order((0..KERNEL).flat_map(frame).collect());
        let bias = weights.values(&format!("{name}.bias"), &[outputs])?;
        let linear = Linear::new(weights.layout, &[frame_by_frame], bias);
        Ok(Convolution { linear, inputs, stride })
    }

    /// Padded `[1 + frames + 1, inputs]` to padded `[1 + frames / stride + 1, outputs]`, with GELU.
    fn forward(&self, x: &[f32]) -> Vec<f32> {
        let frames = (x.len() / self.inputs - 2) / self.stride;
        let outputs = self.linear.outputs();
        // Neighbouring frames lie side by side already: the rows overlap.
        let (stride, width) = (self.stride * self.inputs, KERNEL * self.inputs);
        let rows = Rows { values: x, stride, width, count: frames };
        let mut out = vec![0.0; (frames + 2) * outputs];
        let inner = &mut out[outputs..(frames + 1) * outputs];
        for_each_chunk(inner, ROWS_TOGETHER * outputs, |at, out| {
            let from = at * ROWS_TOGETHER;
            self.linear.apply(rows.part(from..from + out.len() / outputs), Finish::Gelu, out);
        });
        out
    }
}

struct EncoderLayer {
    norm: LayerNorm,
    attention: SelfAttention,
    feed_forward: FeedForward,
    width: usize,
}

impl EncoderLayer {
    fn load(
        weights: &Weights,
        name: &str,
        config: &ModelConfig,
    ) -> Result<EncoderLayer, LoadError> {
        let (width, stack) = (config.width, config.encoder);
        let attention = format!("{name}.self_attn");
        Ok(EncoderLayer {
            norm: LayerNorm::load(weights, &format!("{name}.self_attn_layer_norm"), width)?,
            attention: SelfAttention::load(weights, &attention, width, stack.heads)?,
            feed_forward: FeedForward::load(weights, name, width, stack.inner_width)?,
            width,
        })
    }

    /// `[positions, width]` in place; `projected` is room for three times as much.
    fn forward(&self, x: &mut [f32], projected: &mut [f32]) {
        let (rows, joined) = (ROWS_TOGETHER * self.width, ROWS_TOGETHER * 3 * self.width);
        let before: &[f32] = x;
        for_each_chunk(projected, joined, |at, out| {
            let x = &before[at * rows..][..out.len() / 3];
            self.attention.project(&self.norm.apply(x), out);
        });
        let projected: &[f32] = projected;
        let whole = self.attention.whole(projected);
        for_each_chunk(x, rows, |at, x| {
            let mut attended = vec![0.0; x.len()];
            let queries = &projected[at * joined..][..3 * x.len()];
            self.attention.attend_to_whole(queries, &whole, &mut attended);
            self.attention.add_to(&attended, x);
            self.feed_forward.add_to(x);
        });
    }
}

//! The layers every part of the model is built of, over rows of `[rows, width]`.

use candle_core::{CpuStorage, InplaceOp1, Layout, Result, Tensor, bail};

use super::vector;
use super::weights::Weights;
use crate::LoadError;

/// `x · Wᵀ + b`. The only place where a matrix of weights meets activations.
pub(crate) struct Linear {
    /// `[outputs, inputs]`, as stored in the files.
    weight: Tensor,
    bias: Option<Vec<f32>>,
}

impl Linear {
    /// Reads `{name}.weight` and `{name}.bias`.
    pub(crate) fn load(
        weights: &Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> std::result::Result<Linear, LoadError> {
        Ok(Linear {
            bias: Some(weights.vector(&format!("{name}.bias"), outputs)?),
            ..Linear::load_without_bias(weights, name, inputs, outputs)?
        })
    }

    /// Reads `{name}.weight` only: key projections have no bias.
    pub(crate) fn load_without_bias(
        weights: &Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> std::result::Result<Linear, LoadError> {
        let weight = weights.tensor(&format!("{name}.weight"), &[outputs, inputs])?;
        Ok(Linear { weight, bias: None })
    }

    /// Wraps a weight already in memory, `[outputs, inputs]`.
    pub(crate) fn new(weight: Tensor, bias: Option<Vec<f32>>) -> Linear {
        Linear { weight, bias }
    }

    /// `[rows, inputs]` to `[rows, outputs]`.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.matmul(&self.weight.t()?)?;
        if let Some(bias) = &self.bias {
            in_place(&y, "add-bias", |y| vector::add_bias(y, bias))?;
        }
        Ok(y)
    }

    /// [`Linear::forward`] followed by GELU.
    pub(crate) fn forward_gelu(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.matmul(&self.weight.t()?)?;
        match &self.bias {
            Some(bias) => in_place(&y, "add-bias-gelu", |y| vector::add_bias_gelu(y, bias))?,
            None => bail!("a layer followed by GELU has a bias"),
        }
        Ok(y)
    }
}

/// Layer norm over the last dimension.
pub(crate) struct LayerNorm {
    gain: Vec<f32>,
    bias: Vec<f32>,
}

impl LayerNorm {
    /// Reads `{name}.weight` and `{name}.bias`.
    pub(crate) fn load(
        weights: &Weights,
        name: &str,
        width: usize,
    ) -> std::result::Result<LayerNorm, LoadError> {
        Ok(LayerNorm {
            gain: weights.vector(&format!("{name}.weight"), width)?,
            bias: weights.vector(&format!("{name}.bias"), width)?,
        })
    }

    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let y = x.copy()?;
        in_place(&y, "layer-norm", |y| vector::layer_norm(y, &self.gain, &self.bias))?;
        Ok(y)
    }
}

/// The two linear layers with GELU between them that end every transformer layer.
pub(crate) struct FeedForward {
    norm: LayerNorm,
    widen: Linear,
    narrow: Linear,
}

impl FeedForward {
    pub(crate) fn load(
        weights: &Weights,
        layer: &str,
        width: usize,
        inner_width: usize,
    ) -> std::result::Result<FeedForward, LoadError> {
        Ok(FeedForward {
            norm: LayerNorm::load(weights, &format!("{layer}.final_layer_norm"), width)?,
            widen: Linear::load(weights, &format!("{layer}.fc1"), width, inner_width)?,
            narrow: Linear::load(weights, &format!("{layer}.fc2"), inner_width, width)?,
        })
    }

    /// Adds what the layer makes of `x` to `x`.
    pub(crate) fn forward(&self, x: &Tensor) -> Result<Tensor> {
        x + self.narrow.forward(&self.widen.forward_gelu(&self.norm.forward(x)?)?)?
    }
}

/// Softmax over the last dimension, in place: the tensor must be new and owned by the caller alone.
pub(crate) fn softmax_in_place(scores: &Tensor) -> Result<()> {
    let width = scores.dim(candle_core::D::Minus1)?;
    in_place(scores, "softmax", |scores| {
        scores.chunks_exact_mut(width).for_each(vector::softmax);
    })
}

/// Runs one of the [`vector`] functions on a contiguous f32 tensor, which the caller alone holds.
fn in_place(tensor: &Tensor, name: &'static str, run: impl Fn(&mut [f32])) -> Result<()> {
    tensor.inplace_op1(&OverRows { name, run })
}

struct OverRows<F> {
    name: &'static str,
    run: F,
}

impl<F: Fn(&mut [f32])> InplaceOp1 for OverRows<F> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let Some((start, end)) = layout.contiguous_offsets() else {
            bail!("{} needs a contiguous tensor", self.name)
        };
        match storage {
            CpuStorage::F32(values) => (self.run)(&mut values[start..end]),
            _ => bail!("{} is written for f32 only", self.name),
        }
        Ok(())
    }
}

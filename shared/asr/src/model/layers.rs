//! The layers every part of the model is built of, over rows of `[rows, width]` in plain memory.

use rayon::prelude::*;

use super::kernels::InstructionSet;
use super::kernels::panels::{FloatPanels, GROUP, IntPanels};
use super::kernels::product::{Finish, Product, Rows};
use super::stored::StoredMatrix;
use super::vector;
use super::weights::{Layout, Weights};
use crate::{LoadError, Precision};

/// `x · Wᵀ + b`. The only place where a matrix of weights meets activations.
pub(crate) struct Linear {
    matrix: Matrix,
    /// One for each output.
    bias: Vec<f32>,
    instructions: InstructionSet,
}

/// Weights in one of the number formats computed in.
enum Matrix {
    Float(FloatPanels),
    Int(IntPanels),
}

impl Matrix {
    /// Zeros.
    fn with_room(layout: Layout, outputs: usize, inputs: usize) -> Matrix {
        match layout.precision {
            Precision::F32 => {
                Matrix::Float(FloatPanels::with_room(outputs, inputs, layout.instructions))
            }
            Precision::Int8 => Matrix::Int(IntPanels::with_room(outputs, inputs)),
        }
    }

    /// Lays out the weights of some outputs, from output `first` on.
    fn put(&mut self, first: usize, stored: &StoredMatrix<'_>) {
        match self {
            Matrix::Float(panels) => {
                stored.for_each_row(|output, row| panels.put(first + output, row));
            }
            Matrix::Int(panels) => {
                stored.for_each_rounded_row(|output, row, scale| {
                    panels.put(first + output, row, scale);
                });
            }
        }
    }
}

/// Rows computed at a time: their activations stay in the second-level cache from one layer to the next, and they
/// are the unit that threads share. A multiple of the rows of a tile.
pub(crate) const ROWS_TOGETHER: usize = 96;

/// Multiplications of one product from which it is shared among threads: about 0.1 ms, ten times what waking a
/// sleeping thread costs.
const SHARED_FROM: usize = 4_000_000;

impl Linear {
    /// Reads `{name}.weight` and `{name}.bias`.
    pub(crate) fn load(
        weights: &Weights,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, LoadError> {
        Linear::load_joined(weights, &[(name, true)], inputs, outputs)
    }

    /// Reads several matrices of equal shape as one, their outputs side by side: each with its name, and whether it
    /// has a bias.
    pub(crate) fn load_joined(
        weights: &Weights,
        parts: &[(&str, bool)],
        inputs: usize,
        outputs: usize,
    ) -> Result<Linear, LoadError> {
        let mut bias = Vec::new();
        let mut matrices = Vec::with_capacity(parts.len());
        for (name, has_bias) in parts {
            match has_bias {
                true => bias.extend(weights.values(&format!("{name}.bias"), &[outputs])?),
                false => bias.resize(bias.len() + outputs, 0.0),
            }
            matrices.push(weights.matrix(&format!("{name}.weight"), &[outputs, inputs])?);
        }
        Ok(Linear::new(weights.layout, &matrices, bias))
    }

    /// Reads a matrix without a bias, `[outputs, inputs]`, by its full name.
    pub(crate) fn load_table(
        weights: &Weights,
        name: &str,
        outputs: usize,
        inputs: usize,
    ) -> Result<Linear, LoadError> {
        let matrix = weights.matrix(name, &[outputs, inputs])?;
        Ok(Linear::new(weights.layout, &[matrix], vec![0.0; outputs]))
    }

    /// Lays out matrices of as many inputs each, their outputs side by side, with a bias for every output; never
    /// holds all of them in `f32` unless they are to stay so.
    pub(crate) fn new(layout: Layout, parts: &[StoredMatrix<'_>], bias: Vec<f32>) -> Linear {
        let inputs = parts.first().map_or(0, StoredMatrix::inputs);
        let mut matrix = Matrix::with_room(layout, bias.len(), inputs);
        let mut first = 0;
        for part in parts {
            matrix.put(first, part);
            first += part.outputs();
        }
        Linear { matrix, bias, instructions: layout.instructions }
    }

    /// Number of outputs.
    pub(crate) fn outputs(&self) -> usize {
        self.bias.len()
    }

    /// Adds the weights of one output to `to`: with a table of embeddings, the vector of one token.
    pub(crate) fn add_row(&self, output: usize, to: &mut [f32]) {
        match &self.matrix {
            Matrix::Float(panels) => panels.add_row(output, to),
            Matrix::Int(panels) => panels.add_row(output, to),
        }
    }

    /// Computes all outputs of some rows, in this thread: `[rows, inputs]` to `[rows, outputs]`.
    pub(crate) fn apply(&self, rows: Rows<'_>, finish: Finish, out: &mut [f32]) {
        let mut out: Vec<&mut [f32]> = out.chunks_exact_mut(self.outputs()).collect();
        self.some_outputs(rows, finish, 0, &mut out);
    }

    /// As [`Linear::apply`], but a large product of few rows is divided by outputs among the threads of the pool.
    /// Many rows are one thread's share of still more already.
    pub(crate) fn apply_shared(&self, rows: Rows<'_>, finish: Finish, out: &mut [f32]) {
        let threads = rayon::current_num_threads();
        let size = rows.count * rows.width * self.outputs();
        if threads == 1 || rows.count >= ROWS_TOGETHER / 2 || size < SHARED_FROM {
            return self.apply(rows, finish, out);
        }
        let share = self.outputs().div_ceil(threads).next_multiple_of(GROUP);
        let mut shares: Vec<Vec<&mut [f32]>> = Vec::new();
        shares.resize_with(self.outputs().div_ceil(share), Vec::new);
        for row in out.chunks_exact_mut(self.outputs()) {
            shares.iter_mut().zip(row.chunks_mut(share)).for_each(|(to, part)| to.push(part));
        }
        shares.par_iter_mut().enumerate().for_each(|(at, out)| {
            self.some_outputs(rows, finish, at * share, out);
        });
    }

    fn some_outputs(&self, rows: Rows<'_>, finish: Finish, first: usize, out: &mut [&mut [f32]]) {
        let bias = &self.bias;
        match &self.matrix {
            Matrix::Float(weights) => {
                self.instructions.run(Product { rows, weights, bias, finish, first, out });
            }
            Matrix::Int(weights) => {
                self.instructions.run(Product { rows, weights, bias, finish, first, out });
            }
        }
    }
}

/// Calls `work` with the position and the values of each chunk, in the threads of the pool if there are several.
pub(crate) fn for_each_chunk(
    values: &mut [f32],
    chunk: usize,
    work: impl Fn(usize, &mut [f32]) + Sync + Send,
) {
    if rayon::current_num_threads() == 1 {
        values.chunks_mut(chunk).enumerate().for_each(|(at, chunk)| work(at, chunk));
    } else {
        values.par_chunks_mut(chunk).enumerate().for_each(|(at, chunk)| work(at, chunk));
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
    ) -> Result<LayerNorm, LoadError> {
        Ok(LayerNorm {
            gain: weights.values(&format!("{name}.weight"), &[width])?,
            bias: weights.values(&format!("{name}.bias"), &[width])?,
        })
    }

    /// The normalised rows.
    pub(crate) fn apply(&self, rows: &[f32]) -> Vec<f32> {
        let mut normed = rows.to_vec();
        vector::layer_norm(&mut normed, &self.gain, &self.bias);
        normed
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
    ) -> Result<FeedForward, LoadError> {
        Ok(FeedForward {
            norm: LayerNorm::load(weights, &format!("{layer}.final_layer_norm"), width)?,
            widen: Linear::load(weights, &format!("{layer}.fc1"), width, inner_width)?,
            narrow: Linear::load(weights, &format!("{layer}.fc2"), inner_width, width)?,
        })
    }

    /// The first of the two products alone, as many rows at a time as the encoder takes; the last ones' result.
    pub(crate) fn widen(&self, rows: &[f32]) -> Vec<f32> {
        let (width, inner_width) = (self.narrow.outputs(), self.widen.outputs());
        let mut inner = vec![0.0; ROWS_TOGETHER * inner_width];
        for rows in rows.chunks(ROWS_TOGETHER * width) {
            inner.truncate(rows.len() / width * inner_width);
            self.widen.apply(Rows::new(rows, width), Finish::Store, &mut inner);
        }
        inner
    }

    /// Adds what the layer makes of `rows` to them.
    pub(crate) fn add_to(&self, rows: &mut [f32]) {
        let width = self.narrow.outputs();
        let normed = self.norm.apply(rows);
        let mut inner = vec![0.0; rows.len() / width * self.widen.outputs()];
        self.widen.apply_shared(Rows::new(&normed, width), Finish::Gelu, &mut inner);
        self.narrow.apply_shared(Rows::new(&inner, self.widen.outputs()), Finish::Add, rows);
    }
}

//! The weights of a model as one file with its matrices in 8 bits.
//!
//! A matrix `W` is stored as `I8` in its own shape, rounded as the engine rounds it when it loads a file of floats, and
//! beside it `W_scale` as `F32`, one for each output: row `r` is `W[r] · W_scale[r]`. All else stays as it was stored.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use safetensors::Dtype;
use safetensors::tensor::{TensorView, View};

use super::Model;
use super::config::ModelConfig;
use super::kernels::InstructionSet;
use super::stored::StoredMatrix;
use super::weights::{Asked, Layout, Weights, scale_name};
use crate::{LoadError, Precision, QuantizeError};

/// What the file says about itself.
const NOTE: (&str, &str) = ("scales", "row r of a matrix W in I8 is W[r] * W_scale[r]");

/// The safetensors file of the model in `dir`: the weights it is read from, and no others.
///
/// # Errors
/// [`QuantizeError::Load`] if it cannot be read.
pub(crate) fn weights_in_8_bits(dir: &Path) -> Result<Vec<u8>, QuantizeError> {
    let layout = Layout { precision: Precision::Int8, instructions: InstructionSet::best() };
    let weights = Weights::open(dir, layout)?;
    Model::read(ModelConfig::load(dir)?, &weights)?;
    let mut tensors = Vec::new();
    for asked in weights.take_asked() {
        tensors.extend(entries(&weights, asked)?);
    }
    let note = HashMap::from([(NOTE.0.to_owned(), NOTE.1.to_owned())]);
    safetensors::serialize(tensors, Some(note))
        .map_err(|source| QuantizeError::TooLarge { path: dir.to_owned(), source })
}

/// One tensor of the new file.
struct Entry<'a> {
    format: Dtype,
    shape: Vec<usize>,
    bytes: Cow<'a, [u8]>,
}

fn entries<'a>(weights: &'a Weights, asked: Asked) -> Result<Vec<(String, Entry<'a>)>, LoadError> {
    if !asked.is_matrix {
        let kept = Entry::kept(&weights.stored(&asked.name, &asked.shape)?);
        return Ok(vec![(asked.name, kept)]);
    }
    let matrix = weights.matrix(&asked.name, &asked.shape)?;
    let (integers, scales) = rounded(&matrix, asked.shape);
    Ok(vec![(scale_name(&asked.name), scales), (asked.name, integers)])
}

/// The integers of a matrix, and the scales of its outputs.
fn rounded<'a>(matrix: &StoredMatrix<'_>, shape: Vec<usize>) -> (Entry<'a>, Entry<'a>) {
    let mut integers = Vec::with_capacity(shape.iter().product());
    let mut scales = Vec::with_capacity(matrix.outputs() * size_of::<f32>());
    matrix.for_each_rounded_row(|_, row, scale| {
        integers.extend(row.iter().map(|w| w.cast_unsigned()));
        scales.extend(scale.to_le_bytes());
    });
    let scales = Entry { format: Dtype::F32, shape: vec![matrix.outputs()], bytes: scales.into() };
    (Entry { format: Dtype::I8, shape, bytes: integers.into() }, scales)
}

impl<'a> Entry<'a> {
    fn kept(stored: &TensorView<'a>) -> Entry<'a> {
        let (format, shape) = (stored.dtype(), stored.shape().to_vec());
        Entry { format, shape, bytes: Cow::Borrowed(stored.data()) }
    }
}

impl View for Entry<'_> {
    fn dtype(&self) -> Dtype {
        self.format
    }
    fn shape(&self) -> &[usize] {
        &self.shape
    }
    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }
    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

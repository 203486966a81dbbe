//! Weights by name and expected shape from one or several safetensors files.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::safetensors::MmapedSafetensors;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use serde::Deserialize;

use super::kernels::InstructionSet;
use super::stored::{Floats, StoredMatrix};
use crate::{LoadError, Precision};

pub(crate) const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// The index of a sharded checkpoint: which file holds which weight.
#[derive(Deserialize)]
struct ShardIndex {
    weight_map: HashMap<String, String>,
}

/// The opened weight files of one model.
pub(crate) struct Weights {
    /// The file to name in errors: the weights, or the index of the shards.
    path: PathBuf,
    shards: Vec<MmapedSafetensors>,
    shard_of: HashMap<String, usize>,
    /// How matrices are to be laid out.
    pub layout: Layout,
    asked: RefCell<Vec<Asked>>,
}

/// A weight that was asked for, so that a copy of the file needs no list of names of its own.
pub(crate) struct Asked {
    pub name: String,
    pub shape: Vec<usize>,
    /// Whether it is a matrix that is multiplied with.
    pub is_matrix: bool,
}

/// How the engine keeps the weights it multiplies with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub precision: Precision,
    pub instructions: InstructionSet,
}

/// Number formats read; matrices may be in 8 bits as well.
const FLOATS: &str = "F32, F16 or BF16";
const MATRICES: &str = "I8, F32, F16 or BF16";

/// The scales of a matrix in 8 bits, one for each output, lie beside it under this name.
pub(crate) fn scale_name(matrix: &str) -> String {
    format!("{matrix}_scale")
}

impl Weights {
    /// Maps the weight files of `dir` and reads their headers. Files with matrices in 8 bits are computed with in 8
    /// bits whatever `layout` says.
    ///
    /// # Errors
    /// [`LoadError::Missing`] without a weight file, [`LoadError::Weights`] for a truncated or damaged one.
    pub(crate) fn open(dir: &Path, mut layout: Layout) -> Result<Weights, LoadError> {
        let (path, files) = weight_files(dir)?;
        let shards = files.iter().map(|file| map(file)).collect::<Result<Vec<_>, _>>()?;
        let mut shard_of = HashMap::new();
        for (position, shard) in shards.iter().enumerate() {
            for (name, stored) in shard.tensors() {
                if stored.dtype() == Dtype::I8 {
                    layout.precision = Precision::Int8;
                }
                shard_of.insert(name, position);
            }
        }
        Ok(Weights { path, shards, shard_of, layout, asked: RefCell::default() })
    }

    /// Reads one weight, which must have exactly this shape, as plain numbers.
    ///
    /// # Errors
    /// The `Tensor…` variants of [`LoadError`], with name and shapes.
    pub(crate) fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, LoadError> {
        let values = self.read(name, shape)?;
        self.note(name, shape, false);
        Ok(values)
    }

    /// One matrix to multiply with, which must have exactly this shape, one row for each of its outputs.
    ///
    /// # Errors
    /// As [`Weights::values`].
    pub(crate) fn matrix(
        &self,
        name: &str,
        shape: &[usize],
    ) -> Result<StoredMatrix<'_>, LoadError> {
        let stored = self.stored(name, shape)?;
        let (outputs, inputs) = (shape[0], shape[1..].iter().product());
        let matrix = if stored.dtype() == Dtype::I8 {
            let scales = self.read(&scale_name(name), &[outputs])?;
            StoredMatrix::of_integers(stored.data(), scales, inputs)
        } else {
            let floats = Floats::new(&stored);
            let floats = floats.ok_or_else(|| self.foreign(name, &stored, MATRICES))?;
            StoredMatrix::of_floats(floats, outputs, inputs)
        };
        self.note(name, shape, true);
        Ok(matrix)
    }

    /// One weight as the file has it, of exactly this shape.
    ///
    /// # Errors
    /// As [`Weights::values`].
    pub(crate) fn stored(&self, name: &str, shape: &[usize]) -> Result<TensorView<'_>, LoadError> {
        let Some(shard) = self.shard_of.get(name).and_then(|&at| self.shards.get(at)) else {
            return Err(self.missing(name, shape));
        };
        let stored = shard.get(name).map_err(|source| self.damaged(source))?;
        if stored.shape() != shape {
            return Err(LoadError::TensorShape {
                path: self.path.clone(),
                tensor: name.to_owned(),
                found: stored.shape().to_vec(),
                expected: shape.to_vec(),
            });
        }
        Ok(stored)
    }

    /// What was asked for so far; empty from then on.
    pub(crate) fn take_asked(&self) -> Vec<Asked> {
        self.asked.take()
    }

    /// Room is only taken once the shape is known to be the one in the file.
    fn read(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, LoadError> {
        let stored = self.stored(name, shape)?;
        let floats = Floats::new(&stored).ok_or_else(|| self.foreign(name, &stored, FLOATS))?;
        let mut values = vec![0.0; shape.iter().product()];
        floats.read(0, &mut values);
        Ok(values)
    }

    fn note(&self, name: &str, shape: &[usize], is_matrix: bool) {
        let (name, shape) = (name.to_owned(), shape.to_vec());
        self.asked.borrow_mut().push(Asked { name, shape, is_matrix });
    }

    fn missing(&self, name: &str, shape: &[usize]) -> LoadError {
        LoadError::TensorMissing {
            path: self.path.clone(),
            tensor: name.to_owned(),
            expected: shape.to_vec(),
        }
    }

    fn foreign(&self, name: &str, stored: &TensorView<'_>, expected: &'static str) -> LoadError {
        LoadError::TensorFormat {
            path: self.path.clone(),
            tensor: name.to_owned(),
            found: stored.dtype().to_string(),
            expected,
        }
    }

    /// An error of the reader of these files.
    fn damaged(&self, source: candle_core::Error) -> LoadError {
        LoadError::Weights { path: self.path.clone(), source }
    }
}

/// The file to name in errors, and the files with weights.
fn weight_files(dir: &Path) -> Result<(PathBuf, Vec<PathBuf>), LoadError> {
    let (single, index) = (dir.join(SINGLE), dir.join(INDEX));
    match (single.is_file(), index.is_file()) {
        (true, _) => Ok((single.clone(), vec![single])),
        (false, true) => Ok((index.clone(), shard_files(dir, &index)?)),
        (false, false) => Err(LoadError::Missing { path: single }),
    }
}

fn shard_files(dir: &Path, index: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let text = super::read_text(index)?;
    let parsed: ShardIndex = serde_json::from_str(&text)
        .map_err(|source| LoadError::Json { path: index.to_owned(), source })?;
    let mut names: Vec<String> = parsed.weight_map.into_values().collect();
    names.sort();
    names.dedup();
    names.iter().map(|name| shard_file(dir, index, name)).collect()
}

/// A shard must be a plain file name: an index may not reach outside its folder.
fn shard_file(dir: &Path, index: &Path, name: &str) -> Result<PathBuf, LoadError> {
    let path = dir.join(name);
    if Path::new(name).file_name() != Some(name.as_ref()) {
        return Err(LoadError::Config {
            path: index.to_owned(),
            field: "weight_map",
            found: name.to_owned(),
            expected: "a file name without folders".to_owned(),
        });
    }
    if path.is_file() { Ok(path) } else { Err(LoadError::Missing { path }) }
}

fn map(path: &Path) -> Result<MmapedSafetensors, LoadError> {
    // SAFETY: a mapped file must not shrink or change while it is read. Model folders are written once and then
    // read (in Lambda they are part of a read-only image), and the mapping lives only while the weights
    // are copied out of it. The header's offsets are checked against the file's length on opening.
    #[allow(unsafe_code)]
    let mapped = unsafe { MmapedSafetensors::new(path) };
    mapped.map_err(|source| LoadError::Weights { path: path.to_owned(), source })
}

//! Weights by name and expected shape from one or several safetensors files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::safetensors::MmapedSafetensors;
use candle_core::{DType, Device, Tensor};
use serde::Deserialize;

use crate::LoadError;

const SINGLE: &str = "model.safetensors";
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
    /// The number format computed in; files are converted while they are read.
    dtype: DType,
}

impl Weights {
    /// Maps the weight files of `dir` and reads their headers.
    ///
    /// # Errors
    /// [`LoadError::Missing`] without a weight file, [`LoadError::Weights`] for a truncated or damaged one.
    pub(crate) fn open(dir: &Path, dtype: DType) -> Result<Weights, LoadError> {
        let single = dir.join(SINGLE);
        let index = dir.join(INDEX);
        let (path, files) = match (single.is_file(), index.is_file()) {
            (true, _) => (single.clone(), vec![single]),
            (false, true) => (index.clone(), shard_files(dir, &index)?),
            (false, false) => return Err(LoadError::Missing { path: single }),
        };
        let shards = files.iter().map(|file| map(file)).collect::<Result<Vec<_>, _>>()?;
        let mut shard_of = HashMap::new();
        for (position, shard) in shards.iter().enumerate() {
            shard_of.extend(shard.tensors().into_iter().map(|(name, _)| (name, position)));
        }
        Ok(Weights { path, shards, shard_of, dtype })
    }

    /// Reads one weight, which must have exactly this shape.
    ///
    /// # Errors
    /// The `Tensor…` variants of [`LoadError`], with name and shapes.
    pub(crate) fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, LoadError> {
        let Some(shard) = self.shard_of.get(name).and_then(|&at| self.shards.get(at)) else {
            return Err(self.missing(name, shape));
        };
        let tensor = shard.load(name, &Device::Cpu).map_err(|source| self.damaged(source))?;
        if tensor.dims() != shape {
            return Err(LoadError::TensorShape {
                path: self.path.clone(),
                tensor: name.to_owned(),
                found: tensor.dims().to_vec(),
                expected: shape.to_vec(),
            });
        }
        if !matches!(tensor.dtype(), DType::F32 | DType::F16 | DType::BF16) {
            return Err(LoadError::TensorFormat {
                path: self.path.clone(),
                tensor: name.to_owned(),
                found: tensor.dtype().as_str().to_owned(),
            });
        }
        tensor.to_dtype(self.dtype).map_err(|source| self.damaged(source))
    }

    /// Reads a vector as plain numbers.
    ///
    /// # Errors
    /// As [`Weights::tensor`].
    pub(crate) fn vector(&self, name: &str, length: usize) -> Result<Vec<f32>, LoadError> {
        let values = self.tensor(name, &[length])?;
        let values = values.to_dtype(DType::F32).and_then(|values| values.to_vec1());
        values.map_err(|source| self.damaged(source))
    }

    fn missing(&self, name: &str, shape: &[usize]) -> LoadError {
        LoadError::TensorMissing {
            path: self.path.clone(),
            tensor: name.to_owned(),
            expected: shape.to_vec(),
        }
    }

    /// An error of the tensor library while reading these files.
    pub(crate) fn damaged(&self, source: candle_core::Error) -> LoadError {
        LoadError::Weights { path: self.path.clone(), source }
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
    // read (in Lambda they are part of a read-only image), and the mapping lives only while `Engine::load`
    // copies the weights out of it. The header's offsets are checked against the file's length on opening.
    #[allow(unsafe_code)]
    let mapped = unsafe { MmapedSafetensors::new(path) };
    mapped.map_err(|source| LoadError::Weights { path: path.to_owned(), source })
}

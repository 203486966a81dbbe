//! Weights by name and expected shape from one or several safetensors files.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::safetensors::MmapedSafetensors;
use candle_core::{DType, Device, Tensor};
use serde::Deserialize;

use super::kernels::InstructionSet;
use crate::{LoadError, Precision};

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
    /// How matrices are to be laid out.
    pub layout: Layout,
}

/// Numbers converted at a time: 1 MB, which the second-level cache holds until they are laid out.
const PART: usize = 1 << 18;

/// How the engine keeps the weights it multiplies with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    pub precision: Precision,
    pub instructions: InstructionSet,
}

impl Weights {
    /// Maps the weight files of `dir` and reads their headers.
    ///
    /// # Errors
    /// [`LoadError::Missing`] without a weight file, [`LoadError::Weights`] for a truncated or damaged one.
    pub(crate) fn open(dir: &Path, layout: Layout) -> Result<Weights, LoadError> {
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
        Ok(Weights { path, shards, shard_of, layout })
    }

    /// Reads one weight, which must have exactly this shape, as plain numbers.
    ///
    /// # Errors
    /// The `Tensor…` variants of [`LoadError`], with name and shapes.
    pub(crate) fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, LoadError> {
        let mut values = Vec::with_capacity(shape.iter().product());
        self.for_each_part(name, shape, |_, part| values.extend_from_slice(part))?;
        Ok(values)
    }

    /// Reads one weight, which must have exactly this shape, some rows at a time: `take` gets the index of the first
    /// row and the rows.
    ///
    /// # Errors
    /// As [`Weights::values`].
    pub(crate) fn for_each_part(
        &self,
        name: &str,
        shape: &[usize],
        mut take: impl FnMut(usize, &[f32]),
    ) -> Result<(), LoadError> {
        let tensor = self.tensor(name, shape)?;
        let rows = shape.first().copied().unwrap_or(1);
        let width = shape.iter().skip(1).product::<usize>().max(1);
        let together = (PART / width).max(1);
        for from in (0..rows).step_by(together) {
            let part = tensor.narrow(0, from, together.min(rows - from));
            let part = part.and_then(|part| part.to_dtype(DType::F32)?.flatten_all()?.to_vec1());
            take(from, &part.map_err(|source| self.damaged(source))?);
        }
        Ok(())
    }

    /// One weight as it is stored, of exactly this shape and in a number format that can be read.
    fn tensor(&self, name: &str, shape: &[usize]) -> Result<Tensor, LoadError> {
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
        Ok(tensor)
    }

    fn missing(&self, name: &str, shape: &[usize]) -> LoadError {
        LoadError::TensorMissing {
            path: self.path.clone(),
            tensor: name.to_owned(),
            expected: shape.to_vec(),
        }
    }

    /// An error of the tensor library while reading these files.
    fn damaged(&self, source: candle_core::Error) -> LoadError {
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

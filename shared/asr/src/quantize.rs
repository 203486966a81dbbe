//! A model folder in 8 bits, made once from any other: smaller, and quicker to load.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::{WEIGHTS, weights_in_8_bits};
use crate::{Engine, LoadError, LoadOptions, Precision};

/// Files that go with the weights, if they are there.
const BESIDE: [&str; 4] =
    ["config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json"];

/// Why a model folder could not be written in 8 bits.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuantizeError {
    /// The folder to read is not a model.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The folder to write is there already.
    #[error("{path}: there already, expected the name of a new folder")]
    Exists {
        /// The folder that was to be written.
        path: PathBuf,
    },
    /// The folder cannot be written.
    #[error("{path}: cannot be written")]
    Write {
        /// The file or folder at which writing stopped.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The model has more weights than the file format can list.
    #[error("{path}: does not fit the safetensors format")]
    TooLarge {
        /// The folder that was read.
        path: PathBuf,
        /// What the writer said.
        #[source]
        source: safetensors::SafeTensorError,
    },
}

/// Writes the model in `from` to the new folder `to` with every matrix in 8 bits and a scale for each of its outputs,
/// rounded as [`Precision::Int8`] rounds them. Loaded in 8 bits, either gives the same numbers, but this one is half the
/// bytes of F16 and needs no rounding. Norms, biases and positions stay as they were stored.
///
/// The weights are `model.safetensors`: for each matrix `W` a tensor of its name and shape in I8, and `W_scale` in
/// F32. Needs memory for twice the result. `to` appears whole or not at all.
///
/// # Errors
/// [`QuantizeError`] says which file cannot be read or written.
pub fn quantize(from: &Path, to: &Path) -> Result<(), QuantizeError> {
    if to.exists() {
        return Err(QuantizeError::Exists { path: to.to_owned() });
    }
    // All that can be wrong with the model is said before anything is written.
    let int8 = LoadOptions { precision: Precision::Int8, ..LoadOptions::default() };
    Engine::load_with(from, &int8)?;
    let part = Part::create(to)?;
    part.write(WEIGHTS, &weights_in_8_bits(from)?)?;
    for file in BESIDE {
        part.copy(&from.join(file))?;
    }
    fs::rename(&part.folder, to).map_err(|source| write_error(to, source))
}

/// A folder not yet complete, removed again unless it is renamed.
struct Part {
    folder: PathBuf,
}

impl Part {
    /// A folder beside `to`, so that it can be renamed; named after this process, so that two do not meet.
    fn create(to: &Path) -> Result<Part, QuantizeError> {
        let name = to.file_name().unwrap_or_default().to_string_lossy();
        let folder = to.with_file_name(format!(".{name}.{}.part", std::process::id()));
        fs::create_dir_all(&folder).map_err(|source| write_error(&folder, source))?;
        Ok(Part { folder })
    }

    fn write(&self, file: &str, bytes: &[u8]) -> Result<(), QuantizeError> {
        let path = self.folder.join(file);
        fs::write(&path, bytes).map_err(|source| write_error(&path, source))
    }

    fn copy(&self, from: &Path) -> Result<(), QuantizeError> {
        let to = self.folder.join(from.file_name().unwrap_or_default());
        match fs::copy(from, &to) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(write_error(&to, source))
            }
            _ => Ok(()),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once renamed it is not there any more; and what cannot be removed is at least not the folder asked for.
        fs::remove_dir_all(&self.folder).ok();
    }
}

fn write_error(path: &Path, source: io::Error) -> QuantizeError {
    QuantizeError::Write { path: path.to_owned(), source }
}

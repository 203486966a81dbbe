//! What `generation_config.json` says about decoding; absent files and fields have the published meaning.

use std::path::Path;

use serde::Deserialize;

use crate::LoadError;
use crate::model::config::ModelConfig;
use crate::model::read_text;

/// The fields this engine reads.
#[derive(Deserialize, Default)]
#[serde(default)]
struct GenerationFile {
    is_multilingual: Option<bool>,
    suppress_tokens: Option<Vec<u32>>,
    begin_suppress_tokens: Option<Vec<u32>>,
    alignment_heads: Option<Vec<(usize, usize)>>,
    max_initial_timestamp_index: Option<u32>,
}

/// How this model wants to be decoded.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Generation {
    /// `None` where no file says; the tokenizer decides then.
    pub multilingual: Option<bool>,
    /// Tokens never sampled.
    pub suppressed: Vec<u32>,
    /// Tokens not sampled first.
    pub suppressed_first: Vec<u32>,
    /// `(layer, head)` pairs whose attention follows the audio.
    pub alignment_heads: Vec<(usize, usize)>,
    /// Latest first time stamp, in steps of 20 ms.
    pub first_stamp_max: u32,
}

/// The first time stamp lies within the first second, as in the reference.
const FIRST_STAMP_MAX: u32 = 50;

impl Generation {
    /// Reads the file in `dir` if there is one; older models keep the lists in `config.json`.
    ///
    /// # Errors
    /// [`LoadError::Json`], or [`LoadError::Config`] for a head the model does not have.
    pub(crate) fn load(dir: &Path, config: &ModelConfig) -> Result<Generation, LoadError> {
        let path = dir.join("generation_config.json");
        let file = match read_text(&path) {
            Err(LoadError::Missing { .. }) => GenerationFile::default(),
            Err(other) => return Err(other),
            Ok(text) => serde_json::from_str(&text)
                .map_err(|source| LoadError::Json { path: path.clone(), source })?,
        };
        let generation = Generation {
            multilingual: file.is_multilingual.or(config.forced_tokens.map(|count| count > 1)),
            suppressed: list(file.suppress_tokens, &config.suppress_tokens, config),
            suppressed_first: list(
                file.begin_suppress_tokens,
                &config.begin_suppress_tokens,
                config,
            ),
            alignment_heads: file.alignment_heads.unwrap_or_else(|| upper_half(config)),
            first_stamp_max: file.max_initial_timestamp_index.unwrap_or(FIRST_STAMP_MAX),
        };
        generation.check_heads(&path, config)?;
        Ok(generation)
    }

    fn check_heads(&self, path: &Path, config: &ModelConfig) -> Result<(), LoadError> {
        let stack = config.decoder;
        let outside =
            |(layer, head): &&(usize, usize)| *layer >= stack.layers || *head >= stack.heads;
        match self.alignment_heads.iter().find(outside) {
            None => Ok(()),
            Some(pair) => Err(LoadError::Config {
                path: path.to_owned(),
                field: "alignment_heads",
                found: format!("{pair:?}"),
                expected: format!("below ({}, {})", stack.layers, stack.heads),
            }),
        }
    }
}

/// The newer file wins; ids outside the vocabulary suppress nothing.
fn list(newer: Option<Vec<u32>>, older: &Option<Vec<u32>>, config: &ModelConfig) -> Vec<u32> {
    let mut ids = newer.or_else(|| older.clone()).unwrap_or_default();
    ids.retain(|id| (*id as usize) < config.vocab_size);
    ids
}

/// Where no file names heads: all of the upper half of the layers, as in the reference.
fn upper_half(config: &ModelConfig) -> Vec<(usize, usize)> {
    let stack = config.decoder;
    let layers = stack.layers / 2..stack.layers;
    layers.flat_map(|layer| (0..stack.heads).map(move |head| (layer, head))).collect()
}

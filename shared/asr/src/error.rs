//! What can go wrong while loading a model and while transcribing.

use std::path::PathBuf;

use crate::Language;

/// Why a folder is not a model this engine can run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file the layout requires is not there.
    #[error("{path}: missing")]
    Missing {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A file is there but cannot be read.
    #[error("{path}: cannot be read")]
    Read {
        /// The file that was opened.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: std::io::Error,
    },
    /// A JSON file is not JSON, or lacks a field.
    #[error("{path}: not the expected JSON")]
    Json {
        /// The file that was parsed.
        path: PathBuf,
        /// Where and why parsing stopped.
        #[source]
        source: serde_json::Error,
    },
    /// A configuration value is outside what the engine accepts.
    #[error("{path}: {field} is {found}, expected {expected}")]
    Config {
        /// The file the value stands in.
        path: PathBuf,
        /// Name of the field.
        field: &'static str,
        /// The value found.
        found: String,
        /// What would have been accepted.
        expected: String,
    },
    /// The tokenizer file cannot be parsed.
    #[error("{path}: not a tokenizer: {reason}")]
    Tokenizer {
        /// The tokenizer file.
        path: PathBuf,
        /// What the parser said.
        reason: String,
    },
    /// The tokenizer lacks a token the decoding rules need.
    #[error("{path}: token {token} is missing")]
    TokenMissing {
        /// The tokenizer file.
        path: PathBuf,
        /// The token looked for.
        token: String,
    },
    /// The tokenizer names a token outside the model's vocabulary.
    #[error("{path}: token {token} has id {id}, but the model knows {vocab_size} tokens")]
    TokenOutside {
        /// The tokenizer file.
        path: PathBuf,
        /// The token.
        token: String,
        /// Its id in the tokenizer.
        id: u32,
        /// The model's vocabulary size.
        vocab_size: usize,
    },
    /// A weight file is damaged, or not in the safetensors format.
    #[error("{path}: not a complete safetensors file")]
    Weights {
        /// The weight file.
        path: PathBuf,
        /// What the reader said.
        #[source]
        source: candle_core::Error,
    },
    /// A weight is in none of the weight files.
    #[error("{path}: tensor {tensor} is missing, expected shape {expected:?}")]
    TensorMissing {
        /// The weight file, or the index of several.
        path: PathBuf,
        /// Name of the weight.
        tensor: String,
        /// Shape the configuration asks for.
        expected: Vec<usize>,
    },
    /// A weight has another shape than the configuration says.
    #[error("{path}: tensor {tensor} has shape {found:?}, expected {expected:?}")]
    TensorShape {
        /// The weight file.
        path: PathBuf,
        /// Name of the weight.
        tensor: String,
        /// Shape in the file.
        found: Vec<usize>,
        /// Shape the configuration asks for.
        expected: Vec<usize>,
    },
    /// A weight is stored in a number format the engine does not read.
    #[error("{path}: tensor {tensor} is stored as {found}, expected {expected}")]
    TensorFormat {
        /// The weight file.
        path: PathBuf,
        /// Name of the weight.
        tensor: String,
        /// Number format in the file.
        found: String,
        /// The number formats read.
        expected: &'static str,
    },
}

/// Why a window could not be transcribed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// A window without a single sample.
    #[error("window {window} is empty")]
    EmptyWindow {
        /// Index of the window in the call.
        window: usize,
    },
    /// A window longer than 30 s.
    #[error("window {window} has {samples} samples, at most {samples_max} are taken")]
    WindowTooLong {
        /// Index of the window in the call.
        window: usize,
        /// Its length.
        samples: usize,
        /// The longest length taken.
        samples_max: usize,
    },
    /// A sample that is not a number, or infinite.
    #[error("window {window} is not finite at sample {sample}")]
    NotFinite {
        /// Index of the window in the call.
        window: usize,
        /// Index of the first such sample.
        sample: usize,
    },
    /// The model was not trained on the requested language.
    #[error("the model does not know the language {language}")]
    UnknownLanguage {
        /// The language requested.
        language: Language,
    },
    /// An option outside its range.
    #[error("option {option} is {found}, expected {expected}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// Value found.
        found: String,
        /// What would have been accepted.
        expected: &'static str,
    },
}

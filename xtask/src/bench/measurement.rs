//! One run of one engine.

use std::process::{Command, Stdio};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::contender::Contender;
use crate::{Explain, Trouble};

/// What an engine's measuring program prints. Milliseconds are of the processor unless they say wall.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Measurement {
    pub load_ms: f64,
    pub encoder_ms: f64,
    encoder_wall_ms: f64,
    /// The decoder's keys and values of the audio, where an engine computes them by themselves.
    #[serde(default)]
    cross_keys_values_ms: f64,
    #[serde(default)]
    cross_keys_values_wall_ms: f64,
    few_tokens_ms: f64,
    tokens_ms: f64,
    tokens_wall_ms: f64,
    pub peak_memory_mb: f64,
}

impl Measurement {
    /// One step of the decoder for all rows, without what a decoding costs once.
    pub(super) fn token_ms(&self, tokens: usize) -> f64 {
        (self.tokens_ms - self.few_tokens_ms) / (tokens - tokens / 5) as f64
    }

    /// The encoder and all tokens.
    pub(super) fn window_ms(&self) -> f64 {
        self.encoder_ms + self.cross_keys_values_ms + self.tokens_ms
    }

    /// As [`Measurement::window_ms`], by the clock on the wall.
    pub(super) fn window_wall_ms(&self) -> f64 {
        self.encoder_wall_ms + self.cross_keys_values_wall_ms + self.tokens_wall_ms
    }
}

/// Runs an engine's measuring program once, and reads what it prints.
pub(super) fn run<T: DeserializeOwned>(contender: &Contender) -> Result<T, Trouble> {
    let mut command = Command::new(&contender.program);
    command.args(&contender.arguments).stdin(Stdio::null());
    command
        .env("OMP_NUM_THREADS", contender.threads.to_string())
        .env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().explain(format!("running {}", contender.name))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        return Err(Trouble::new(last));
    }
    serde_json::from_slice(&output.stdout)
        .explain(format!("reading the measurement of {}", contender.name))
}

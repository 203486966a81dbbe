//! A test set: utterances back to back in one file, and what is said in each.

use std::path::Path;

use domain::Language;
use serde::Deserialize;

/// One utterance of a set.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Utterance {
    pub id: String,
    pub start_ms: u64,
    pub end_ms: u64,
    pub text: String,
    pub voice: String,
    /// Names in it that the model never heard.
    #[serde(default)]
    pub names: Vec<String>,
    language: String,
}

impl Utterance {
    /// Its language; English for a sound that is none.
    pub fn language(&self) -> Language {
        Language::from_code(&self.language).unwrap_or(Language::En)
    }
}

/// A set, decoded.
pub struct Set {
    pub utterances: Vec<Utterance>,
    samples: Vec<f32>,
}

impl Set {
    pub fn read(folder: &Path) -> Self {
        let index = std::fs::read_to_string(folder.join("index.jsonl")).unwrap();
        let utterances = index.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let file = std::fs::File::open(folder.join("audio.ogg")).unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let decoded = audio::decode(Box::new(file), scratch.path(), &Default::default()).unwrap();
        let spool = &decoded.channels[0];
        let samples = spool.read_range(0, spool.len() as usize).unwrap();
        let samples = samples.into_iter().map(|sample| f32::from(sample) / 32_768.0).collect();
        Self { utterances, samples }
    }

    /// The samples of one utterance.
    pub fn samples(&self, utterance: &Utterance) -> &[f32] {
        let at = |ms: u64| (ms as usize * 16).min(self.samples.len());
        &self.samples[at(utterance.start_ms)..at(utterance.end_ms)]
    }
}

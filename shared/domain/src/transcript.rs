//! What was said, by whom, when, and how sure we are.

use serde::{Deserialize, Serialize};

use crate::{Basis, Language, Role, Span};

/// A speaker's number inside one call, written `s1`, `s2`, …
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpeakerId(String);

impl SpeakerId {
    /// The id of the n-th speaker, counted from 0.
    pub fn nth(index: usize) -> Self {
        Self(format!("s{}", index + 1))
    }

    /// The id as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One voice, or one track where voices are not told apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Speaker {
    /// Its number in this call.
    pub id: SpeakerId,
    /// Its side, or `unknown`.
    pub role: Role,
}

/// One word (Japanese: one or a few characters) with its time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Word {
    /// As the engine wrote it, without surrounding space.
    pub text: String,
    /// When it begins.
    pub start_ms: u64,
    /// When it ends.
    pub end_ms: u64,
    /// Mean probability the engine gave its tokens, 0 to 1.
    pub confidence: f32,
}

impl Word {
    /// When it is said.
    pub fn span(&self) -> Span {
        Span::new(self.start_ms, self.end_ms)
    }
}

/// Consecutive speech of one speaker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Turn {
    /// Who speaks.
    pub speaker: SpeakerId,
    /// When the first word begins.
    pub start_ms: u64,
    /// When the last word ends.
    pub end_ms: u64,
    /// The words as running text.
    pub text: String,
    /// The words in order of time.
    pub words: Vec<Word>,
}

impl Turn {
    /// When it is said.
    pub fn span(&self) -> Span {
        Span::new(self.start_ms, self.end_ms)
    }
}

/// When one speaker's voice is heard, measured on the audio and not on the words.
///
/// Talk time, overlap and silence come from here: they stay right where the words are wrong or missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Activity {
    /// Whose voice.
    pub speaker: SpeakerId,
    /// Sorted, disjoint stretches of speech.
    pub spans: Vec<Span>,
}

/// A passage a reader should not take at its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Doubt {
    /// Index into the transcript's turns.
    pub turn: usize,
    /// Where in the call.
    #[serde(flatten)]
    pub span: Span,
    /// The doubtful words.
    pub text: String,
    /// Why.
    pub reason: DoubtReason,
}

/// Why a passage is doubtful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoubtReason {
    /// The engine itself was unsure.
    LowConfidence,
    /// A number, amount or date the engine was not very sure of: a wrong one costs money.
    UncertainNumber,
}

/// One call's words, speakers and voice activity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transcript {
    /// The language of the call; `None` when nobody spoke.
    pub language: Option<Language>,
    /// Length of the call's audio.
    pub duration_ms: u64,
    /// What the separation of speakers rests on.
    pub basis: Basis,
    /// Everyone heard, in the order of their tracks.
    pub speakers: Vec<Speaker>,
    /// In order of their start.
    pub turns: Vec<Turn>,
    /// One entry per speaker.
    pub activity: Vec<Activity>,
    /// In order of time.
    pub doubts: Vec<Doubt>,
}

impl Transcript {
    /// The first speaker with this role, if the role is known for anyone.
    pub fn speaker_with(&self, role: Role) -> Option<&Speaker> {
        self.speakers.iter().find(|speaker| speaker.role == role)
    }

    /// The role of a speaker; unknown for an id that is not in this call.
    pub fn role_of(&self, id: &SpeakerId) -> Role {
        let found = self.speakers.iter().find(|speaker| &speaker.id == id);
        found.map_or(Role::Unknown, |speaker| speaker.role)
    }

    /// When this speaker's voice is heard.
    pub fn activity_of(&self, id: &SpeakerId) -> &[Span] {
        let found = self.activity.iter().find(|activity| &activity.speaker == id);
        found.map_or(&[], |activity| &activity.spans)
    }
}

//! What the engine heard.

use crate::Language;

/// The transcript of one window. All times count from the start of the window.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowTranscript {
    /// The language decoded: the one requested, or the one detected.
    pub language: Language,
    /// Stretches of speech in order of time; empty where nothing was said.
    pub segments: Vec<Segment>,
    /// Probability the model gives to the window holding no speech, 0–1.
    pub no_speech_prob: f32,
    /// Why text is missing although the window was given, if so.
    pub skipped: Option<SkipReason>,
}

/// Why a window, or the rest of one, has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SkipReason {
    /// Too quiet to hold speech; the model was not asked.
    Silence,
    /// The model was asked, and finds no speech.
    NoSpeech,
    /// The model repeated itself at every temperature; the repetitions were cut.
    Repetition,
    /// Only a phrase that models are known to invent over silence.
    InventedPhrase,
}

/// One stretch of speech as the model divided it, mostly a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// Start, ms from the start of the window.
    pub start_ms: u32,
    /// End, ms from the start of the window; not before the start.
    pub end_ms: u32,
    /// The text, without surrounding space.
    pub text: String,
    /// The words of `text` in order; empty unless word times were asked for.
    pub words: Vec<Word>,
    /// Mean natural-log probability of the tokens of the decoding this segment is from, at most 0.
    pub avg_log_prob: f32,
    /// Sampling temperature that produced it; 0 is greedy.
    pub temperature: f32,
}

/// One word with its punctuation; in scripts without spaces, one character or group of characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The text, without surrounding space, never empty.
    pub text: String,
    /// Start, ms from the start of the window; within the segment, not before the previous word's end.
    pub start_ms: u32,
    /// End, ms from the start of the window; within the segment, not before the start.
    pub end_ms: u32,
    /// Mean probability of the word's tokens, 0–1.
    pub confidence: f32,
}

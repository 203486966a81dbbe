//! The tokens a decoding begins with.

use super::tokens::Vocabulary;
use crate::Language;

/// What the decoder reads before it writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prompt {
    pub tokens: Vec<u32>,
    /// Where the start token stands; the no-speech probability is read off there.
    pub start_at: usize,
}

impl Prompt {
    /// Start, language and task for a multilingual model, the start alone for an English-only one.
    ///
    /// `before` is text taken as said earlier; it goes in front, at most `before_max` of its last tokens.
    pub(crate) fn new(
        vocabulary: &Vocabulary,
        language: Option<&Language>,
        timestamps: bool,
        before: &[u32],
        before_max: usize,
    ) -> Prompt {
        let mut tokens = Vec::new();
        if let (Some(previous), false) = (vocabulary.previous, before.is_empty()) {
            tokens.push(previous);
            tokens.extend(&before[before.len().saturating_sub(before_max)..]);
        }
        let start_at = tokens.len();
        tokens.extend(start_tokens(vocabulary, language));
        if !timestamps {
            tokens.push(vocabulary.no_stamps);
        }
        Prompt { tokens, start_at }
    }
}

/// The tokens from the start token to the task.
pub(crate) fn start_tokens(vocabulary: &Vocabulary, language: Option<&Language>) -> Vec<u32> {
    let mut tokens = vec![vocabulary.start];
    if let Some(language) = language {
        tokens.extend(vocabulary.language_token(language));
        tokens.extend(vocabulary.transcribe);
    }
    tokens
}

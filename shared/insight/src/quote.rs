//! Words of a transcript as they stand, with their time and the engine's doubt.

use domain::{Language, Span, Word};

/// Words as they stand in the transcript.
pub(crate) struct Quote {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// Lowest confidence among the words, 0 to 1; what is not a number counts as 0.
    pub(crate) confidence: f32,
}

/// Quotes these words. No words make an empty quote of confidence 0.
pub(crate) fn quote(words: &[Word], language: Language) -> Quote {
    let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
    let start = words.iter().map(|word| word.start_ms).min().unwrap_or_default();
    let end = words.iter().map(|word| word.end_ms).max().unwrap_or_default();
    let lowest = words.iter().map(confidence).reduce(f32::min);
    Quote {
        text: texts.join(language.word_separator()),
        span: Span::new(start, end),
        confidence: lowest.unwrap_or_default(),
    }
}

fn confidence(word: &Word) -> f32 {
    if word.confidence.is_finite() { word.confidence.clamp(0.0, 1.0) } else { 0.0 }
}

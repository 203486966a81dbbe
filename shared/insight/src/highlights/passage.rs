//! How much of a sentence to quote.

use std::ops::Range;

use domain::{Language, Word};

/// Longest quote: about two lines of a report.
const ENGLISH_WORDS_MAX: usize = 30;
const JAPANESE_CHARS_MAX: usize = 80;

/// How much of the room goes to what was said before the cue; the rest follows it.
const BEFORE_SHARE: usize = 3;

/// The whole turn if it is short, else the sentence, else as many words around the cue as fit.
pub(super) fn around(
    words: &[Word],
    sentence: &Range<usize>,
    cue: &Range<usize>,
    language: Language,
) -> Range<usize> {
    let fits = |range: &Range<usize>| length(&words[range.clone()], language) <= max(language);
    let whole = [0..words.len(), sentence.clone()].into_iter().find(fits);
    whole.unwrap_or_else(|| window(words, sentence, cue, language))
}

/// The first words of a sentence that fit.
pub(super) fn opening(words: &[Word], sentence: &Range<usize>, language: Language) -> Range<usize> {
    let first = sentence.start..(sentence.start + 1).min(sentence.end);
    grow(words, first, sentence.end, max(language), language)
}

fn window(
    words: &[Word],
    sentence: &Range<usize>,
    cue: &Range<usize>,
    language: Language,
) -> Range<usize> {
    let mut start = cue.start;
    let room = max(language) / BEFORE_SHARE;
    while start > sentence.start && length(&words[start - 1..cue.start], language) <= room {
        start -= 1;
    }
    grow(words, start..cue.end, sentence.end, max(language), language)
}

/// Adds words behind while there is room.
fn grow(
    words: &[Word],
    range: Range<usize>,
    end: usize,
    room: usize,
    language: Language,
) -> Range<usize> {
    let mut used = length(&words[range.clone()], language);
    let mut grown = range;
    while grown.end < end {
        used += length(&words[grown.end..=grown.end], language);
        if used > room {
            break;
        }
        grown.end += 1;
    }
    grown
}

fn max(language: Language) -> usize {
    match language {
        Language::En => ENGLISH_WORDS_MAX,
        Language::Ja => JAPANESE_CHARS_MAX,
    }
}

/// English in words, Japanese in characters.
fn length(words: &[Word], language: Language) -> usize {
    match language {
        Language::En => words.len(),
        Language::Ja => words.iter().map(|word| word.text.chars().count()).sum(),
    }
}

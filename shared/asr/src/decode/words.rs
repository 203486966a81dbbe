//! Tokens to words: where one ends, its time, its confidence.

use super::align::Alignment;
use super::segments::Stretch;
use super::tokens::Vocabulary;
use crate::{Language, Word};

/// Tokens that belong together, with their text as decoded (spaces included).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    pub text: String,
    pub tokens: usize,
}

/// A word before its time is made to fit its segment.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TimedWord {
    pub text: String,
    pub tokens: usize,
    pub start_ms: u32,
    pub end_ms: u32,
    pub confidence: f32,
}

impl TimedWord {
    /// The same word in an audio that begins `offset_ms` earlier.
    pub(crate) fn later(self, offset_ms: u32) -> TimedWord {
        let (start_ms, end_ms) = (self.start_ms + offset_ms, self.end_ms + offset_ms);
        TimedWord { start_ms, end_ms, ..self }
    }

    fn near(self, stretch: &Stretch) -> TimedWord {
        let from = stretch.start_ms.saturating_sub(DISAGREEMENT_MS_MAX);
        let to = stretch.end_ms.saturating_add(DISAGREEMENT_MS_MAX);
        let (start_ms, end_ms) = (self.start_ms.clamp(from, to), self.end_ms.clamp(from, to));
        TimedWord { start_ms, end_ms, ..self }
    }
}

/// Most that a word's time may lie outside its stretch's stamps; beyond, the stamps are believed.
const DISAGREEMENT_MS_MAX: u32 = 500;

/// Marks before which a word ends; runs of them count only in this order, as in the reference (`...` does not).
const MARKS: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
/// Marks that belong to the word after them, and to the word before them (the reference's lists).
const OPENING: &str = "\"'“¿([{-";
const CLOSING: &str = "\"'.。,，!！?？:：”)]}、";

/// Words of each stretch with times and confidence from `alignment`, which covers the text of all of them.
pub(crate) fn timed_words(
    vocabulary: &Vocabulary,
    language: &Language,
    stretches: &[Stretch],
    alignment: &Alignment,
) -> Vec<Vec<TimedWord>> {
    let mut from = 0;
    let timed = stretches.iter().map(|stretch| {
        let groups = groups(vocabulary, language, &stretch.tokens).into_iter();
        let words = groups.map(|group| {
            let word = timed_word(group, from, alignment);
            from += word.tokens;
            word.near(stretch)
        });
        words.collect()
    });
    let mut timed: Vec<Vec<TimedWord>> = timed.collect();
    let word_ms_max = word_ms_max(timed.iter().flatten());
    for words in &mut timed {
        shorten_pauses(words, word_ms_max);
    }
    timed.into_iter().map(attach_punctuation).collect()
}

/// Splits text tokens into words: at spaces where the script has them, else at whole characters.
pub(crate) fn groups(vocabulary: &Vocabulary, language: &Language, tokens: &[u32]) -> Vec<Group> {
    let characters = character_groups(vocabulary, tokens);
    if language.is_written_without_spaces() { characters } else { space_groups(characters) }
}

/// The smallest runs of tokens that are whole characters. Bytes that can never become one stay torn.
fn character_groups(vocabulary: &Vocabulary, tokens: &[u32]) -> Vec<Group> {
    let (mut groups, mut from) = (Vec::new(), 0);
    for to in 1..=tokens.len() {
        let bytes = vocabulary.text_bytes(&tokens[from..to]);
        if to == tokens.len() || !ends_within_a_character(&bytes) {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            groups.push(Group { text, tokens: to - from });
            from = to;
        }
    }
    groups
}

/// Whether more bytes could complete the last character.
fn ends_within_a_character(bytes: &[u8]) -> bool {
    bytes.utf8_chunks().last().is_some_and(|chunk| {
        let torn = chunk.invalid();
        std::str::from_utf8(torn).is_err_and(|error| error.error_len().is_none())
    })
}

/// Joins characters to words: a new word begins at a space and at a mark.
fn space_groups(characters: Vec<Group>) -> Vec<Group> {
    let mut words: Vec<Group> = Vec::new();
    for group in characters {
        let begins = group.text.starts_with(' ') || MARKS.contains(group.text.trim());
        match words.last_mut() {
            Some(word) if !begins => {
                word.text.push_str(&group.text);
                word.tokens += group.tokens;
            }
            _ => words.push(group),
        }
    }
    words
}

fn timed_word(group: Group, from: usize, alignment: &Alignment) -> TimedWord {
    let to = from + group.tokens;
    let bound = |at: usize| alignment.bounds_ms.get(at).copied().unwrap_or(0);
    let probs = alignment.probs.get(from..to).unwrap_or_default();
    TimedWord {
        start_ms: bound(from),
        end_ms: bound(to).max(bound(from)),
        confidence: probs.iter().sum::<f32>() / probs.len().max(1) as f32,
        text: group.text,
        tokens: group.tokens,
    }
}

/// Twice the usual length of a word; `None` where no word has a length.
fn word_ms_max<'a>(words: impl Iterator<Item = &'a TimedWord>) -> Option<u32> {
    /// The usual length counts at most this: slow speech has pauses too.
    const USUAL_MS_MAX: f32 = 700.0;
    let mut lengths: Vec<u32> =
        words.map(|w| w.end_ms - w.start_ms).filter(|length| *length > 0).collect();
    lengths.sort_unstable();
    median(&lengths).map(|usual| (2.0 * usual.min(USUAL_MS_MAX)) as u32)
}

/// The alignment gives a pause to a word beside it. Where a stretch or sentence begins or ends, a longer word
/// is cut to `word_ms_max`, as in the reference.
fn shorten_pauses(words: &mut [TimedWord], word_ms_max: Option<u32>) {
    const ENDS: &str = ".。!！?？";
    let Some(longest) = word_ms_max else { return };
    let ends = |text: &str| !text.is_empty() && ENDS.contains(text);
    let last = words.len().saturating_sub(1);
    for at in 0..words.len() {
        let begins = at == 0 || ends(&words[at - 1].text);
        let word = &mut words[at];
        if word.end_ms - word.start_ms <= longest {
            continue;
        }
        if begins {
            word.start_ms = word.end_ms - longest;
        } else if at == last || ends(&word.text) {
            word.end_ms = word.start_ms + longest;
        }
    }
}

fn median(sorted: &[u32]) -> Option<f32> {
    let upper = *sorted.get(sorted.len() / 2)? as f32;
    let lower = *sorted.get((sorted.len() - 1) / 2)? as f32;
    Some((lower + upper) / 2.0)
}

/// Joins marks to the words they belong to; times and confidence stay those of the word.
pub(crate) fn attach_punctuation(words: Vec<TimedWord>) -> Vec<TimedWord> {
    attach_closing(attach_opening(words))
}

/// From the end, so that several marks gather before one word.
fn attach_opening(words: Vec<TimedWord>) -> Vec<TimedWord> {
    let mut reversed: Vec<TimedWord> = Vec::with_capacity(words.len());
    for word in words.into_iter().rev() {
        // A lone space is an opening mark too.
        let opens = word.text.starts_with(' ') && OPENING.contains(word.text.trim());
        match reversed.last_mut() {
            Some(next) if opens => {
                next.text.insert_str(0, &word.text);
                next.tokens += word.tokens;
            }
            _ => reversed.push(word),
        }
    }
    reversed.reverse();
    reversed
}

fn attach_closing(words: Vec<TimedWord>) -> Vec<TimedWord> {
    let mut joined: Vec<TimedWord> = Vec::with_capacity(words.len());
    for word in words {
        let closes = !word.text.is_empty() && CLOSING.contains(&word.text);
        match joined.last_mut() {
            Some(before) if closes && !before.text.ends_with(' ') => {
                before.text.push_str(&word.text);
                before.tokens += word.tokens;
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// Shortest word shown, where there is room: one step of the alignment.
const WORD_MS_MIN: u32 = 20;

/// The times of one segment and its words, made to agree: in order, after `not_before_ms`, within the window.
pub(crate) fn fit(
    words: Vec<TimedWord>,
    (mut start_ms, mut end_ms): (u32, u32),
    not_before_ms: u32,
    window_ms: u32,
) -> (u32, u32, Vec<Word>) {
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        (start_ms, end_ms) = (first.start_ms, last.end_ms);
    }
    start_ms = start_ms.max(not_before_ms).min(window_ms);
    end_ms = end_ms.min(window_ms).max(start_ms);
    let mut earliest = start_ms;
    let fitted = words.into_iter().filter(|word| !word.text.trim().is_empty()).map(|word| {
        let start = word.start_ms.clamp(earliest, end_ms);
        let end = word.end_ms.max(start + WORD_MS_MIN).clamp(start, end_ms);
        earliest = end;
        Word {
            text: word.text.trim().to_owned(),
            start_ms: start,
            end_ms: end,
            confidence: word.confidence,
        }
    });
    let fitted = fitted.collect();
    (start_ms, end_ms, fitted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn group(text: &str) -> Group {
        Group { text: text.to_owned(), tokens: 1 }
    }

    fn texts(words: &[TimedWord]) -> Vec<&str> {
        words.iter().map(|w| w.text.as_str()).collect()
    }

    fn timed(text: &str, start_ms: u32, end_ms: u32) -> TimedWord {
        TimedWord { text: text.to_owned(), tokens: 1, start_ms, end_ms, confidence: 0.5 }
    }

    #[test]
    fn english_words_begin_at_spaces_and_punctuation() {
        let pieces =
            [" for", "ty", "-", "two", " dollars", ",", " 1", "2", "%"].map(group).to_vec();
        let words = space_groups(pieces);
        let words: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(words, [" forty", "-two", " dollars", ",", " 12", "%"]);
    }

    #[test]
    fn marks_join_the_word_they_belong_to() {
        let words =
            [" (", "yes", ")", ".", " ¿", "no", "?"].map(|text| timed(text, 0, 100)).to_vec();
        assert_eq!(texts(&attach_punctuation(words)), [" (yes).", " ¿no?"]);
        let japanese =
            ["料金", "は", "三", "千", "円", "。"].map(|text| timed(text, 0, 100)).to_vec();
        assert_eq!(texts(&attach_punctuation(japanese)), ["料金", "は", "三", "千", "円。"]);
    }

    #[test]
    fn a_pause_after_a_sentence_is_not_part_of_the_next_word() {
        let mut words = vec![
            timed(" one", 0, 300),
            timed(".", 300, 400),
            timed(" two", 400, 5_000),
            timed(" three", 5_000, 5_300),
        ];
        let word_ms_max = word_ms_max(words.iter());
        shorten_pauses(&mut words, word_ms_max);
        assert_eq!((words[2].start_ms, words[2].end_ms), (4_400, 5_000));
    }

    #[test]
    fn digits_and_symbols_keep_their_times() {
        let words = vec![timed(" $", 100, 300), timed("42", 300, 800), timed("%", 800, 900)];
        let (.., words) = fit(words, (100, 900), 0, 1_000);
        let times: Vec<(u32, u32)> = words.iter().map(|w| (w.start_ms, w.end_ms)).collect();
        assert_eq!(times, [(100, 300), (300, 800), (800, 900)]);
    }

    #[test]
    fn stamps_are_believed_where_the_alignment_is_far_off() {
        let stretch = Stretch { start_ms: 1_000, end_ms: 2_000, tokens: vec![] };
        let word = timed("far", 9_000, 9_400).near(&stretch);
        assert_eq!((word.start_ms, word.end_ms), (2_500, 2_500));
        let word = timed("near", 700, 1_400).near(&stretch);
        assert_eq!((word.start_ms, word.end_ms), (700, 1_400));
    }

    proptest! {
        #[test]
        fn fitted_words_are_in_order_and_inside_their_segment(
            spans in proptest::collection::vec((0_u32..40_000, 0_u32..3_000), 1..30),
            segment in (0_u32..30_000, 0_u32..30_000),
            not_before in 0_u32..30_000,
            window in 1_u32..30_000,
        ) {
            let words = spans.iter().map(|(start, length)| timed("x", *start, start + length));
            let segment = (segment.0.min(segment.1), segment.0.max(segment.1));
            let (start, end, fitted) = fit(words.collect(), segment, not_before, window);
            prop_assert!(start <= end && end <= window.max(start));
            let mut earliest = start;
            for word in &fitted {
                prop_assert!(earliest <= word.start_ms && word.start_ms <= word.end_ms);
                earliest = word.end_ms;
            }
            prop_assert!(earliest <= end);
        }
    }
}

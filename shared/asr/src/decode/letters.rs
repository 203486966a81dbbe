//! How alike a span of text is to a word: by its letters, whatever spaces stand between them.

use std::ops::Range;

/// The letters and digits of a text.
pub(crate) struct Letters {
    letters: Vec<Letter>,
}

struct Letter {
    /// Bytes of the text it takes.
    at: Range<usize>,
    /// Without case; hiragana as katakana.
    folded: char,
    /// Whether a word of a spaced script goes on here.
    goes_on: bool,
}

impl Letters {
    pub(crate) fn of(text: &str) -> Letters {
        let mut letters: Vec<Letter> = Vec::new();
        for (start, letter) in text.char_indices().filter(|(_, letter)| letter.is_alphanumeric()) {
            let goes_on = letters.last().is_some_and(|last| {
                last.at.end == start && is_spaced(letter) && is_spaced(last.folded)
            });
            let at = start..start + letter.len_utf8();
            letters.push(Letter { at, folded: fold(letter), goes_on });
        }
        Letters { letters }
    }

    pub(crate) fn folded(&self) -> Vec<char> {
        self.letters.iter().map(|letter| letter.folded).collect()
    }

    /// The span of whole words most like `word`, in bytes of the text, and its likeness: one minus the edit distance
    /// over the length of the longer.
    pub(crate) fn most_like(&self, word: &[char]) -> Option<(Range<usize>, f32)> {
        let starts = (0..self.letters.len()).filter(|start| !self.letters[*start].goes_on);
        let best = starts.flat_map(|start| self.spans_from(start, word));
        best.max_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// Every span of whole words from a letter, no longer than half again the word, with its likeness.
    fn spans_from(&self, start: usize, word: &[char]) -> Vec<(Range<usize>, f32)> {
        let mut spans = vec![];
        let mut distances: Vec<usize> = (0..=word.len()).collect();
        let end = self.letters.len().min(start + word.len() + word.len() / 2);
        for at in start..end {
            distances = next_distances(&distances, self.letters[at].folded, word);
            if self.letters.get(at + 1).is_some_and(|next| next.goes_on) {
                continue;
            }
            let longer = word.len().max(at + 1 - start) as f32;
            let likeness = 1.0 - distances[word.len()] as f32 / longer;
            spans.push((self.letters[start].at.start..self.letters[at].at.end, likeness));
        }
        spans
    }
}

/// One more letter of Levenshtein's table: distances of the span so far to every beginning of the word.
fn next_distances(before: &[usize], letter: char, word: &[char]) -> Vec<usize> {
    let mut distances = Vec::with_capacity(before.len());
    distances.push(before[0] + 1);
    for (at, expected) in word.iter().enumerate() {
        let replaced = before[at] + usize::from(*expected != letter);
        distances.push(replaced.min(before[at + 1] + 1).min(distances[at] + 1));
    }
    distances
}

/// Whether words of its script stand between spaces.
fn is_spaced(letter: char) -> bool {
    letter < '\u{2E80}'
}

fn fold(letter: char) -> char {
    match letter {
        'ぁ'..='ゖ' => char::from_u32(letter as u32 + 0x60).unwrap_or(letter),
        _ => letter.to_lowercase().next().unwrap_or(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn most_like(text: &str, word: &str) -> (String, f32) {
        let (span, likeness) = Letters::of(text).most_like(&Letters::of(word).folded()).unwrap();
        (text[span].to_owned(), likeness)
    }

    #[test]
    fn spaces_and_case_make_no_difference() {
        assert_eq!(most_like("we met BREN more today", "Brenmore"), ("BREN more".to_owned(), 1.0));
    }

    #[test]
    fn only_whole_words_are_spans_in_a_spaced_script_and_any_letters_in_japanese() {
        assert_eq!(most_like("an unmarked box", "marked").0, "unmarked");
        assert_eq!(most_like("弊社ではかんでらを使う", "カンデラ"), ("かんでら".to_owned(), 1.0));
    }

    #[test]
    fn likeness_counts_letters_that_differ() {
        assert_eq!(most_like("brin more", "Brenmore").1, 1.0 - 1.0 / 8.0);
        assert_eq!(most_like("vel tricks", "Veltrix").1, 1.0 - 3.0 / 9.0);
    }

    #[test]
    fn a_text_without_letters_is_like_nothing() {
        assert!(Letters::of(" … ").most_like(&['a']).is_none());
    }

    proptest! {
        #[test]
        fn a_word_is_found_where_it_stands_and_spans_lie_in_the_text(
            before in "[a-z ぁ-ん]{0,12}", word in "[a-z]{4,10}", after in "[a-z ぁ-ん]{0,12}",
        ) {
            let text = format!("{before} {word} {after}");
            let (span, likeness) = Letters::of(&text).most_like(&Letters::of(&word).folded()).unwrap();
            prop_assert_eq!(likeness, 1.0);
            prop_assert_eq!(Letters::of(&text[span]).folded(), Letters::of(&word).folded());
        }
    }
}

//! Cuts a turn's words into sentences.

use std::ops::Range;

use domain::Word;

/// Without punctuation, a pause this long inside a turn is taken as the end of a sentence.
const SENTENCE_PAUSE_MS: u64 = 600;

/// Short forms whose full stop ends nothing.
const SHORT_FORMS: &[&str] = &["mr.", "mrs.", "ms.", "dr.", "inc.", "co.", "vs.", "e.g.", "i.e."];

/// The mark a word ends a sentence with.
pub(crate) fn terminal(word: &Word) -> Option<char> {
    let text = word.text.trim_end_matches(['"', '\'', '”', '’', ')', '）', '」', '』', ' ']);
    let last = text
        .chars()
        .next_back()
        .filter(|c| matches!(c, '.' | '?' | '!' | '。' | '？' | '！' | '．'))?;
    (!SHORT_FORMS.contains(&text.to_lowercase().as_str())).then_some(last)
}

/// Whether a sentence mark asks.
pub(crate) fn asks(mark: char) -> bool {
    matches!(mark, '?' | '？')
}

/// The sentences of a turn as ranges of its words: by punctuation, or by pauses where it has none.
pub(crate) fn sentences(words: &[Word]) -> Vec<Range<usize>> {
    let punctuated = words.iter().any(|word| terminal(word).is_some());
    let ends = |index: &usize| match words.get(index + 1) {
        None => true,
        Some(_) if punctuated => terminal(&words[*index]).is_some(),
        Some(next) => next.start_ms.saturating_sub(words[*index].end_ms) >= SENTENCE_PAUSE_MS,
    };
    let mut start = 0;
    let cut = |end: usize| std::mem::replace(&mut start, end + 1)..end + 1;
    (0..words.len()).filter(ends).map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::turn;
    use domain::Language;

    #[test]
    fn punctuation_ends_sentences_but_short_forms_do_not() {
        let turn = turn(Language::En, "Hello Mr. Sato. How are you? Fine");
        assert_eq!(sentences(&turn.words), [0..3, 3..6, 6..7]);
    }

    #[test]
    fn without_punctuation_a_pause_ends_a_sentence() {
        let mut turn = turn(Language::En, "good morning how are you");
        turn.words[2..].iter_mut().for_each(|word| {
            word.start_ms += 700;
            word.end_ms += 700;
        });
        assert_eq!(sentences(&turn.words), [0..2, 2..5]);
        assert!(sentences(&[]).is_empty());
    }
}

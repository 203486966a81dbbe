//! Marks what a reader should not take at its word.

use domain::limits::{NUMBER_CONFIDENCE_LOW, WORD_CONFIDENCE_LOW};
use domain::transcript::DoubtReason;
use domain::{Doubt, Language, Span, Turn, Word};

/// Doubtful passages of every turn, in order.
pub(crate) fn doubts(turns: &[Turn], language: Option<Language>) -> Vec<Doubt> {
    let separator = language.map_or(" ", Language::word_separator);
    turns.iter().enumerate().flat_map(|(index, turn)| of_turn(index, turn, separator)).collect()
}

/// Neighbouring words that are doubtful for the same reason are one passage.
fn of_turn(index: usize, turn: &Turn, separator: &str) -> Vec<Doubt> {
    let mut doubts: Vec<Doubt> = vec![];
    let mut follows = false;
    for word in &turn.words {
        let reason = reason(word);
        match (reason, doubts.last_mut()) {
            (Some(reason), Some(last)) if follows && last.reason == reason => {
                last.text.push_str(separator);
                last.text.push_str(&word.text);
                last.span.end_ms = word.end_ms;
            }
            (Some(reason), _) => {
                let span = Span::new(word.start_ms, word.end_ms);
                doubts.push(Doubt { turn: index, span, text: word.text.clone(), reason });
            }
            (None, _) => {}
        }
        follows = reason.is_some();
    }
    doubts
}

fn reason(word: &Word) -> Option<DoubtReason> {
    if word.confidence < WORD_CONFIDENCE_LOW {
        return Some(DoubtReason::LowConfidence);
    }
    let uncertain = word.confidence < NUMBER_CONFIDENCE_LOW && names_a_number(&word.text);
    uncertain.then_some(DoubtReason::UncertainNumber)
}

/// Digits of any script, or a spoken number.
fn names_a_number(text: &str) -> bool {
    const SPOKEN: [&str; 34] = [
        "zero",
        "oh",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "seventy",
        "eighty",
        "ninety",
        "hundred",
        "thousand",
        "million",
        "billion",
        "percent",
    ];
    const KANJI: &str = "〇零一二三四五六七八九十百千万億兆円";
    let bare = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    SPOKEN.contains(&bare.as_str()) || text.chars().any(|c| c.is_numeric() || KANJI.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::SpeakerId;

    fn doubtful(words: &[(&str, f32)]) -> Vec<(String, DoubtReason)> {
        let words: Vec<_> = words
            .iter()
            .map(|(text, confidence)| Word {
                text: (*text).into(),
                start_ms: 0,
                end_ms: 1,
                confidence: *confidence,
            })
            .collect();
        let turn =
            Turn { speaker: SpeakerId::nth(0), start_ms: 0, end_ms: 1, text: String::new(), words };
        let doubts = doubts(&[turn], Some(Language::En));
        doubts.into_iter().map(|doubt| (doubt.text, doubt.reason)).collect()
    }

    #[test]
    fn neighbouring_unsure_words_are_one_passage() {
        let found = doubtful(&[("sure", 0.9), ("may", 0.2), ("be", 0.3), ("sure", 0.9)]);
        assert_eq!(found, [("may be".to_owned(), DoubtReason::LowConfidence)]);
    }

    #[test]
    fn a_number_needs_more_confidence_than_a_word() {
        let found = doubtful(&[("costs", 0.7), ("forty", 0.7), ("dollars", 0.7)]);
        assert_eq!(found, [("forty".to_owned(), DoubtReason::UncertainNumber)]);
    }

    #[test]
    fn kanji_and_full_width_digits_are_numbers() {
        for text in ["三", "５", "12,000", "二十", "Fifty,"] {
            assert!(names_a_number(text), "{text}");
        }
        assert!(!names_a_number("often"));
    }
}

//! How far a transcript is from what was really said: word error rate, for Japanese character error rate.

use domain::Language;
use unicode_normalization::UnicodeNormalization;

/// Edits needed and units spoken; their quotient is the rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ErrorRate {
    edits: usize,
    units: usize,
}

impl ErrorRate {
    /// Compares what was heard with what was spoken.
    pub fn between(spoken: &str, heard: &str, language: Language) -> Self {
        let (spoken, heard) = (units(spoken, language), units(heard, language));
        Self { edits: edits(&spoken, &heard), units: spoken.len() }
    }

    /// Both together, each weighing as much as was spoken in it.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { edits: self.edits + other.edits, units: self.units + other.units }
    }

    /// In percent.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a call has fewer words than a float has digits"
    )]
    pub fn percent(self) -> f64 {
        100.0 * self.edits as f64 / self.units.max(1) as f64
    }
}

/// What is counted: words of letters and digits, or for Japanese each character; width, case and punctuation do not
/// count.
fn units(text: &str, language: Language) -> Vec<String> {
    let text: String =
        text.nfkc().flat_map(char::to_lowercase).filter(|c| *c != '\'' && *c != '’').collect();
    let words =
        text.split(|c: char| !(c.is_alphanumeric() || c == 'ー')).filter(|word| !word.is_empty());
    match language {
        Language::En => words.map(ToOwned::to_owned).collect(),
        Language::Ja => words.flat_map(str::chars).map(String::from).collect(),
    }
}

/// Levenshtein's distance.
fn edits(from: &[String], to: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, wanted) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, found) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(wanted != found);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(spoken: &str, heard: &str, language: Language) -> (usize, usize) {
        let rate = ErrorRate::between(spoken, heard, language);
        (rate.edits, rate.units)
    }

    #[test]
    fn case_width_and_punctuation_are_not_errors() {
        assert_eq!(rate("Yes, I'm here.", "yes im HERE", Language::En), (0, 3));
        assert_eq!(rate("ＡＢＣですか？", "abcですか", Language::Ja), (0, 6));
    }

    #[test]
    fn a_wrong_a_missing_and_an_added_word_are_one_error_each() {
        assert_eq!(rate("one two three", "one too three", Language::En), (1, 3));
        assert_eq!(rate("one two three", "one three", Language::En), (1, 3));
        assert_eq!(rate("one two three", "one two and three", Language::En), (1, 3));
        assert_eq!(rate("はい、そうです", "はいそです", Language::Ja), (1, 6));
    }
}

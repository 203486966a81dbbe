//! Languages as the tokenizer names them.

use std::fmt;
use std::str::FromStr;

/// A spoken language by its code in Whisper vocabularies: two or three lower-case letters (`en`, `ja`, `yue`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(String);

/// The text is not a language code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not a language code of two or three lower-case letters")]
pub struct ParseLanguageError {
    /// The text that was given.
    pub found: String,
}

/// Which language a window is probably in.
#[derive(Clone, Debug, PartialEq)]
pub struct LanguageGuess {
    /// The most probable language.
    pub language: Language,
    /// Its probability among all languages of the model, 0–1.
    pub probability: f32,
    /// Every language of the model with its probability, most probable first; they sum to 1.
    pub all: Vec<(Language, f32)>,
}

impl Language {
    /// English, the language of models that know only one.
    pub fn english() -> Language {
        Language("en".to_owned())
    }

    /// The code, for example `ja`.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Whether the script puts no spaces between words, so that a word is a character or a token here.
    pub(crate) fn is_written_without_spaces(&self) -> bool {
        matches!(self.code(), "zh" | "ja" | "th" | "lo" | "my" | "yue")
    }
}

impl FromStr for Language {
    type Err = ParseLanguageError;

    fn from_str(code: &str) -> Result<Language, ParseLanguageError> {
        let letters = code.bytes().all(|b| b.is_ascii_lowercase());
        if letters && matches!(code.len(), 2 | 3) {
            Ok(Language(code.to_owned()))
        } else {
            Err(ParseLanguageError { found: code.to_owned() })
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_two_or_three_lower_case_letters() {
        for code in ["en", "ja", "haw", "yue"] {
            assert_eq!(code.parse::<Language>().map(|l| l.to_string()), Ok(code.to_owned()));
        }
        for code in ["", "e", "EN", "engl", "e1", "<|en|>", "日本"] {
            assert!(code.parse::<Language>().is_err(), "{code:?}");
        }
    }
}

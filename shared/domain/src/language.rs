//! The languages Kaiwa analyses.

use serde::{Deserialize, Serialize};

/// A language with first-class analysis, written as its ISO 639-1 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Japanese.
    Ja,
}

impl Language {
    /// The ISO 639-1 code.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// The language with this ISO 639-1 code, if it is one we analyse.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::En),
            "ja" => Some(Self::Ja),
            _ => None,
        }
    }

    /// What stands between two words in running text.
    pub fn word_separator(self) -> &'static str {
        match self {
            Self::En => " ",
            Self::Ja => "",
        }
    }
}

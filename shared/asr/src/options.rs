//! How to decode.

use crate::{DecodeError, Language};

/// How windows are decoded. The defaults are those of the reference implementation.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Language to decode in; `None` detects it for each window.
    pub language: Option<Language>,
    /// Whether to compute the time and confidence of every word.
    pub word_times: bool,
    /// Whether the model may write time stamps. Without them a window is one segment.
    pub timestamps: bool,
    /// Temperatures to try in order until a decoding passes the thresholds; 0 is greedy.
    pub temperatures: Vec<f32>,
    /// Seed of the sampling above temperature 0: the same seed gives the same text.
    pub seed: u64,
    /// No-speech probability above which a window with a low log probability counts as silence, 0–1.
    pub no_speech_threshold: f32,
    /// Mean log probability below which a decoding is tried again at the next temperature.
    pub log_prob_threshold: f32,
    /// Ratio of text size to compressed size above which a decoding is too repetitive.
    pub compression_ratio_threshold: f32,
    /// Most tokens decoded for one window; `None` takes what the model has room for.
    pub tokens_max: Option<usize>,
    /// Text the model should believe was said before: names and spellings of the call. Empty means none.
    pub prompt: String,
    /// Words to expect, as they are written: names and products. Where something alike was heard the word is tried.
    /// Unlike a prompt they need no model that was trained on prompts, and there may be many.
    pub vocabulary: Vec<String>,
    /// How much less probable than what was heard an expected word may be, in natural logarithms for each of its letters.
    /// More finds more of these words and puts more of them where nobody said them.
    pub vocabulary_bonus: f32,
    /// Whether to encode a window shorter than 30 s with one second of silence after it instead of up to 30 s. It
    /// saves most of the encoder's time on short windows, but models are trained on 30 s and may hear worse or
    /// repeat themselves: off by default.
    pub short_padding: bool,
    /// Most windows decoded together; more rows read the weights less often but need more memory.
    pub rows_max: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            language: None,
            word_times: true,
            timestamps: true,
            temperatures: vec![0.0, 0.2, 0.4, 0.6, 0.8, 1.0],
            seed: 0,
            no_speech_threshold: 0.6,
            log_prob_threshold: -1.0,
            compression_ratio_threshold: 2.4,
            tokens_max: None,
            prompt: String::new(),
            vocabulary: vec![],
            vocabulary_bonus: 3.0,
            short_padding: false,
            rows_max: 8,
        }
    }
}

impl Options {
    /// Refuses what no decoding could follow.
    pub(crate) fn check(&self) -> Result<(), DecodeError> {
        let refuse =
            |option, found: String, expected| Err(DecodeError::Option { option, found, expected });
        if self.temperatures.is_empty() {
            return refuse("temperatures", "empty".to_owned(), "at least one");
        }
        if let Some(bad) = self.temperatures.iter().find(|t| !(0.0..=2.0).contains(*t)) {
            return refuse("temperatures", bad.to_string(), "each from 0 to 2");
        }
        if !(0.0..=20.0).contains(&self.vocabulary_bonus) {
            let bonus = self.vocabulary_bonus.to_string();
            return refuse("vocabulary_bonus", bonus, "from 0 to 20");
        }
        if self.rows_max == 0 {
            return refuse("rows_max", "0".to_owned(), "at least 1");
        }
        if self.tokens_max == Some(0) {
            return refuse("tokens_max", "0".to_owned(), "at least 1");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_accepted() {
        assert!(Options::default().check().is_ok());
    }

    #[test]
    fn options_no_decoding_could_follow_are_refused_by_name() {
        let cases = [
            ("temperatures", Options { temperatures: vec![], ..Options::default() }),
            ("temperatures", Options { temperatures: vec![f32::NAN], ..Options::default() }),
            ("temperatures", Options { temperatures: vec![-0.1], ..Options::default() }),
            ("vocabulary_bonus", Options { vocabulary_bonus: f32::NAN, ..Options::default() }),
            ("rows_max", Options { rows_max: 0, ..Options::default() }),
            ("tokens_max", Options { tokens_max: Some(0), ..Options::default() }),
        ];
        for (name, options) in cases {
            let refused = matches!(options.check(), Err(DecodeError::Option { option, .. }) if option == name);
            assert!(refused, "{name}");
        }
    }
}

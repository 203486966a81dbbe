//! The vocabulary: special tokens by name, bytes of text tokens, text back from tokens.

use std::collections::HashMap;
use std::path::Path;

use tokenizers::Tokenizer;

use crate::{Language, LoadError};

/// Time stamps are 20 ms apart, from 0.00 to 30.00 s.
pub(crate) const STAMP_MS: u32 = 20;
const STAMPS: u32 = 1501;

/// The tokens of one model. No id is fixed: everything is found by name in `tokenizer.json`.
pub(crate) struct Vocabulary {
    pub end: u32,
    pub start: u32,
    pub no_speech: Option<u32>,
    pub no_stamps: u32,
    pub transcribe: Option<u32>,
    pub previous: Option<u32>,
    first_stamp: u32,
    /// Languages with their tokens, in the order of the tokens.
    pub languages: Vec<(Language, u32)>,
    /// Special tokens that are never text and never sampled.
    pub control: Vec<u32>,
    /// Bytes of each text token; `None` for special tokens, time stamps and ids without a name.
    bytes: Vec<Option<Box<[u8]>>>,
    tokenizer: Tokenizer,
}

impl Vocabulary {
    /// Reads `tokenizer.json` in `dir` for a model of `vocab_size` tokens.
    ///
    /// # Errors
    /// [`LoadError::Tokenizer`], [`LoadError::TokenMissing`] or [`LoadError::TokenOutside`].
    pub(crate) fn load(dir: &Path, vocab_size: usize) -> Result<Vocabulary, LoadError> {
        let path = dir.join("tokenizer.json");
        let text = crate::model::read_text(&path)?;
        let tokenizer = Tokenizer::from_bytes(text.as_bytes()).map_err(|source| {
            LoadError::Tokenizer { path: path.clone(), reason: source.to_string() }
        })?;
        let names = Names { path: &path, ids: tokenizer.get_vocab(true), vocab_size };
        names.check_range()?;
        let no_stamps = names.need("<|notimestamps|>")?;
        Ok(Vocabulary {
            end: names.need("<|endoftext|>")?,
            start: names.need("<|startoftranscript|>")?,
            // Older tokenizers call it <|nocaptions|>.
            no_speech: names.find("<|nospeech|>").or_else(|| names.find("<|nocaptions|>")),
            no_stamps,
            transcribe: names.find("<|transcribe|>"),
            previous: names.find("<|startofprev|>"),
            first_stamp: names.first_stamp(no_stamps)?,
            languages: names.languages(),
            control: names.control(),
            bytes: names.bytes(),
            tokenizer,
        })
    }

    /// Whether the token is text.
    pub(crate) fn is_text(&self, id: u32) -> bool {
        self.bytes.get(id as usize).is_some_and(Option::is_some)
    }

    /// Whether the token is a time stamp.
    pub(crate) fn is_stamp(&self, id: u32) -> bool {
        self.stamp_range().contains(&id)
    }

    /// The ids of the time stamps.
    pub(crate) fn stamp_range(&self) -> std::ops::Range<u32> {
        self.first_stamp..self.first_stamp + STAMPS
    }

    /// Milliseconds of a time stamp from the start of the window.
    pub(crate) fn stamp_ms(&self, id: u32) -> u32 {
        id.saturating_sub(self.first_stamp).min(STAMPS - 1) * STAMP_MS
    }

    /// The token of a language, if the model knows it.
    pub(crate) fn language_token(&self, language: &Language) -> Option<u32> {
        self.languages.iter().find(|(known, _)| known == language).map(|(_, id)| *id)
    }

    /// The bytes of text tokens one after another; other tokens add nothing.
    pub(crate) fn text_bytes(&self, ids: &[u32]) -> Vec<u8> {
        let bytes = ids.iter().filter_map(|id| self.bytes.get(*id as usize)?.as_deref());
        bytes.flatten().copied().collect()
    }

    /// The text of tokens; torn characters become U+FFFD.
    pub(crate) fn text(&self, ids: &[u32]) -> String {
        String::from_utf8_lossy(&self.text_bytes(ids)).into_owned()
    }

    /// The tokens of a text, special tokens in it not honoured.
    pub(crate) fn encode(&self, text: &str) -> Vec<u32> {
        let encoded = self.tokenizer.encode_fast(text, false);
        let ids = encoded.map(|e| e.get_ids().to_vec()).unwrap_or_default();
        ids.into_iter().filter(|id| self.is_text(*id)).collect()
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
impl Vocabulary {
    /// The vocabulary of the micro checkpoint, of 340 text tokens, 16 special ones and the time stamps.
    pub(crate) fn micro() -> Vocabulary {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/micro");
        Vocabulary::load(&dir, 1857).expect("the micro checkpoint is in the repository")
    }

    /// The stamp of so many steps of 20 ms.
    pub(crate) fn stamp(&self, steps: u32) -> u32 {
        self.first_stamp + steps
    }
}

/// The names in a tokenizer file while it is being read.
struct Names<'a> {
    path: &'a Path,
    ids: HashMap<String, u32>,
    vocab_size: usize,
}

impl Names<'_> {
    fn find(&self, name: &str) -> Option<u32> {
        self.ids.get(name).copied()
    }

    fn need(&self, name: &str) -> Result<u32, LoadError> {
        let missing =
            || LoadError::TokenMissing { path: self.path.to_owned(), token: name.to_owned() };
        self.find(name).ok_or_else(missing)
    }

    fn check_range(&self) -> Result<(), LoadError> {
        match self.ids.iter().find(|(_, id)| **id as usize >= self.vocab_size) {
            None => Ok(()),
            Some((token, id)) => Err(LoadError::TokenOutside {
                path: self.path.to_owned(),
                token: token.clone(),
                id: *id,
                vocab_size: self.vocab_size,
            }),
        }
    }

    /// Older tokenizers do not list the time stamps: they follow the last special token.
    fn first_stamp(&self, no_stamps: u32) -> Result<u32, LoadError> {
        let first = self.find("<|0.00|>").unwrap_or(no_stamps + 1);
        if (first + STAMPS) as usize <= self.vocab_size {
            return Ok(first);
        }
        Err(LoadError::TokenOutside {
            path: self.path.to_owned(),
            token: "<|30.00|>".to_owned(),
            id: first + STAMPS - 1,
            vocab_size: self.vocab_size,
        })
    }

    fn languages(&self) -> Vec<(Language, u32)> {
        let mut found: Vec<(Language, u32)> =
            self.ids.iter().filter_map(|(name, id)| Some((language_of(name)?, *id))).collect();
        found.sort_by_key(|(_, id)| *id);
        found
    }

    fn control(&self) -> Vec<u32> {
        const CONTROL: [&str; 8] = [
            "<|startoftranscript|>",
            "<|translate|>",
            "<|transcribe|>",
            "<|startoflm|>",
            "<|startofprev|>",
            "<|nospeech|>",
            "<|nocaptions|>",
            "<|notimestamps|>",
        ];
        CONTROL.iter().filter_map(|name| self.find(name)).collect()
    }

    fn bytes(&self) -> Vec<Option<Box<[u8]>>> {
        let letters = byte_letters();
        let mut bytes = vec![None; self.vocab_size];
        for (name, id) in self.ids.iter().filter(|(name, _)| !is_special(name)) {
            bytes[*id as usize] = name.chars().map(|c| letters.get(&c).copied()).collect();
        }
        bytes
    }
}

fn is_special(name: &str) -> bool {
    name.len() > 4 && name.starts_with("<|") && name.ends_with("|>")
}

fn language_of(name: &str) -> Option<Language> {
    name.strip_prefix("<|")?.strip_suffix("|>")?.parse().ok()
}

/// Byte-level vocabularies write every byte as one printable letter: printable Latin-1 bytes as themselves,
/// the others as the letters from U+0100 on, in order.
fn byte_letters() -> HashMap<char, u8> {
    let mut beyond = ('\u{100}'..).take(256);
    let letter = |byte: u8| match byte {
        b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF => Some(char::from(byte)),
        _ => beyond.next(),
    };
    let letters: Vec<Option<char>> = (0..=255).map(letter).collect();
    letters.into_iter().zip(0..=255).filter_map(|(letter, byte)| Some((letter?, byte))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_own_letter() {
        let letters = byte_letters();
        assert_eq!(letters.len(), 256);
        assert_eq!(letters.get(&'Ġ'), Some(&b' '));
        assert_eq!(letters.get(&'Ċ'), Some(&b'\n'));
        assert_eq!(letters.get(&'é'), Some(&0xE9));
        assert_eq!(letters.get(&'ł'), Some(&0xA0));
    }

    #[test]
    fn language_tokens_are_recognised_among_special_tokens() {
        assert_eq!(language_of("<|ja|>").map(|l| l.to_string()), Some("ja".to_owned()));
        for other in ["<|endoftext|>", "<|0.00|>", "ja", "<|transcribe|>"] {
            assert_eq!(language_of(other), None);
        }
    }
}

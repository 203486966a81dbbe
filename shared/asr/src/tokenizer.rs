//! The file `tokenizer.json`, checked before the tokenizer library reads it.
//!
//! The library takes some promises of the file for granted, and stops the program or asks for absurd memory where they
//! are broken: that the parts of each merge, and what it makes, are in the vocabulary, and that texts are not filled up.

use std::collections::HashMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor};

use crate::LoadError;
use crate::model::read_text;

/// What has to be right.
#[derive(Deserialize)]
struct TokenizerFile {
    truncation: Option<IgnoredAny>,
    padding: Option<IgnoredAny>,
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    model: BytePairs,
}

#[derive(Deserialize)]
struct AddedToken {
    id: u32,
    content: String,
}

/// Pairs of tokens that make one, in the order in which they are merged.
#[derive(Deserialize)]
struct BytePairs {
    #[serde(rename = "type")]
    kind: Option<String>,
    continuing_subword_prefix: Option<String>,
    vocab: HashMap<String, u32>,
    merges: Vec<Merge>,
}

/// Two tokens side by side; older files write them as one text with a space between.
struct Merge(String, String);

/// Checks `tokenizer.json` in `dir` for a model of `vocab_size` tokens.
///
/// # Errors
/// [`LoadError::Tokenizer`] says what is wrong, [`LoadError::TokenOutside`] names a token the model cannot know.
pub(crate) fn check(dir: &Path, vocab_size: usize) -> Result<(), LoadError> {
    let path = dir.join("tokenizer.json");
    let refuse = |reason: String| LoadError::Tokenizer { path: path.clone(), reason };
    let text = read_text(&path)?;
    let file: TokenizerFile = serde_json::from_str(&text).map_err(|e| refuse(e.to_string()))?;
    file.check_kind().map_err(refuse)?;
    file.model.check_merges().map_err(refuse)?;
    match file.ids().find(|(_, id)| *id as usize >= vocab_size) {
        None => Ok(()),
        Some((token, id)) => {
            Err(LoadError::TokenOutside { path, token: token.to_owned(), id, vocab_size })
        }
    }
}

impl TokenizerFile {
    fn check_kind(&self) -> Result<(), String> {
        let is_set = |set: &Option<IgnoredAny>| set.map_or("null", |_| "set");
        let kind = self.model.kind.as_deref().unwrap_or("BPE");
        let prefix = self.model.continuing_subword_prefix.as_deref().unwrap_or_default();
        let fields = [
            ("model.type", kind, "BPE"),
            ("model.continuing_subword_prefix", prefix, ""),
            ("truncation", is_set(&self.truncation), "null"),
            ("padding", is_set(&self.padding), "null"),
        ];
        match fields.into_iter().find(|(_, found, expected)| found != expected) {
            None => Ok(()),
            Some((field, found, expected)) => {
                Err(format!("{field} is {found:?}, expected {expected:?}"))
            }
        }
    }

    fn ids(&self) -> impl Iterator<Item = (&str, u32)> {
        let text = self.model.vocab.iter().map(|(token, id)| (token.as_str(), *id));
        text.chain(self.added_tokens.iter().map(|added| (added.content.as_str(), added.id)))
    }
}

impl BytePairs {
    fn check_merges(&self) -> Result<(), String> {
        let mut whole = String::new();
        for (at, Merge(first, second)) in self.merges.iter().enumerate() {
            whole.clear();
            whole.extend([first.as_str(), second]);
            if let Some(token) =
                [first, second, &whole].into_iter().find(|token| !self.vocab.contains_key(*token))
            {
                let number = at + 1;
                return Err(format!(
                    "merge {number} needs {token:?}, which is not in the vocabulary"
                ));
            }
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Merge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Merge, D::Error> {
        struct EitherForm;
        impl<'de> Visitor<'de> for EitherForm {
            type Value = Merge;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("two tokens")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Merge, E> {
                let pair = text.split_once(' ').ok_or_else(|| E::invalid_length(1, &self))?;
                Ok(Merge(pair.0.to_owned(), pair.1.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Merge, A::Error> {
                let mut next = |at| {
                    seq.next_element()?.ok_or_else(|| Error::invalid_length(at, &"two tokens"))
                };
                Ok(Merge(next(0)?, next(1)?))
            }
        }
        deserializer.deserialize_any(EitherForm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"{"version":"1.0","truncation":null,"padding":null,
        "added_tokens":[{"id":4,"content":"<|en|>","special":true}],
        "model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"aab":3},"merges":["a b",["a","ab"]]}}"#;

    fn checked(text: &str) -> Result<(), LoadError> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("tokenizer.json"), text).unwrap();
        check(dir.path(), 5)
    }

    #[test]
    fn merges_are_read_in_both_forms() {
        assert!(checked(FILE).is_ok());
    }

    #[test]
    fn what_the_library_could_not_bear_is_refused_with_what_was_found() {
        let cases = [
            (r#""BPE""#, r#""Unigram""#, r#"model.type is "Unigram", expected "BPE""#),
            (r#""ab":2"#, r#""ba":2"#, r#"merge 1 needs "ab", which is not in the vocabulary"#),
            (r#""aab":3"#, r#""aba":3"#, r#"merge 2 needs "aab""#),
            (r#""a":0,"#, "", r#"merge 1 needs "a""#),
            (r#""padding":null"#, r#""padding":{}"#, r#"padding is "set", expected "null""#),
            (r#""truncation":null"#, r#""truncation":{}"#, r#"truncation is "set""#),
            (r#""vocab""#, r#""continuing_subword_prefix":"@@","vocab""#, r#"is "@@""#),
            ("a b", "ab", "expected two tokens"),
            (r#""ab"]"#, r#""ab","b"]"#, "trailing characters"),
            (r#""ab"]"#, "7]", "expected a string"),
            (r#""id":4"#, r#""id":5"#, "token <|en|> has id 5, but the model knows 5 tokens"),
            (r#""aab":3"#, r#""aab":4294967295"#, "token aab has id 4294967295"),
            (r#""aab":3"#, r#""aab":-1"#, "invalid value"),
        ];
        for (old, new, expected) in cases {
            assert!(FILE.contains(old), "{old}");
            let error = checked(&FILE.replacen(old, new, 1)).unwrap_err().to_string();
            assert!(error.contains(expected), "{new}: {error}");
        }
    }
}

//! Words that turn a listed word round.

use std::ops::Range;

use domain::Word;

use crate::sentences::terminal;

/// How many words back an English "not" reaches: "not really very good".
const ENGLISH_REACH: usize = 3;

const ENGLISH: &[&str] =
    &["not", "never", "hardly", "cannot", "without", "nothing", "neither", "nor", "aint"];

/// Reaches only the next word: "no help"; further on it is an answer ("no that is great").
const ENGLISH_NEXT: &[&str] = &["no"];

/// Another clause begins: what was negated before is not negated after.
const ENGLISH_BREAKS: &[&str] =
    &["but", "because", "so", "and", "although", "though", "however", "what", "that"];

const JAPANESE: &[&str] = &["ない", "なく", "なかっ", "ません", "なけれ", "無い", "無く"];

/// Hiragana that may stand between a word and its negation: くは, じゃ, では, ではあり.
const JAPANESE_REACH: usize = 4;

/// Doubt and not negation: かもしれません.
const JAPANESE_DOUBT: &[&str] =
    &["かもし", "かもわ", "しか", "じゃないですか", "ではないですか", "じゃないか"];

/// The negator and the words it negates, if there is one.
pub(super) fn english(words: &[Word], found: &Range<usize>) -> Option<Range<usize>> {
    let first = found.start.saturating_sub(ENGLISH_REACH);
    for index in (first..found.start).rev() {
        let token = token(&words[index]);
        if words[index].text.ends_with(',') || terminal(&words[index]).is_some() {
            return None;
        }
        if is_negator(&token, found.start - index) {
            return Some(index..found.end);
        }
        if ENGLISH_BREAKS.contains(&token.as_str()) {
            return None;
        }
    }
    None
}

fn is_negator(token: &str, distance: usize) -> bool {
    let shortened = token.ends_with("nt") && SHORTENED.contains(&token);
    shortened || ENGLISH.contains(&token) || distance == 1 && ENGLISH_NEXT.contains(&token)
}

const SHORTENED: &[&str] = &[
    "dont", "doesnt", "didnt", "isnt", "arent", "wasnt", "werent", "wont", "wouldnt", "cant",
    "couldnt", "shouldnt", "havent", "hasnt", "hadnt",
];

fn token(word: &Word) -> String {
    word.text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where the negation behind a word that ends at byte `end` itself ends.
pub(super) fn japanese(text: &str, end: usize) -> Option<usize> {
    let rest = &text[end..];
    if JAPANESE_DOUBT.iter().any(|doubt| rest.starts_with(doubt)) {
        return None;
    }
    let steps = rest.char_indices().map(|(at, _)| at).take(JAPANESE_REACH + 1);
    for at in steps {
        let negator = JAPANESE.iter().find(|negator| rest[at..].starts_with(**negator));
        if let Some(negator) = negator {
            return Some(end + at + negator.len());
        }
        let bridge = rest[at..].chars().next().is_some_and(|c| matches!(c, 'ぁ'..='ん'));
        if !bridge {
            return None;
        }
    }
    None
}

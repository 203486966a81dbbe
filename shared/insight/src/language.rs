//! Which language's rules apply to a call and to a turn.

use domain::{Language, Transcript, Turn, Word};

/// Hiragana or katakana, the long-vowel mark included.
pub(crate) fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}')
}

/// Katakana, the long-vowel mark not included.
pub(crate) fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30A1}'..='\u{30FA}' | '\u{30FD}'..='\u{30FF}')
}

/// A character of a script that is written without spaces between words.
pub(crate) fn is_unspaced(c: char) -> bool {
    is_kana(c)
        || matches!(c, '\u{3005}'..='\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The language of the call; where the transcript does not say, the one its letters speak for.
pub(crate) fn of_call(transcript: &Transcript) -> Language {
    let words = || transcript.turns.iter().flat_map(|turn| &turn.words);
    transcript.language.or_else(|| of_words(words())).unwrap_or(Language::En)
}

/// The language of one turn, so that an English turn in a Japanese call is read by English rules.
pub(crate) fn of_turn(turn: &Turn, call: Language) -> Language {
    of_words(turn.words.iter()).unwrap_or(call)
}

fn of_words<'a>(words: impl Iterator<Item = &'a Word>) -> Option<Language> {
    let mut latin = false;
    for c in words.flat_map(|word| word.text.chars()) {
        if is_unspaced(c) {
            return Some(Language::Ja);
        }
        latin |= c.is_ascii_alphabetic();
    }
    latin.then_some(Language::En)
}

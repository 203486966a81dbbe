//! One spelling for all the ways to write the same thing, with the way back to the words.
//!
//! - NFKC: full-width and half-width forms, ligatures and composed marks become one.
//! - Case folds (upper, then lower, so that ß and ss meet).
//! - Katakana becomes hiragana.
//! - 〜 ～ ― ─ after kana are the long-vowel mark; several in a row are one; at the end of a katakana word of
//!   three or more it is dropped (サーバー, サーバ), as JIS Z 8301 lets writers do. Inside a word it stays: ビール is not ビル.
//! - Spaces and punctuation go. Only digits keep a gap between them, so that 1.5 is not 15 (10,000 is 10000).
//! - `+ # $ % & @ € £ ¥` stay, for names and amounts.

use std::ops::Range;

use domain::{Language, Word};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::language::{is_kana, is_katakana, is_unspaced};

/// Katakana before a final long-vowel mark from which the mark is optional: ユーザ(ー), but コピー keeps it.
const OPTIONAL_MARK_KANA_MIN: usize = 3;

const MARK: char = 'ー';

/// Normalised text that knows which word each of its bytes came from.
#[derive(Default)]
pub(crate) struct Text {
    text: String,
    /// For each byte, its word.
    words: Vec<u32>,
    /// For each byte, whether something was left out just before it.
    gaps: Vec<bool>,
}

/// A phrase in the one spelling.
pub(crate) fn normalise(phrase: &str) -> String {
    let mut writer = Writer::default();
    writer.write(phrase.chars().map(|c| (0, c)));
    let text = writer.finish().text;
    let marked = text.chars().count() > OPTIONAL_MARK_KANA_MIN;
    if marked { text.trim_end_matches(MARK).to_owned() } else { text }
}

impl Text {
    /// The words of a turn in the one spelling.
    pub(crate) fn new(words: &[Word], language: Language) -> Self {
        let mut writer = Writer { spaced: language == Language::En, ..Writer::default() };
        let chars = |(index, word): (u32, &Word)| {
            word.text.chars().map(move |c| (index, c)).collect::<Vec<_>>()
        };
        writer.write((0..).zip(words).flat_map(chars));
        writer.finish()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The words a stretch of bytes came from.
    pub(crate) fn words(&self, bytes: &Range<usize>) -> Range<usize> {
        let at = |byte: usize| self.words.get(byte).map_or(0, |word| *word as usize);
        at(bytes.start)..at(bytes.end.saturating_sub(1).max(bytes.start)) + 1
    }

    /// Whether a word of the transcript begins at this byte, or something was left out before it.
    pub(crate) fn starts_word(&self, byte: usize) -> bool {
        let Some(before) = byte.checked_sub(1) else { return true };
        self.gaps.get(byte).copied().unwrap_or(true)
            || self.words.get(before) != self.words.get(byte)
    }

    /// Whether a phrase may begin or end here: not between two letters or digits of one spaced word.
    pub(crate) fn is_boundary(&self, byte: usize) -> bool {
        let before = self.text.get(..byte).and_then(|text| text.chars().next_back());
        let after = self.text.get(byte..).and_then(|text| text.chars().next());
        let (Some(before), Some(after)) = (before, after) else { return true };
        let both = |test: fn(char) -> bool| test(before) && test(after);
        !both(|c| c.is_alphanumeric() && !is_unspaced(c)) || self.gaps[byte]
    }
}

/// What was left out since the last character.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Gap {
    #[default]
    None,
    /// One comma, which may group digits.
    Comma,
    /// The edge of a word in a language without spaces: a boundary for letters, none for digits.
    Edge,
    Wide,
}

#[derive(Default)]
struct Writer {
    out: Text,
    /// Whether words are separated by spaces.
    spaced: bool,
    word: u32,
    gap: Gap,
    /// The last character was an apostrophe inside a word.
    apostrophe: bool,
    /// Katakana in a row, marks included.
    katakana: usize,
    /// A long-vowel mark that waits for what follows, and its word.
    mark: Option<u32>,
}

impl Writer {
    /// Writes characters with their word indices, base characters together with their marks.
    fn write(&mut self, chars: impl Iterator<Item = (u32, char)>) {
        let mut cluster: (u32, String) = (0, String::new());
        for (word, c) in chars {
            let joins = is_combining_mark(c) || matches!(c, '\u{FF9E}' | '\u{FF9F}');
            if !joins && !cluster.1.is_empty() {
                self.write_cluster(&cluster);
                cluster.1.clear();
            }
            cluster = (if cluster.1.is_empty() { word } else { cluster.0 }, cluster.1);
            cluster.1.push(c);
        }
        self.write_cluster(&cluster);
    }

    fn write_cluster(&mut self, (word, cluster): &(u32, String)) {
        if *word != self.word {
            self.word = *word;
            self.leave_out(if self.spaced { Gap::Wide } else { Gap::Edge });
            self.apostrophe = false;
        }
        let mut chars = cluster.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) if is_plain(c) => self.write_char(c),
            _ => cluster.nfkc().for_each(|c| self.write_char(c)),
        }
    }

    fn write_char(&mut self, c: char) {
        match c {
            MARK | '〜' | '~' | '―' | '─' if self.after_kana() => self.mark = Some(self.word),
            '\'' | '’' | '‘' => self.apostrophe = true,
            '+' | '#' | '$' | '%' | '&' | '@' | '€' | '£' | '¥' => self.keep(c),
            ',' => self.leave_out(Gap::Comma),
            // Before letters: some marks count as letters, and left beside each other they would change places.
            _ if is_combining_mark(c) => {}
            _ if c.is_alphanumeric() && c != MARK => self.keep_letter(c),
            _ => self.leave_out(Gap::Wide),
        }
    }

    fn after_kana(&self) -> bool {
        let adjoining = matches!(self.gap, Gap::None | Gap::Edge);
        self.mark.is_some() || adjoining && self.out.text.chars().next_back().is_some_and(is_kana)
    }

    /// Something is left out; two commas or a comma and a space are more than one comma.
    fn leave_out(&mut self, gap: Gap) {
        self.gap = match (self.gap, gap) {
            (Gap::None, gap) => gap,
            (Gap::Edge, Gap::Edge | Gap::Comma) | (Gap::Comma, Gap::Edge) => gap,
            _ => Gap::Wide,
        };
    }

    fn keep_letter(&mut self, c: char) {
        // "customer's" ends a word before its s; "don't" is one word.
        if self.apostrophe && c.eq_ignore_ascii_case(&'s') {
            self.leave_out(Gap::Wide);
        }
        self.flush_mark(is_katakana(c));
        self.katakana = if is_katakana(c) { self.katakana + 1 } else { 0 };
        for c in c.to_uppercase().flat_map(char::to_lowercase) {
            self.keep(to_hiragana(c));
        }
    }

    /// Writes the waiting long-vowel mark, unless it is the optional one at the end of a katakana word.
    fn flush_mark(&mut self, katakana_follows: bool) {
        let Some(word) = self.mark.take() else { return };
        let goes_on = katakana_follows && matches!(self.gap, Gap::None | Gap::Edge);
        if goes_on || self.katakana < OPTIONAL_MARK_KANA_MIN {
            self.push(MARK, word, false);
        }
        self.katakana += usize::from(self.katakana > 0);
    }

    fn keep(&mut self, c: char) {
        self.flush_mark(is_katakana(c));
        let last = self.out.text.chars().next_back();
        let digits = c.is_numeric() && last.is_some_and(char::is_numeric);
        let gap = std::mem::take(&mut self.gap);
        self.apostrophe = false;
        if digits && gap == Gap::Wide {
            self.push(' ', self.word, true);
        }
        let boundary = if digits { gap == Gap::Wide } else { gap != Gap::None };
        self.push(c, self.word, boundary);
    }

    fn push(&mut self, c: char, word: u32, gap: bool) {
        let out = &mut self.out;
        out.text.push(c);
        out.words.resize(out.text.len(), word);
        out.gaps.push(gap);
        out.gaps.resize(out.text.len(), false);
    }

    fn finish(mut self) -> Text {
        self.flush_mark(false);
        self.out
    }
}

/// Most of what is written: characters that NFKC leaves as they are, when they stand alone.
fn is_plain(c: char) -> bool {
    c.is_ascii()
        || matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FC}' | '\u{4E00}'..='\u{9FFF}')
}

fn to_hiragana(c: char) -> char {
    match c {
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_spelling_for_every_way_to_write_it() {
        for (a, b) in [
            ("ＡＢＣ１２３", "abc123"),
            ("ｷｬﾝｾﾙ", "きゃんせる"),
            ("ﾊﾞｯｸｱｯﾌﾟ", "バックアップ"),
            ("カ\u{3099}ス", "ガス"),
            ("サーバー", "サーバ"),
            ("すご〜い", "すごーーい"),
            ("Straße", "STRASSE"),
            ("follow-up", "follow up"),
            ("don't", "don’t"),
            ("10,000", "10000"),
            ("お 見積り、", "お見積り"),
        ] {
            assert_eq!(normalise(a), normalise(b), "{a} {b}");
        }
    }

    #[test]
    fn what_differs_in_meaning_stays_different() {
        for (a, b) in
            [("ビール", "ビル"), ("1.5", "15"), ("1 5", "15"), ("コピー", "コピ"), ("C++", "C")]
        {
            assert_ne!(normalise(a), normalise(b), "{a} {b}");
        }
    }

    #[test]
    fn nothing_but_punctuation_is_nothing() {
        for text in ["", " ", "。、！", "👍", "---", "'", "ー", "\u{301}\u{301}"] {
            assert_eq!(normalise(text), "", "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing_and_every_byte_has_a_word(text in "\\PC{0,40}") {
            let once = normalise(&text);
            let twice = normalise(&once);
            prop_assert_eq!(once.trim_matches(MARK), twice.trim_matches(MARK));
            let words: Vec<_> = text.chars().map(|c| Word { text: c.into(), start_ms: 0, end_ms: 0, confidence: 1.0 }).collect();
            let turn = Text::new(&words, Language::Ja);
            prop_assert_eq!(turn.words.len(), turn.text.len());
            prop_assert_eq!(turn.gaps.len(), turn.text.len());
            prop_assert!(turn.words.iter().all(|word| (*word as usize) < words.len()));
        }
    }
}

//! Finds the listed phrases of each kind in a sentence.

use std::ops::Range;
use std::sync::LazyLock;

use domain::analysis::HighlightKind;
use domain::{Language, Word};

use super::{cues_en, cues_ja};
use crate::phrases::{Edges, Found, PhraseSet, Text};
use crate::quote::quote;

/// Phrases of one kind.
pub(super) type Listed = (HighlightKind, Vec<String>);

/// A phrase found in a sentence.
pub(super) struct Cue {
    pub(super) kind: HighlightKind,
    /// Its words in the sentence.
    pub(super) words: Range<usize>,
    /// As it stands in the transcript.
    pub(super) phrase: String,
}

/// The phrases of one language. What is listed under no kind keeps a shorter phrase inside it from counting.
pub(super) struct Cues {
    set: PhraseSet,
    kinds: Vec<Option<HighlightKind>>,
    language: Language,
}

static ENGLISH: LazyLock<Cues> =
    LazyLock::new(|| Cues::new(cues_en::lists(), cues_en::DECOYS, Edges::Words, Language::En));
static JAPANESE: LazyLock<Cues> =
    LazyLock::new(|| Cues::new(cues_ja::lists(), cues_ja::DECOYS, Edges::Free, Language::Ja));

impl Cues {
    /// The phrases of this language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::En => &ENGLISH,
            Language::Ja => &JAPANESE,
        }
    }

    fn new(lists: Vec<Listed>, decoys: &[&str], edges: Edges, language: Language) -> Self {
        let of_kind =
            |(kind, list): Listed| list.into_iter().map(move |phrase| (Some(kind), phrase));
        let real = lists.into_iter().flat_map(of_kind);
        let decoys = decoys.iter().map(|phrase| (None, (*phrase).to_owned()));
        let (kinds, phrases): (Vec<_>, Vec<String>) = real.chain(decoys).unzip();
        Self { set: PhraseSet::new(phrases, edges), kinds, language }
    }

    /// The first cue of each kind in a sentence, the longest of those that begin there.
    pub(super) fn find(&self, words: &[Word]) -> Vec<Cue> {
        let text = Text::new(words, self.language);
        let mut found = self.set.find(&text);
        found.extend(self.amounts(&text));
        found.sort_by_key(|found| (found.bytes.start, std::cmp::Reverse(found.bytes.end)));
        let (mut cues, mut hidden_to): (Vec<Cue>, usize) = (vec![], 0);
        for found in found {
            match self.kind(&found) {
                None => hidden_to = hidden_to.max(found.bytes.end),
                Some(kind)
                    if found.bytes.end > hidden_to && cues.iter().all(|cue| cue.kind != kind) =>
                {
                    cues.push(self.cue(kind, &found.bytes, &text, words));
                }
                Some(_) => {}
            }
        }
        cues
    }

    /// `None` for what only hides others; what no list holds is an amount.
    fn kind(&self, found: &Found) -> Option<HighlightKind> {
        match self.kinds.get(found.phrase) {
            Some(kind) => *kind,
            None => Some(HighlightKind::Price),
        }
    }

    fn cue(&self, kind: HighlightKind, bytes: &Range<usize>, text: &Text, words: &[Word]) -> Cue {
        let range = text.words(bytes);
        let phrase = quote(&words[range.clone()], self.language).text;
        Cue { kind, words: range, phrase }
    }

    /// Numbers before 円 or after a currency sign: amounts of money that no list can hold.
    fn amounts(&self, text: &Text) -> Vec<Found> {
        let all = text.as_str();
        let after_number = |(at, _): (usize, &str)| {
            let digit = all[..at].chars().next_back().filter(|c| c.is_numeric())?;
            Some(at - digit.len_utf8()..at + '円'.len_utf8())
        };
        let before_number = |(at, sign): (usize, &str)| {
            let digit = all[at + sign.len()..].chars().next().filter(|c| c.is_numeric())?;
            Some(at..at + sign.len() + digit.len_utf8())
        };
        let yen = all.match_indices('円').filter_map(after_number);
        let signed = all.match_indices(['$', '€', '£', '¥']).filter_map(before_number);
        let amount = |bytes| Found { phrase: self.kinds.len(), bytes };
        yen.chain(signed).map(amount).collect()
    }
}

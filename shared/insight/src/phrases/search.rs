//! Finds many phrases in one pass over a turn.

use std::ops::Range;

use aho_corasick::AhoCorasick;

use super::normalise::{Text, normalise};

/// Longest phrase that is looked for, in normalised bytes: about 100 Japanese characters. Longer ones match
/// nothing. It bounds the matches that can end at one place, and with them the time hostile input can take.
const PHRASE_BYTES_MAX: usize = 300;

/// Where a phrase may begin and end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Edges {
    /// Not inside a word of a spaced script: `art` is not in `party`. Japanese may begin anywhere.
    Words,
    /// Anywhere.
    Free,
}

/// A phrase found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Index of the phrase in the set.
    pub(crate) phrase: usize,
    /// Where in the normalised text.
    pub(crate) bytes: Range<usize>,
}

/// Phrases to look for together.
pub(crate) struct PhraseSet {
    automaton: Option<AhoCorasick>,
    /// The phrase each pattern stands for.
    phrases: Vec<usize>,
    edges: Edges,
}

impl PhraseSet {
    /// Phrases in any spelling. Those with nothing to look for keep their index, and are never found.
    pub(crate) fn new<P: AsRef<str>>(phrases: impl IntoIterator<Item = P>, edges: Edges) -> Self {
        Self::of_normalised(phrases.into_iter().map(|phrase| normalise(phrase.as_ref())), edges)
    }

    /// The same for phrases that are in the one spelling already.
    pub(crate) fn of_normalised<P: AsRef<str>>(
        phrases: impl IntoIterator<Item = P>,
        edges: Edges,
    ) -> Self {
        let spelled = phrases.into_iter().enumerate();
        let usable = |(_, text): &(usize, P)| (1..=PHRASE_BYTES_MAX).contains(&text.as_ref().len());
        let (phrases, patterns): (Vec<_>, Vec<_>) = spelled.filter(usable).unzip();
        // Building fails beyond 2^31 states only, 140 times what the limits on trackers allow.
        let built = AhoCorasick::new(patterns.iter().map(|text| text.as_ref().as_bytes()));
        let automaton = built.ok().filter(|_| !patterns.is_empty());
        Self { automaton, phrases, edges }
    }

    /// Every place where a phrase stands between proper edges, overlapping ones included, by their ends.
    pub(crate) fn find(&self, text: &Text) -> Vec<Found> {
        let Some(automaton) = &self.automaton else { return vec![] };
        let matches = automaton.find_overlapping_iter(text.as_str());
        let found = matches.map(|found| Found {
            phrase: self.phrases[found.pattern().as_usize()],
            bytes: found.range(),
        });
        found.filter(|found| self.stands_well(found, text)).collect()
    }

    fn stands_well(&self, found: &Found, text: &Text) -> bool {
        let free = self.edges == Edges::Free;
        free || text.is_boundary(found.bytes.start) && text.is_boundary(found.bytes.end)
    }
}

/// Keeps the leftmost, of those the longest, and nothing that overlaps it.
pub(crate) fn without_overlaps(found: &mut Vec<Found>) {
    found
        .sort_by_key(|found| (found.bytes.start, std::cmp::Reverse(found.bytes.end), found.phrase));
    let mut free_from = 0;
    found.retain(|found| {
        let fits = found.bytes.start >= free_from;
        free_from = if fits { found.bytes.end } else { free_from };
        fits
    });
}

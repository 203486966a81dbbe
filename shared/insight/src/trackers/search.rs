//! All trackers' phrases, looked for together.

use std::collections::{BTreeMap, HashSet};

use domain::analysis::{TrackerHit, TrackerResult};
use domain::{Language, Tracker, Transcript};

use crate::language;
use crate::phrases::{Edges, Found, PhraseSet, Text, normalise};
use crate::quote::quote;

/// A tracker's phrase: indices of both.
type Owner = (usize, usize);

/// A search of one transcript.
pub(super) struct Search<'a> {
    transcript: &'a Transcript,
    trackers: &'a [Tracker],
    call: Language,
    /// One for each turn.
    texts: Vec<Text>,
    /// Each spelling once.
    set: PhraseSet,
    /// For each spelling, everyone who looks for it.
    owners: Vec<Vec<Owner>>,
}

impl<'a> Search<'a> {
    /// Prepares the turns, and those phrases that can be in them at all.
    pub(super) fn new(transcript: &'a Transcript, trackers: &'a [Tracker]) -> Self {
        let call = language::of_call(transcript);
        let texts: Vec<_> =
            transcript.turns.iter().map(|turn| Text::new(&turn.words, call)).collect();
        let owners = owners(trackers, &pairs(&texts));
        let set = PhraseSet::of_normalised(owners.keys(), Edges::Words);
        let owners = owners.into_values().collect();
        Self { transcript, trackers, call, texts, set, owners }
    }

    /// One result for each tracker, in the given order, with its hits turn by turn.
    pub(super) fn results(&self) -> Vec<TrackerResult> {
        let no_hits = |tracker: &Tracker| TrackerResult {
            id: tracker.id.clone(),
            name: tracker.name.clone(),
            hits: vec![],
        };
        let mut results: Vec<_> = self.trackers.iter().map(no_hits).collect();
        for turn in 0..self.texts.len() {
            self.look_through(turn, &mut results);
        }
        results
    }

    /// Of one tracker's overlapping finds the leftmost, and of those the longest, is its hit.
    fn look_through(&self, turn: usize, results: &mut [TrackerResult]) {
        let mut found = self.set.find(&self.texts[turn]);
        found.sort_by_key(|found| (found.bytes.start, std::cmp::Reverse(found.bytes.end)));
        let mut free_from = vec![0; if found.is_empty() { 0 } else { self.trackers.len() }];
        for found in found {
            for (tracker, phrase) in &self.owners[found.phrase] {
                let free = free_from[*tracker] <= found.bytes.start;
                if free && self.is_wanted(*tracker, turn) {
                    free_from[*tracker] = found.bytes.end;
                    results[*tracker].hits.push(self.hit((*tracker, *phrase), &found, turn));
                }
            }
        }
    }

    fn is_wanted(&self, tracker: usize, turn: usize) -> bool {
        let role = || self.transcript.role_of(&self.transcript.turns[turn].speaker);
        self.trackers[tracker].said_by.is_none_or(|wanted| wanted == role())
    }

    fn hit(&self, (tracker, phrase): Owner, found: &Found, index: usize) -> TrackerHit {
        let turn = &self.transcript.turns[index];
        let quote = quote(&turn.words[self.texts[index].words(&found.bytes)], self.call);
        TrackerHit {
            phrase: self.trackers[tracker].phrases[phrase].clone(),
            text: quote.text,
            turn: index,
            speaker: turn.speaker.clone(),
            role: self.transcript.role_of(&turn.speaker),
            span: quote.span,
            confidence: quote.confidence,
        }
    }
}

/// Every two characters that follow each other in the call. A phrase with any other pair was not said, which
/// keeps the search small however many phrases a tenant has.
fn pairs(texts: &[Text]) -> HashSet<(char, char)> {
    texts.iter().flat_map(|text| pairs_of(text.as_str())).collect()
}

fn pairs_of(text: &str) -> impl Iterator<Item = (char, char)> {
    text.chars().zip(text.chars().skip(1))
}

fn owners(trackers: &[Tracker], said: &HashSet<(char, char)>) -> BTreeMap<String, Vec<Owner>> {
    let mut owners: BTreeMap<String, Vec<Owner>> = BTreeMap::new();
    for (index, tracker) in trackers.iter().enumerate() {
        for (number, phrase) in tracker.phrases.iter().enumerate() {
            let phrase = normalise(phrase);
            if pairs_of(&phrase).all(|pair| said.contains(&pair)) {
                owners.entry(phrase).or_default().push((index, number));
            }
        }
    }
    owners
}

//! The turns that say most, picked and not written.
//!
//! A sentence's score is its centrality, 0 to 1, plus what its moments are worth. Centrality: each term of a
//! sentence weighs `ln(1 + n)`, with `n` the turns that use it, if that is two or more but no more than half of
//! them; the sum over the square root of the sentence's terms, over the highest of the call. Terms are words without
//! the commonest (English) or pairs of characters (Japanese, for want of word boundaries).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use domain::analysis::{HighlightKind, SummaryLine};
use domain::{Language, Transcript, Word};

use super::{Moment, passage};
use crate::language;
use crate::phrases::Text;
use crate::quote::quote;
use crate::rounding::ratio;
use crate::sentences::sentences;

const LINES_MIN: usize = 3;
const LINES_MAX: usize = 6;

/// One line more for each so many turns.
const TURNS_PER_LINE: usize = 8;

/// Fewer terms say too little to stand alone.
const TERMS_MIN: usize = 4;

/// Sentences that share more of their terms say the same.
const SAME_SHARE: f64 = 0.6;

/// Words every conversation uses.
const COMMON: &[&str] = &[
    "the", "and", "you", "that", "have", "for", "are", "with", "this", "but", "not", "was", "can",
    "will", "your", "our", "they", "what", "just", "like", "yeah", "yes", "okay", "right", "well",
    "know", "think", "there", "here", "from", "would", "could", "about", "all", "get", "got",
    "one", "out", "how", "its", "it's", "i'm", "we're", "really", "very", "then", "them", "had",
    "has", "were", "been", "some", "any", "also", "when", "who", "which", "his", "her", "she",
];

struct Candidate {
    turn: usize,
    sentence: Range<usize>,
    terms: BTreeSet<String>,
    score: f64,
}

/// Three to six lines, by the number of turns, in order of time; fewer where fewer say anything.
pub(super) fn summary(
    transcript: &Transcript,
    moments: &[Moment],
    call: Language,
) -> Vec<SummaryLine> {
    let mut candidates = candidates(transcript, call);
    score(&mut candidates, transcript.turns.len(), moments);
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.turn.cmp(&b.turn)));
    let wanted = (transcript.turns.len() / TURNS_PER_LINE).clamp(LINES_MIN, LINES_MAX);
    let mut chosen: Vec<&Candidate> = vec![];
    for candidate in &candidates {
        let fresh = chosen.iter().all(|other| !says_the_same(candidate, other));
        if chosen.len() < wanted && fresh {
            chosen.push(candidate);
        }
    }
    chosen.sort_by_key(|candidate| (candidate.turn, candidate.sentence.start));
    chosen.into_iter().map(|candidate| line(transcript, candidate, call)).collect()
}

fn line(transcript: &Transcript, candidate: &Candidate, call: Language) -> SummaryLine {
    let turn = &transcript.turns[candidate.turn];
    let spoken = language::of_turn(turn, call);
    let words = passage::opening(&turn.words, &candidate.sentence, spoken);
    SummaryLine { turn: candidate.turn, quote: quote(&turn.words[words], call).text }
}

fn candidates(transcript: &Transcript, call: Language) -> Vec<Candidate> {
    let of_turn = |(index, turn): (usize, &domain::Turn)| {
        let spoken = language::of_turn(turn, call);
        let candidate = |sentence: Range<usize>| {
            let terms = terms(&turn.words[sentence.clone()], spoken);
            Candidate { turn: index, sentence, terms, score: 0.0 }
        };
        sentences(&turn.words).into_iter().map(candidate).collect::<Vec<_>>()
    };
    let all = transcript.turns.iter().enumerate().flat_map(of_turn);
    all.filter(|candidate| candidate.terms.len() >= TERMS_MIN).collect()
}

fn terms(words: &[Word], language: Language) -> BTreeSet<String> {
    match language {
        Language::En => {
            let plain = |word: &Word| {
                word.text.to_lowercase().trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
            };
            let telling =
                |word: &String| word.chars().count() > 2 && !COMMON.contains(&word.as_str());
            words.iter().map(plain).filter(telling).collect()
        }
        Language::Ja => {
            let chars: Vec<_> = Text::new(words, language).as_str().chars().collect();
            chars.windows(2).map(|pair| pair.iter().collect()).collect()
        }
    }
}

fn score(candidates: &mut [Candidate], turns: usize, moments: &[Moment]) {
    let weights = weights(candidates, turns);
    let central = |candidate: &Candidate| {
        let sum: f64 = candidate.terms.iter().filter_map(|term| weights.get(term)).sum();
        sum / (candidate.terms.len().max(1) as f64).sqrt()
    };
    let raw: Vec<_> = candidates.iter().map(central).collect();
    let highest = raw.iter().copied().fold(0.0, f64::max);
    let worth = worths(moments);
    for (candidate, raw) in candidates.iter_mut().zip(raw) {
        let cues =
            worth.get(&(candidate.turn, candidate.sentence.start)).copied().unwrap_or_default();
        candidate.score = ratio(raw, highest) + cues;
    }
}

fn weights(candidates: &[Candidate], turns: usize) -> BTreeMap<String, f64> {
    let mut users: BTreeMap<&String, BTreeSet<usize>> = BTreeMap::new();
    for candidate in candidates {
        for term in &candidate.terms {
            users.entry(term).or_default().insert(candidate.turn);
        }
    }
    let shared = users.into_iter().map(|(term, turns)| (term, turns.len()));
    let telling = shared.filter(|(_, count)| *count >= 2 && *count <= turns.div_ceil(2));
    telling.map(|(term, count)| (term.clone(), (1.0 + count as f64).ln())).collect()
}

/// What the moments of each sentence add.
fn worths(moments: &[Moment]) -> BTreeMap<(usize, usize), f64> {
    let mut worths = BTreeMap::new();
    for moment in moments {
        let place = (moment.turn, moment.sentence.start);
        *worths.entry(place).or_default() += worth(moment.kind);
    }
    worths
}

fn worth(kind: HighlightKind) -> f64 {
    match kind {
        HighlightKind::NextStep => 1.0,
        HighlightKind::Objection | HighlightKind::Price => 0.8,
        HighlightKind::Agreement => 0.6,
        HighlightKind::Question => 0.3,
    }
}

fn says_the_same(a: &Candidate, b: &Candidate) -> bool {
    let shared = a.terms.intersection(&b.terms).count() as f64;
    let all = a.terms.union(&b.terms).count() as f64;
    ratio(shared, all) > SAME_SHARE
}

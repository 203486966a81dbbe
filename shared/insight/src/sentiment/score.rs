//! From listed words to a score.
//!
//! Each listed word or phrase has a weight from -3 to 3; a negated one turns round and counts half. With `s` the
//! sum of a turn's weights its score is `5 s / (|s| + 3)`, in two decimals: one strong word gives 2.5, three give
//! 3.75, and no number of them passes 5.

use std::ops::Range;
use std::sync::LazyLock;

use domain::analysis::{SentimentLabel, TurnSentiment};
use domain::{Language, Transcript, Turn};

use super::{lexicon_en, lexicon_ja, negation};
use crate::language;
use crate::phrases::{Edges, PhraseSet, Text, without_overlaps};
use crate::quote::quote;
use crate::rounding::to_two_decimals;

/// Words or phrases of one weight.
pub(super) type Weighted = (f64, &'static [&'static str]);

struct Lexicon {
    set: PhraseSet,
    weights: Vec<f64>,
}

impl Lexicon {
    fn new(lists: &[Weighted], edges: Edges) -> Self {
        let entries =
            || lists.iter().flat_map(|(weight, list)| list.iter().map(|word| (*weight, *word)));
        let set = PhraseSet::new(entries().map(|(_, word)| word), edges);
        Self { set, weights: entries().map(|(weight, _)| weight).collect() }
    }
}

static ENGLISH: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(lexicon_en::LISTS, Edges::Words));
static JAPANESE: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::new(lexicon_ja::LISTS, Edges::Free));

/// One piece of evidence.
struct Evidence {
    words: Range<usize>,
    weight: f64,
}

/// Scores of the turns with evidence, in order.
pub(super) fn turns(transcript: &Transcript) -> Vec<TurnSentiment> {
    let call = language::of_call(transcript);
    let scored = transcript.turns.iter().enumerate();
    scored.filter_map(|(index, turn)| score(index, turn, call)).collect()
}

fn score(index: usize, turn: &Turn, call: Language) -> Option<TurnSentiment> {
    let evidence = evidence(turn, language::of_turn(turn, call));
    let sum: f64 = evidence.iter().map(|evidence| evidence.weight).sum();
    let text = |evidence: &Evidence| quote(&turn.words[evidence.words.clone()], call).text;
    (!evidence.is_empty()).then(|| TurnSentiment {
        turn: index,
        score: to_two_decimals(5.0 * sum / (sum.abs() + 3.0)),
        label: label(sum),
        evidence: evidence.iter().map(text).collect(),
    })
}

fn label(sum: f64) -> SentimentLabel {
    match sum {
        sum if sum > 0.0 => SentimentLabel::Positive,
        sum if sum < 0.0 => SentimentLabel::Negative,
        _ => SentimentLabel::Mixed,
    }
}

fn evidence(turn: &Turn, language: Language) -> Vec<Evidence> {
    let lexicon = match language {
        Language::En => &*ENGLISH,
        Language::Ja => &*JAPANESE,
    };
    let text = Text::new(&turn.words, language);
    let mut found = lexicon.set.find(&text);
    without_overlaps(&mut found);
    let weigh = |found: &crate::phrases::Found| {
        let words = text.words(&found.bytes);
        let weight = lexicon.weights[found.phrase];
        let negated = match language {
            Language::En => negation::english(&turn.words, &words),
            Language::Ja => negation::japanese(text.as_str(), found.bytes.end)
                .map(|end| words.start..text.words(&(found.bytes.start..end)).end),
        };
        match negated {
            Some(words) => Evidence { words, weight: -weight / 2.0 },
            None => Evidence { words, weight },
        }
    };
    found.iter().map(weigh).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrases::normalise;
    use std::collections::BTreeSet;

    #[test]
    fn every_entry_is_listed_once_and_can_be_found() {
        for lists in [lexicon_en::LISTS, lexicon_ja::LISTS] {
            let mut seen = BTreeSet::new();
            for word in lists.iter().flat_map(|(_, list)| *list) {
                let spelled = normalise(word);
                assert!(!spelled.is_empty() && seen.insert(spelled), "{word} is listed twice");
            }
        }
    }
}

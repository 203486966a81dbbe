//! How positive or negative the words are, by lists of words. It hears no tone and no irony, and says so by its name.

mod lexicon_en;
mod lexicon_ja;
mod negation;
mod score;

use domain::analysis::{QuarterSentiment, Sentiment, Skipped, TurnSentiment};
use domain::{Basis, Span, SpeakerId, Transcript};

use crate::rounding::to_two_decimals;
use crate::voices::voices;

/// The project's own word lists, with negation; see `score`.
const METHOD: &str = "lexicon-v1";

const QUARTERS: u8 = 4;

/// Scores the turns that hold any listed word, and each speaker's quarters of the call.
///
/// A turn belongs to the quarter its middle lies in. A quarter's score is the plain mean of its turns', in two
/// decimals. Quarters come speaker by speaker, in the order of the speakers, and in order of time within.
pub fn sentiment(transcript: &Transcript) -> (Sentiment, Vec<Skipped>) {
    let turns = score::turns(transcript);
    let heard = voices(transcript);
    let quarters = heard.iter().flat_map(|voice| quarters(transcript, &voice.id, &turns)).collect();
    (Sentiment { method: METHOD.into(), turns, quarters }, skipped(transcript))
}

fn skipped(transcript: &Transcript) -> Vec<Skipped> {
    let mut skipped = vec![];
    if transcript.turns.iter().all(|turn| turn.words.is_empty()) {
        skipped.push(Skipped::new("sentiment.turns", "the transcript has no words"));
    } else if transcript.basis == Basis::Mono {
        let reason =
            "the voices were not told apart; the quarters are those of the whole conversation";
        skipped.push(Skipped::new("sentiment.bySpeaker", reason));
    }
    skipped
}

/// Four quarters of one speaker, or none where there is no evidence.
fn quarters(call: &Transcript, id: &SpeakerId, turns: &[TurnSentiment]) -> Vec<QuarterSentiment> {
    let own: Vec<_> = turns.iter().filter(|turn| &call.turns[turn.turn].speaker == id).collect();
    if own.is_empty() {
        return vec![];
    }
    let quarter = |number: u8| {
        let inside = own.iter().filter(|turn| quarter_of(call, turn) == number);
        QuarterSentiment {
            speaker: id.clone(),
            role: call.role_of(id),
            quarter: number,
            span: Span::new(border(call, number - 1), border(call, number)),
            score: mean(inside.map(|turn| turn.score)),
        }
    };
    (1..=QUARTERS).map(quarter).collect()
}

/// Where the n-th quarter ends.
fn border(call: &Transcript, number: u8) -> u64 {
    let scaled = u128::from(call.duration_ms) * u128::from(number) / u128::from(QUARTERS);
    u64::try_from(scaled).unwrap_or(call.duration_ms)
}

fn quarter_of(call: &Transcript, turn: &TurnSentiment) -> u8 {
    let span = call.turns[turn.turn].span();
    let middle = span.start_ms + span.length_ms() / 2;
    (1..QUARTERS).find(|number| middle < border(call, *number)).unwrap_or(QUARTERS)
}

fn mean(scores: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = scores.fold((0_u32, 0.0), |(count, sum), score| (count + 1, sum + score));
    (count > 0).then(|| to_two_decimals(sum / f64::from(count)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Example;
    use domain::analysis::SentimentLabel::{self, Mixed, Negative, Positive};

    fn check(call: Example, expected: &[(SentimentLabel, &[&str])]) {
        let (found, _) = sentiment(&call.build());
        let found: Vec<_> = found.turns.iter().map(|t| (t.label, t.evidence.clone())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(label, words)| {
                (*label, words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>())
            })
            .collect();
        assert_eq!(found, expected);
    }

    fn en(text: &str) -> Example {
        Example::en(10_000).turn(1, 0, 5_000, text)
    }

    fn ja(text: &str) -> Example {
        Example::ja(10_000).turn(1, 0, 5_000, text)
    }

    #[test]
    fn english_words_and_their_negations_are_scored() {
        check(en("that is great"), &[(Positive, &["great"])]);
        check(en("that is not great"), &[(Negative, &["not great"])]);
        check(en("I don't really like it"), &[(Negative, &["don't really like"])]);
        check(en("no problem at all"), &[(Positive, &["no problem"])]);
        check(en("it never fails"), &[(Positive, &["never fails"])]);
        check(en("it is not what I wanted but it is excellent"), &[(Positive, &["excellent"])]);
        check(en("a great product, terrible support"), &[(Mixed, &["great", "terrible"])]);
        check(en("the invoice is from monday"), &[]);
    }

    #[test]
    fn japanese_words_and_their_negations_are_scored() {
        check(ja("とても 助かり ます"), &[(Positive, &["とても助かり"])]);
        check(ja("あまり 便利 では ありません"), &[(Negative, &["便利ではありません"])]);
        check(ja("問題 ない です"), &[(Positive, &["問題ない"])]);
        check(ja("問題 は ありません"), &[(Positive, &["問題はありません"])]);
        check(ja("少し 不安 です"), &[(Negative, &["不安"])]);
        check(ja("便利 かも しれません"), &[(Positive, &["便利"])]);
        check(ja("たいへん たすかり ました"), &[(Positive, &["たすかり"])]);
        check(ja("来週 の 火曜日 です"), &[]);
    }

    #[test]
    fn quarters_are_four_for_each_speaker_with_evidence() {
        let call = Example::en(8_000)
            .turn(1, 0, 1_000, "this is terrible")
            .turn(0, 1_500, 2_000, "so on")
            .turn(1, 7_000, 8_000, "now it is perfect")
            .build();
        let (found, skipped) = sentiment(&call);
        let marks: Vec<_> = found.quarters.iter().map(|q| (q.quarter, q.score)).collect();
        assert_eq!(marks, [(1, Some(-2.5)), (2, None), (3, None), (4, Some(2.5))]);
        assert_eq!(
            (found.quarters[3].span.start_ms, found.quarters[3].span.end_ms),
            (6_000, 8_000)
        );
        assert!(skipped.is_empty());
    }

    #[test]
    fn a_call_of_no_length_has_its_turns_in_the_last_quarter() {
        let call = Example::en(0).turn(1, 0, 0, "great").build();
        assert_eq!(sentiment(&call).0.quarters[3].score, Some(2.5));
    }
}

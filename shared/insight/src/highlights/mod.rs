//! Moments worth hearing, and a summary made only of what was said.

mod cues;
mod cues_en;
mod cues_ja;
mod due;
mod due_en;
mod due_ja;
mod passage;
mod summary;

use std::ops::Range;

use domain::analysis::{Highlight, HighlightKind, Highlights, Skipped};
use domain::{Basis, Language, Role, Transcript, Turn};

use crate::language;
use crate::questions::questions;
use crate::quote::quote;
use crate::sentences::sentences;
use cues::Cues;

/// Lists of phrases per kind, question forms, and a summary of the turns that say most; see `cues` and `summary`.
const METHOD: &str = "cue-phrases-v1";

/// A cue of some kind in a turn.
pub(crate) struct Moment {
    pub(crate) kind: HighlightKind,
    pub(crate) turn: usize,
    /// The sentence it stands in, as words of the turn.
    sentence: Range<usize>,
    cue: Range<usize>,
    cue_text: String,
}

/// Finds questions, objections, next steps, prices and agreements, and the 3 to 6 turns that say most.
///
/// Each sentence gives at most one moment of a kind. Objections are the customer's: words of a known agent do not
/// count, and where sides are unknown anyone's do. Quotes are words of the transcript, of one turn, unchanged;
/// long sentences are cut around the cue. Moments are in order of time, then of kind.
pub fn highlights(transcript: &Transcript) -> (Highlights, Vec<Skipped>) {
    let call = language::of_call(transcript);
    let turns = transcript.turns.iter().enumerate();
    let found: Vec<_> =
        turns.flat_map(|(index, turn)| in_turn(transcript, index, turn, call)).collect();
    let summary = summary::summary(transcript, &found, call);
    let mut moments: Vec<_> =
        found.iter().map(|moment| present(transcript, moment, call)).collect();
    moments.sort_by_key(|moment| (moment.span.start_ms, moment.kind, moment.turn));
    (Highlights { method: METHOD.into(), moments, summary }, skipped(transcript))
}

fn skipped(transcript: &Transcript) -> Vec<Skipped> {
    let skip = |analysis, reason| vec![Skipped::new(analysis, reason)];
    let sides_known = transcript.speakers.iter().any(|speaker| speaker.role != Role::Unknown);
    if transcript.turns.iter().all(|turn| turn.words.is_empty()) {
        return skip("highlights", "the transcript has no words");
    }
    if transcript.basis == Basis::Mono || !sides_known {
        let reason = "which side speaks is not known, so objections are anyone's and not only the customer's";
        return skip("highlights.customerObjections", reason);
    }
    vec![]
}

fn in_turn(transcript: &Transcript, index: usize, turn: &Turn, call: Language) -> Vec<Moment> {
    let language = language::of_turn(turn, call);
    let asked = questions(turn, language).into_iter().map(|question| Moment {
        kind: HighlightKind::Question,
        turn: index,
        sentence: question.sentence,
        cue: question.cue,
        cue_text: question.cue_text,
    });
    let cues = Cues::of(language);
    let said = sentences(&turn.words)
        .into_iter()
        .flat_map(|sentence| in_sentence(cues, index, turn, sentence));
    let by_agent = transcript.role_of(&turn.speaker) == Role::Agent;
    let wanted = |moment: &Moment| !(by_agent && moment.kind == HighlightKind::Objection);
    asked.chain(said).filter(wanted).collect()
}

fn in_sentence(cues: &Cues, index: usize, turn: &Turn, sentence: Range<usize>) -> Vec<Moment> {
    let found = cues.find(&turn.words[sentence.clone()]);
    let moment = |cue: cues::Cue| Moment {
        kind: cue.kind,
        turn: index,
        cue: sentence.start + cue.words.start..sentence.start + cue.words.end,
        sentence: sentence.clone(),
        cue_text: cue.phrase,
    };
    found.into_iter().map(moment).collect()
}

fn present(transcript: &Transcript, moment: &Moment, call: Language) -> Highlight {
    let turn = &transcript.turns[moment.turn];
    let language = language::of_turn(turn, call);
    let words = passage::around(&turn.words, &moment.sentence, &moment.cue, language);
    let quote = quote(&turn.words[words.clone()], call);
    let is_step = moment.kind == HighlightKind::NextStep;
    let due = is_step.then(|| due::due(&turn.words, &words, &moment.cue, language)).flatten();
    Highlight {
        kind: moment.kind,
        turn: moment.turn,
        speaker: turn.speaker.clone(),
        role: transcript.role_of(&turn.speaker),
        span: quote.span,
        quote: quote.text,
        cue: moment.cue_text.clone(),
        due: due.map(|words| crate::quote::quote(&turn.words[words], call).text),
        confidence: quote.confidence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Example;
    use HighlightKind::{Agreement, NextStep, Objection, Price, Question};

    fn kinds(call: Example) -> Vec<(HighlightKind, String)> {
        let (found, _) = highlights(&call.build());
        found.moments.into_iter().map(|moment| (moment.kind, moment.quote)).collect()
    }

    fn check(call: Example, expected: &[HighlightKind]) {
        let found = kinds(call);
        let kinds: Vec<_> = found.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, expected, "{found:?}");
    }

    #[test]
    fn english_moments_are_told_by_their_cues() {
        let customer = |text: &str| Example::en(10_000).turn(1, 0, 8_000, text);
        check(customer("how does it work"), &[Question]);
        check(customer("that is too expensive for us"), &[Objection, Price]);
        check(customer("i will send you the contract by friday"), &[NextStep]);
        check(customer("that sounds good to me"), &[Agreement]);
        check(customer("it is ten dollars a month"), &[Price]);
        check(customer("it rained all day"), &[]);
    }

    #[test]
    fn japanese_moments_are_told_by_their_cues() {
        let customer = |text: &str| Example::ja(10_000).turn(1, 0, 8_000, text);
        check(customer("いつ から 使え ます か"), &[Question]);
        check(customer("少し 検討 させて ください"), &[Objection]);
        check(customer("来週 の 火曜日 に ご連絡 します"), &[NextStep]);
        check(customer("では それ で お願い します"), &[Agreement]);
        check(customer("月 5 0 0 0 円 です"), &[Price]);
        check(customer("円滑 に 進んで い ます"), &[]);
    }

    #[test]
    fn an_agents_words_are_no_objection_unless_sides_are_unknown() {
        let agent = || Example::en(10_000).turn(0, 0, 8_000, "maybe you are not convinced");
        check(agent(), &[]);
        check(agent().roles_unknown(), &[Objection]);
        let (_, skipped) = highlights(&agent().roles_unknown().build());
        assert_eq!(skipped[0].analysis, "highlights.customerObjections");
    }

    #[test]
    fn a_next_step_names_its_time_in_the_words_that_were_said() {
        for (text, due) in [
            ("i will call you next tuesday at 3 pm", Some("next tuesday at 3 pm")),
            ("let me send it by the end of the week okay", Some("by the end of the week")),
            ("tomorrow i will email you", Some("tomorrow")),
            ("we will follow up in two weeks", Some("in two weeks")),
            ("i will send you the one with the second page", None),
        ] {
            let (found, _) = highlights(&Example::en(10_000).turn(0, 0, 8_000, text).build());
            assert_eq!(found.moments[0].due.as_deref(), due, "{text}");
        }
        for (text, due) in [
            ("来週 の 火曜日 まで に お送り します", Some("来週の火曜日までに")),
            ("あさって の ごご に ご連絡 します", Some("あさってのごごに")),
            ("1 2 月 3 日 の 1 5 時 に 伺い ます", Some("12月3日の15時に")),
            ("資料 を お送り します", None),
        ] {
            let (found, _) = highlights(&Example::ja(10_000).turn(0, 0, 8_000, text).build());
            assert_eq!(found.moments[0].due.as_deref(), due, "{text}");
        }
    }

    #[test]
    fn a_long_turn_is_cut_around_its_cue_with_the_right_times() {
        let text =
            ["word"; 100].join(" ") + " that is too complicated for " + &["tail"; 100].join(" ");
        let (found, _) = highlights(&Example::en(300_000).turn(1, 0, 205_000, &text).build());
        let moment = &found.moments[0];
        assert!(moment.quote.contains("too complicated") && moment.quote.split(' ').count() <= 30);
        assert!(text.contains(&moment.quote));
        assert_eq!(moment.span.length_ms(), moment.quote.split(' ').count() as u64 * 1_000);
    }
}

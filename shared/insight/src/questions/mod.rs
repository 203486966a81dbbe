//! Questions, with and without a question mark.
//!
//! Engines often leave punctuation out, so that word order (English) and sentence endings (Japanese) count as
//! well. A rising tone alone ("tomorrow", いつ) is not heard here.

mod english;
mod japanese;

use std::ops::Range;

use domain::{Language, Turn, Word};

use crate::quote::quote;
use crate::sentences::{asks, sentences, terminal};

/// One question of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Question {
    /// Its sentence, as a range of the turn's words.
    pub(crate) sentence: Range<usize>,
    /// What marks it, as a range of the turn's words.
    pub(crate) cue: Range<usize>,
    /// What marks it, as it stands in the transcript.
    pub(crate) cue_text: String,
}

/// The questions of a turn, in order.
pub(crate) fn questions(turn: &Turn, language: Language) -> Vec<Question> {
    let sentences = sentences(&turn.words);
    sentences.into_iter().flat_map(|sentence| in_sentence(turn, sentence, language)).collect()
}

fn in_sentence(turn: &Turn, sentence: Range<usize>, language: Language) -> Vec<Question> {
    let words = &turn.words[sentence.clone()];
    let mut cues = match language {
        Language::En => english::cue(words).into_iter().collect(),
        Language::Ja => japanese::cues(words),
    };
    if cues.is_empty() && is_marked(words) && words.iter().any(has_letter) {
        cues.push(words.len() - 1..words.len());
    }
    let question = |cue: Range<usize>| {
        let cue = sentence.start + cue.start..sentence.start + cue.end;
        let cue_text = quote(&turn.words[cue.clone()], language).text;
        Question { sentence: sentence.clone(), cue, cue_text }
    };
    cues.into_iter().map(question).collect()
}

fn is_marked(words: &[Word]) -> bool {
    words.last().and_then(terminal).is_some_and(asks)
}

fn has_letter(word: &Word) -> bool {
    word.text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::turn;

    fn check(language: Language, cases: &[(&str, usize)]) {
        for (text, expected) in cases {
            let found = questions(&turn(language, text), language);
            assert_eq!(found.len(), *expected, "{text}: {found:?}");
        }
    }

    #[test]
    fn english_questions_are_found_with_and_without_marks() {
        check(
            Language::En,
            &[
                ("How much is it? And when can you start?", 2),
                ("how much is it", 1),
                ("okay so what is the price per month", 1),
                ("um well can you send me the details", 1),
                ("great and what about friday", 1),
                ("we like it but do you have a smaller plan", 1),
                ("why not", 1),
                ("is there a discount", 1),
                ("hello this is mark am i speaking with susan", 1),
                ("i see and how many people are on the team", 1),
                ("it shows how much each side talked does that sound useful", 1),
                ("i understand could we start with five people", 1),
                ("Tomorrow?", 1),
                ("?", 0),
            ],
        );
    }

    #[test]
    fn english_statements_are_not_questions() {
        check(
            Language::En,
            &[
                ("what i mean is that we are happy", 0),
                ("when you are ready we can start", 0),
                ("which is why we called", 0),
                ("i know what you want", 0),
                ("I asked how much it was.", 0),
                ("i will tell you how much it is", 0),
                ("do not worry about it", 0),
                ("if you would like we can wait", 0),
                ("as you can see", 0),
                ("so do i", 0),
                ("i think so do we", 0),
                ("the problem is that we have no time", 0),
                ("we have people who do that", 0),
                ("i see how it works", 0),
                ("have a nice day", 0),
                ("", 0),
            ],
        );
    }

    #[test]
    fn japanese_questions_are_found_with_and_without_marks() {
        check(
            Language::Ja,
            &[
                ("おいくら です か", 1),
                ("来週 は いかが でしょう か 。", 1),
                ("お 時間 よろしい です か ？", 1),
                ("いつ ？", 1),
                ("使え ます か ね", 1),
                ("おくって いただけ ません か", 1),
                ("いくら です か いつ から 使え ます か", 2),
                ("もう 決まった の か", 1),
                ("これ っ て 何 でしたっけ", 1),
            ],
        );
    }

    #[test]
    fn japanese_statements_and_listening_are_not_questions() {
        check(
            Language::Ja,
            &[
                ("そう です か", 0),
                ("ああ そう です か", 0),
                ("そう です か 火曜日 に 送り ます", 0),
                ("はい そう なん です か", 0),
                ("高い です から 考え ます", 0),
                ("使う か どう か 考え ます", 0),
                ("確か に そう です ね", 0),
                ("なんか", 0),
                ("火曜日 とか", 0),
                ("", 0),
            ],
        );
    }
}

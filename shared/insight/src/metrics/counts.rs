//! What is counted in words and not measured in time.

use std::collections::BTreeMap;

use domain::{Language, SpeakerId, Transcript, Word};

use crate::{fillers, language, questions};

/// One speaker's counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Words with a letter or digit in them; in a Japanese call, letters and digits.
    pub(super) words: u64,
    pub(super) questions: u64,
    pub(super) fillers: u64,
}

/// Counts for everyone with a turn. The unit of `words` follows the language of the call, so that both sides'
/// figures compare; questions and fillers follow the language of the turn.
pub(super) fn by_speaker(transcript: &Transcript) -> BTreeMap<&SpeakerId, Counts> {
    let call = language::of_call(transcript);
    let mut counts: BTreeMap<&SpeakerId, Counts> = BTreeMap::new();
    for turn in &transcript.turns {
        let spoken = language::of_turn(turn, call);
        let own = counts.entry(&turn.speaker).or_default();
        own.words += turn.words.iter().map(|word| length(word, call)).sum::<u64>();
        own.questions += questions::questions(turn, spoken).len() as u64;
        own.fillers += fillers::count(turn, spoken);
    }
    counts
}

fn length(word: &Word, unit: Language) -> u64 {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count() as u64;
    match unit {
        Language::Ja => letters(&word.text),
        Language::En => word.text.split_whitespace().map(|text| letters(text).min(1)).sum(),
    }
}

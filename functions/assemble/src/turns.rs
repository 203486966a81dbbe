//! Words become turns: consecutive speech of one speaker.

use std::collections::BTreeMap;

use contracts::documents::ChunkWords;
use domain::{Language, Speaker, SpeakerId, Turn, Word};

/// A silence this long ends a turn even when the same speaker goes on: readers lose the thread of longer
/// blocks, and the field marks longer silences as events of their own.
const PAUSE_MS_MAX: u64 = 2_000;

/// A speaker who was silent this long begins to speak anew. Pauses between the words of a sentence are shorter, so that two
/// people talking at once do not cut each other's sentences to pieces.
const ONSET_MS_MIN: u64 = 300;

/// Turns of all speakers in order of their start.
///
/// Each speaker's words form turns by themselves, split where another speaker begins to speak in between; so
/// an overlap keeps both speakers' sentences readable.
pub(crate) fn turns(
    speakers: &[Speaker],
    chunks: Vec<ChunkWords>,
    language: Option<Language>,
) -> Vec<Turn> {
    let mut words: Vec<(SpeakerId, Word)> = chunks
        .into_iter()
        .filter_map(|chunk| Some((speakers.get(usize::from(chunk.track))?.id.clone(), chunk.words)))
        .flat_map(|(speaker, words)| words.into_iter().map(move |word| (speaker.clone(), word)))
        .collect();
    words.sort_by(|(a_by, a), (b_by, b)| (a.start_ms, a_by).cmp(&(b.start_ms, b_by)));

    let onsets = onsets(&words);
    let separator = language.map_or(" ", Language::word_separator);
    let mut turns: Vec<Turn> = vec![];
    for (speaker, word) in words {
        match turns.iter_mut().rev().find(|turn| turn.speaker == speaker) {
            Some(turn) if continues(turn, &word) => extend(turn, word, separator),
            _ => turns.push(begin(speaker, word)),
        }
    }
    split_at_others(turns, &onsets, separator)
}

fn continues(turn: &Turn, word: &Word) -> bool {
    word.start_ms.saturating_sub(turn.end_ms) <= PAUSE_MS_MAX
}

fn begin(speaker: SpeakerId, word: Word) -> Turn {
    let (start_ms, end_ms, text) = (word.start_ms, word.end_ms, word.text.clone());
    Turn { speaker, start_ms, end_ms, text, words: vec![word] }
}

fn extend(turn: &mut Turn, word: Word, separator: &str) {
    turn.text.push_str(separator);
    turn.text.push_str(&word.text);
    turn.end_ms = turn.end_ms.max(word.end_ms);
    turn.words.push(word);
}

/// Where each speaker begins to speak, of `words` in order of their start.
fn onsets(words: &[(SpeakerId, Word)]) -> Vec<(SpeakerId, u64)> {
    let mut silent_from: BTreeMap<&SpeakerId, u64> = BTreeMap::new();
    let mut onsets = vec![];
    for (speaker, word) in words {
        let before = silent_from.get(speaker).copied();
        if before.is_none_or(|end| word.start_ms >= end + ONSET_MS_MIN) {
            onsets.push((speaker.clone(), word.start_ms));
        }
        silent_from.insert(speaker, before.map_or(word.end_ms, |end| end.max(word.end_ms)));
    }
    onsets
}

/// Splits a turn at its pauses wherever another speaker begins to speak inside the pause.
fn split_at_others(turns: Vec<Turn>, starts: &[(SpeakerId, u64)], separator: &str) -> Vec<Turn> {
    let interrupted = |speaker: &SpeakerId, before: &Word, after: &Word| {
        let pause = before.end_ms..after.start_ms;
        starts.iter().any(|(other, start)| other != speaker && pause.contains(start))
    };
    let mut split: Vec<Turn> = vec![];
    for turn in turns {
        let speaker = turn.speaker;
        let mut open: Option<Turn> = None;
        for word in turn.words {
            let ends = open
                .as_ref()
                .and_then(|turn| turn.words.last())
                .is_some_and(|last| interrupted(&speaker, last, &word));
            if ends {
                split.extend(open.take());
            }
            match &mut open {
                Some(turn) => extend(turn, word, separator),
                None => open = Some(begin(speaker.clone(), word)),
            }
        }
        split.extend(open);
    }
    split.sort_by(|a, b| (a.start_ms, &a.speaker).cmp(&(b.start_ms, &b.speaker)));
    split
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Role;

    fn word(text: &str, start_ms: u64, end_ms: u64) -> Word {
        Word { text: text.into(), start_ms, end_ms, confidence: 1.0 }
    }

    fn chunk(track: u16, words: Vec<Word>) -> ChunkWords {
        let language = Some(Language::En);
        ChunkWords { chunk: 0, track, language, speech_ms: 0, words, skipped: vec![] }
    }

    fn lines(chunks: Vec<ChunkWords>) -> Vec<String> {
        let speaker = |index| Speaker { id: SpeakerId::nth(index), role: Role::Unknown };
        let turns = turns(&[speaker(0), speaker(1)], chunks, Some(Language::En));
        turns.iter().map(|turn| format!("{} {}", turn.speaker.as_str(), turn.text)).collect()
    }

    #[test]
    fn quick_answers_back_and_forth_are_turns_of_their_own() {
        let agent = chunk(
            0,
            vec![word("ready", 0, 400), word("when", 1_200, 1_600), word("where", 2_400, 2_800)],
        );
        let customer = chunk(
            1,
            vec![word("yes", 500, 1_000), word("Monday", 1_700, 2_200), word("here", 2_900, 3_300)],
        );
        let expected = ["s1 ready", "s2 yes", "s1 when", "s2 Monday", "s1 where", "s2 here"];
        assert_eq!(lines(vec![agent, customer]), expected);
    }

    #[test]
    fn words_of_one_speaker_run_on_until_the_other_speaks() {
        let agent =
            chunk(0, vec![word("how", 0, 200), word("are", 250, 400), word("good", 2000, 2200)]);
        let customer = chunk(1, vec![word("fine", 1000, 1300)]);
        assert_eq!(lines(vec![agent, customer]), ["s1 how are", "s2 fine", "s1 good"]);
    }

    #[test]
    fn a_word_said_over_the_other_does_not_break_their_sentence() {
        let agent =
            chunk(0, vec![word("we", 0, 500), word("start", 500, 1000), word("now", 1000, 1500)]);
        let customer = chunk(1, vec![word("yes", 600, 900)]);
        assert_eq!(lines(vec![agent, customer]), ["s1 we start now", "s2 yes"]);
    }

    #[test]
    fn a_long_silence_begins_a_new_turn_of_the_same_speaker() {
        let agent = chunk(0, vec![word("one", 0, 500), word("two", 3_000, 3_500)]);
        assert_eq!(lines(vec![agent]), ["s1 one", "s1 two"]);
    }

    #[test]
    fn the_order_of_chunks_does_not_matter() {
        let (a, b) = (chunk(0, vec![word("one", 0, 500)]), chunk(1, vec![word("two", 700, 900)]));
        assert_eq!(lines(vec![a.clone(), b.clone()]), lines(vec![b, a]));
    }
}

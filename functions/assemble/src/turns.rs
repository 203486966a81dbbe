//! Words become turns: consecutive speech of one speaker.

use contracts::documents::ChunkWords;
use domain::{Language, Speaker, SpeakerId, Turn, Word};

/// A silence this long ends a turn even when the same speaker goes on: readers lose the thread of longer
/// blocks, and the field marks longer silences as events of their own.
const PAUSE_MS_MAX: u64 = 2_000;

/// Turns of all speakers in order of their start.
///
/// Each speaker's words form turns by themselves, split where another speaker's words begin in between; so
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

    let separator = language.map_or(" ", Language::word_separator);
    let mut turns: Vec<Turn> = vec![];
    for (speaker, word) in words {
        match turns.iter_mut().rev().find(|turn| turn.speaker == speaker) {
            Some(turn) if continues(turn, &word) => extend(turn, word, separator),
            _ => turns.push(begin(speaker, word)),
        }
    }
    split_at_others(turns, separator)
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

/// Splits a turn at its pauses wherever another speaker spoke a whole turn inside the pause.
fn split_at_others(turns: Vec<Turn>, separator: &str) -> Vec<Turn> {
    let starts: Vec<(SpeakerId, u64)> =
        turns.iter().map(|turn| (turn.speaker.clone(), turn.start_ms)).collect();
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

//! Words that show listening and take no floor.

use std::sync::LazyLock;

use domain::{Span, SpeakerId, Transcript, Turn};

use crate::floor::Run;
use crate::language;
use crate::phrases::{Text, normalise};
use crate::voices::{clean, touches};

const ENGLISH: &[&str] = &[
    "yeah",
    "yes",
    "yep",
    "yup",
    "okay",
    "ok",
    "right",
    "sure",
    "mm",
    "mhm",
    "mm-hm",
    "mm-hmm",
    "mmhmm",
    "hmm",
    "hm",
    "uh-huh",
    "uhuh",
    "aha",
    "ah",
    "oh",
    "i see",
    "got it",
    "alright",
    "all right",
    "exactly",
    "really",
    "good",
    "great",
    "fine",
    "wow",
    "cool",
    "of course",
    "that's right",
    "true",
    "oh i see",
    "understood",
    "makes sense",
];

const JAPANESE: &[&str] = &[
    "はい",
    "はーい",
    "はあ",
    "ええ",
    "えぇ",
    "うん",
    "うーん",
    "ん",
    "あ",
    "あー",
    "ああ",
    "お",
    "おー",
    "おお",
    "へえ",
    "へー",
    "ほう",
    "ほお",
    "ふん",
    "ふーん",
    "そう",
    "そうです",
    "そうですね",
    "そうですねえ",
    "そうですか",
    "そうなんですか",
    "そうなんですね",
    "そうか",
    "そっか",
    "そうそう",
    "なるほど",
    "なるほどですね",
    "なるほどね",
    "たしかに",
    "確かに",
    "ですね",
    "ですよね",
    "ほんとですか",
    "本当ですか",
    "本当に",
    "ほんとに",
    "わかります",
    "分かります",
    "おっしゃるとおり",
    "おっしゃる通り",
    "ね",
];

/// A turn longer than this in normalised characters is not worth trying.
const CHARS_MAX: usize = 60;

static LIST: LazyLock<Vec<String>> =
    LazyLock::new(|| ENGLISH.iter().chain(JAPANESE).map(|phrase| normalise(phrase)).collect());

/// Where one speaker says only listed words, and where more than that.
pub(crate) struct Listed {
    only: Vec<Span>,
    more: Vec<Span>,
}

impl Listed {
    /// Sorts a speaker's turns.
    pub(crate) fn of(transcript: &Transcript, id: &SpeakerId) -> Self {
        let call = language::of_call(transcript);
        let own = transcript.turns.iter().filter(|turn| &turn.speaker == id);
        let (only, more): (Vec<_>, Vec<_>) = own.partition(|turn| is_listed(turn, call));
        let spans =
            |turns: Vec<&Turn>| clean(turns.iter().map(|turn| turn.span()), Span::new(0, u64::MAX));
        Self { only: spans(only), more: spans(more) }
    }

    /// Whether everything said in this run is listed words.
    pub(crate) fn covers(&self, run: &Run) -> bool {
        let none_of = |spans: &[Span]| !run.utterances.iter().any(|span| touches(spans, *span));
        !none_of(&self.only) && none_of(&self.more)
    }
}

/// Whether a turn is made of listed words only, however the engine cut it into words.
fn is_listed(turn: &Turn, call: domain::Language) -> bool {
    let brief = turn.words.len() <= CHARS_MAX;
    brief && consists_of_listed(Text::new(&turn.words, call).as_str())
}

fn consists_of_listed(text: &str) -> bool {
    if text.is_empty() || text.chars().count() > CHARS_MAX {
        return false;
    }
    let mut reachable = vec![false; text.len() + 1];
    reachable[0] = true;
    for start in 0..text.len() {
        if reachable[start] {
            let fits = LIST.iter().filter(|phrase| text[start..].starts_with(phrase.as_str()));
            fits.for_each(|phrase| reachable[start + phrase.len()] = true);
        }
    }
    reachable[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_recognised_in_any_cut_and_width() {
        for text in ["はい", "ハイハイ、なるほど。", "ｿｳﾃﾞｽﾈ", "Uh-huh.", "okay RIGHT", "oh, I see"]
        {
            assert!(consists_of_listed(&normalise(text)), "{text}");
        }
        for text in ["", "。", "はい火曜日", "no", "right now", "okay but why"] {
            assert!(!consists_of_listed(&normalise(text)), "{text}");
        }
    }
}

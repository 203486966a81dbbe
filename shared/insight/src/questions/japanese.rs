//! Where a Japanese sentence asks.

use std::ops::Range;
use std::sync::LazyLock;

use domain::{Language, Word};

use crate::phrases::{Edges, PhraseSet, Text, without_overlaps};

/// Polite endings that ask wherever they stand.
const ENDINGS: &[&str] = &[
    "ですか",
    "ますか",
    "でしょうか",
    "ませんか",
    "ましたか",
    "でしたか",
    "だろうか",
    "ましょうか",
    "でしたっけ",
    "ましたっけ",
    "いかがでしょう",
    "どうでしょう",
];

/// What turns an ending into something else: ですから, ますかと(聞く), ですかも.
const CONTINUATIONS: &[&str] = &["ら", "と", "も", "って"];

/// Plain sentences that end in か and do not ask.
const NOT_ASKING: &[&str] = &[
    "なんか",
    "何か",
    "なにか",
    "とか",
    "ほか",
    "他か",
    "しか",
    "いつか",
    "どこか",
    "だれか",
    "たしか",
    "確か",
    "わずか",
    "なか",
    "そうか",
    "どうか",
    "ばか",
    "すか",
    "いか",
];

/// Said while listening; not a question when nothing else is said.
const LISTENING: &[&str] =
    &["そうですか", "そうなんですか", "そうでしたか", "なるほどですか", "まじですか"];

/// What may stand before it.
const LISTENING_LEADS: &[char] = &['あ', 'は', 'い', 'え', 'へ', 'お', 'ー', 'う', 'ん'];

static SET: LazyLock<PhraseSet> = LazyLock::new(|| PhraseSet::new(ENDINGS, Edges::Free));

/// The endings that make questions of a sentence.
pub(super) fn cues(words: &[Word]) -> Vec<Range<usize>> {
    let text = Text::new(words, Language::Ja);
    let all = text.as_str();
    let mut found = SET.find(&text);
    without_overlaps(&mut found);
    found.retain(|found| {
        let rest = &all[found.bytes.end..];
        let continues = CONTINUATIONS.iter().any(|tail| rest.starts_with(tail));
        !continues && !is_listening(&all[..found.bytes.end])
    });
    let mut cues: Vec<_> = found.iter().map(|found| text.words(&found.bytes)).collect();
    if cues.is_empty() && ends_asking(all) && !is_listening(all) {
        cues.push(text.words(&(all.len() - 'か'.len_utf8()..all.len())));
    }
    cues
}

fn is_listening(text: &str) -> bool {
    let before = LISTENING.iter().find_map(|phrase| text.strip_suffix(phrase));
    before.is_some_and(|before| {
        before == "なるほど" || before.chars().all(|c| LISTENING_LEADS.contains(&c))
    })
}

fn ends_asking(text: &str) -> bool {
    let long = text.chars().count() > 2;
    long && text.ends_with('か') && !NOT_ASKING.iter().any(|tail| text.ends_with(tail))
}

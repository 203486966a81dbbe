//! Filled pauses: sounds that hold the floor while the speaker thinks.
//!
//! Only unambiguous ones. Japanese まあ, なんか and plain あの, English "like" and "you know" are words as often
//! as fillers and are not counted, so the figure is a lower bound.

use std::sync::LazyLock;

use domain::{Language, Turn};

use crate::phrases::{Edges, PhraseSet, Text, without_overlaps};

const ENGLISH: &[&str] =
    &["um", "umm", "uhm", "uh", "uhh", "er", "err", "erm", "hmm", "hm", "mm", "ah", "eh"];

/// Listening and not thinking; a longer match keeps its parts from being counted.
const ENGLISH_DECOYS: &[&str] = &["uh-huh", "mm-hm", "mm-hmm", "uh-oh", "ah-ha"];

const JAPANESE: &[&str] = &[
    "えー",
    "ええと",
    "えーと",
    "えっと",
    "えーっと",
    "えとー",
    "あのー",
    "あのう",
    "あのお",
    "そのー",
    "そのう",
    "うーん",
    "うーんと",
    "んー",
    "んーと",
    "うーむ",
    "んっと",
];

const JAPANESE_DECOYS: &[&str] = &[
    "そのうち",
    "そのうえ",
    "あのうち",
    "えーあい",
    "えーじ",
    "えーす",
    "えーぴー",
    "えーか",
    "えーる",
];

static SET_EN: LazyLock<PhraseSet> =
    LazyLock::new(|| PhraseSet::new(ENGLISH.iter().chain(ENGLISH_DECOYS), Edges::Words));

static SET_JA: LazyLock<PhraseSet> =
    LazyLock::new(|| PhraseSet::new(JAPANESE.iter().chain(JAPANESE_DECOYS), Edges::Free));

/// Filled pauses in a turn.
pub(crate) fn count(turn: &Turn, language: Language) -> u64 {
    let (set, fillers) = match language {
        Language::En => (&*SET_EN, ENGLISH.len()),
        Language::Ja => (&*SET_JA, JAPANESE.len()),
    };
    let text = Text::new(&turn.words, language);
    let mut found = set.find(&text);
    found.retain(|found| text.starts_word(found.bytes.start));
    without_overlaps(&mut found);
    found.iter().filter(|found| found.phrase < fillers).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::turn;

    #[test]
    fn only_unambiguous_filled_pauses_count() {
        for (text, expected) in [
            ("um so uh the price er", 3),
            ("uh-huh Uh, right. Mm-hm", 1),
            ("the umbrella is her own", 0),
            ("like you know", 0),
        ] {
            assert_eq!(count(&turn(Language::En, text), Language::En), expected, "{text}");
        }
        for (text, expected) in [
            ("えーと 来週 の あのー 火曜日", 2),
            ("エート、 ﾗｲｼｭｳ", 1),
            ("エーアイ の エージェント", 0),
            ("そのうち 連絡 します", 0),
        ] {
            assert_eq!(count(&turn(Language::Ja, text), Language::Ja), expected, "{text}");
        }
    }
}

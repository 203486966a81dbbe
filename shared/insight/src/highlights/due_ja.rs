//! Japanese expressions of time.

use std::ops::Range;

use domain::{Language, Word};

use crate::phrases::Text;

/// Name a time by themselves.
const NAMES: &[&str] = &[
    "今日",
    "きょうじゅう",
    "本日",
    "明日",
    "明後日",
    "あした",
    "あさって",
    "ほんじつ",
    "今週",
    "来週",
    "再来週",
    "今月",
    "来月",
    "再来月",
    "今年",
    "来年",
    "こんしゅう",
    "らいしゅう",
    "さらいしゅう",
    "こんげつ",
    "らいげつ",
    "ことし",
    "らいねん",
    "週明け",
    "しゅうあけ",
    "週末",
    "しゅうまつ",
    "月末",
    "げつまつ",
    "月初",
    "年末",
    "ねんまつ",
    "年内",
    "ねんない",
    "年明け",
    "としあけ",
    "今夜",
    "翌日",
    "翌週",
    "よくじつ",
    "午前中",
    "午前",
    "午後",
    "ごぜんちゅう",
    "ごぜん",
    "ごご",
    "夕方",
    "ゆうがた",
    "月曜日",
    "火曜日",
    "水曜日",
    "木曜日",
    "金曜日",
    "土曜日",
    "日曜日",
    "月曜",
    "火曜",
    "水曜",
    "木曜",
    "金曜",
    "土曜",
    "日曜",
    "げつようび",
    "かようび",
    "すいようび",
    "もくようび",
    "きんようび",
    "どようび",
    "にちようび",
    "月よう日",
    "火よう日",
    "水よう日",
    "木よう日",
    "金よう日",
    "土よう日",
    "日よう日",
    "近日中",
    "後日",
    "ごじつ",
    "のちほど",
    "後ほど",
    "いちじ",
    "にじ",
    "さんじ",
    "よじ",
    "ごじ",
    "ろくじ",
    "しちじ",
    "はちじ",
    "くじ",
    "じゅうじ",
];

/// Name a time with a number before them.
const UNITS: &[&str] = &[
    "年",
    "ヶ月",
    "か月",
    "カ月",
    "月",
    "週間",
    "日間",
    "日",
    "時間",
    "時",
    "分",
    "がつ",
    "にち",
    "じかん",
    "しゅうかん",
    "ふん",
];

/// May stand between or behind, and are kept.
const LINKS: &[&str] = &[
    "の",
    "までに",
    "まで",
    "中に",
    "中",
    "以内に",
    "以内",
    "ごろ",
    "頃",
    "半",
    "はん",
    "後に",
    "後",
    "に",
];

const NUMERALS: &str = "一二三四五六七八九十〇百";

/// Runs of such words that name a time.
pub(super) fn expressions(words: &[Word]) -> Vec<Range<usize>> {
    let text = Text::new(words, Language::Ja);
    let all = text.as_str();
    let mut found = vec![];
    let mut at = 0;
    while at < all.len() {
        let length = expression(&all[at..]);
        if length > 0 {
            found.push(text.words(&(at..at + length)));
        }
        at += length.max(all[at..].chars().next().map_or(1, char::len_utf8));
    }
    found
}

/// Length of the expression a text begins with, or 0. A の that links to nothing is not part of it.
fn expression(text: &str) -> usize {
    let (mut end, mut kept) = (named(text), 0);
    while end > kept {
        kept = end;
        let link = longest(LINKS, &text[kept..]);
        let linked = kept + link;
        end = linked + named(&text[linked..]);
        if end == linked && &text[kept..linked] == "の" {
            return kept;
        }
    }
    kept
}

/// Length of a named time or a counted unit at the start of a text, or 0.
fn named(text: &str) -> usize {
    let digits: usize = text.chars().take_while(is_numeral).map(char::len_utf8).sum();
    let unit = if digits > 0 { longest(UNITS, &text[digits..]) } else { 0 };
    if unit > 0 { digits + unit } else { longest(NAMES, text) }
}

fn is_numeral(c: &char) -> bool {
    c.is_ascii_digit() || NUMERALS.contains(*c)
}

fn longest(list: &[&str], text: &str) -> usize {
    let fitting = list.iter().filter(|entry| text.starts_with(**entry));
    fitting.map(|entry| entry.len()).max().unwrap_or_default()
}

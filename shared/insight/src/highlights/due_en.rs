//! English expressions of time.

use std::ops::Range;

use domain::Word;

/// Name a time by themselves.
const NAMES: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mondays",
    "fridays",
    "tomorrow",
    "today",
    "tonight",
    "january",
    "february",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "noon",
    "midnight",
    "weekend",
    "eod",
    "asap",
];

/// Name a time with something before them: "next week", "in two days", "3 pm".
const UNITS: &[&str] = &[
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "quarter",
    "year",
    "years",
    "hour",
    "hours",
    "minutes",
    "morning",
    "afternoon",
    "evening",
    "night",
    "am",
    "pm",
    "oclock",
    "march",
    "may",
];

/// May stand inside or before.
const LINKS: &[&str] = &[
    "next",
    "this",
    "by",
    "on",
    "in",
    "at",
    "the",
    "end",
    "of",
    "early",
    "late",
    "later",
    "before",
    "after",
    "until",
    "within",
    "a",
    "an",
    "couple",
    "few",
    "coming",
    "following",
    "first",
    "half",
    "past",
    "around",
    "about",
    "every",
];

/// Make a unit a time: "the week" alone is none.
const FIXING: &[&str] = &[
    "next",
    "this",
    "by",
    "in",
    "end",
    "before",
    "after",
    "until",
    "within",
    "coming",
    "following",
    "every",
    "early",
    "late",
    "couple",
    "few",
];

const NUMBERS: &[&str] = &[
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "fifteen",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "twentieth",
    "thirtieth",
];

/// Words that may begin or end a run of links but say nothing there.
const LEADING: &[&str] = &["of", "a", "an", "the", "about", "first", "end"];

/// Runs of such words that name a time, trimmed of what says nothing.
pub(super) fn expressions(words: &[Word]) -> Vec<Range<usize>> {
    let tokens: Vec<_> = words.iter().map(token).collect();
    let mut found = vec![];
    let mut start = 0;
    for index in 0..=tokens.len() {
        if tokens.get(index).is_some_and(|token| is_part(token)) {
            continue;
        }
        let named = trimmed(&tokens, start..index);
        found.extend(named.filter(|range| names_time(&tokens[range.clone()])));
        start = index + 1;
    }
    found
}

fn token(word: &Word) -> String {
    word.text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is_number(token: &str) -> bool {
    token.starts_with(|c: char| c.is_ascii_digit()) || NUMBERS.contains(&token)
}

fn is_part(token: &str) -> bool {
    is_number(token) || [NAMES, UNITS, LINKS].iter().any(|list| list.contains(&token))
}

fn trimmed(tokens: &[String], range: Range<usize>) -> Option<Range<usize>> {
    let says = |index: &usize| !LINKS.contains(&tokens[*index].as_str());
    let last = range.clone().rev().find(says)?;
    let first = range.clone().find(|index| !LEADING.contains(&tokens[*index].as_str()))?;
    (first <= last).then_some(first..last + 1)
}

fn names_time(tokens: &[String]) -> bool {
    let any = |list: &[&str]| tokens.iter().any(|token| list.contains(&token.as_str()));
    let counted =
        tokens.windows(2).any(|pair| is_number(&pair[0]) && UNITS.contains(&pair[1].as_str()));
    let clock = tokens.iter().any(|token| token.ends_with("pm") && is_number(token));
    any(NAMES) || counted || clock || any(UNITS) && any(FIXING)
}

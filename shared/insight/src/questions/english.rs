//! Where an English sentence turns into a question.

use std::ops::Range;

use domain::Word;

use crate::sentences::{asks, terminal};

/// Words a question may come after at the start of a sentence.
const LEADS: &[&str] = &[
    "so", "okay", "ok", "well", "and", "but", "um", "uh", "er", "hmm", "yeah", "yes", "yep", "no",
    "right", "great", "good", "fine", "perfect", "thanks", "now", "then", "also", "actually",
    "alright", "sure", "oh", "ah", "hello", "hi", "sorry", "please", "or", "just", "anyway",
    "first",
];

const ASKING: &[&str] = &["what", "where", "when", "how", "who", "which", "whose", "why"];

/// What follows an asking word in a question, but not where it only joins two clauses ("what i want").
const AFTER_ASKING: &[&str] = &[
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "would", "will", "should",
    "shall", "have", "has", "had", "am", "about", "much", "many", "long", "often", "soon", "far",
    "big", "large", "fast", "else", "kind", "sort", "type", "time", "date", "day", "price", "plan",
    "size", "number", "version", "budget", "one", "exactly", "come", "not", "happens", "happened",
    "makes", "made", "works",
];

/// Asking and verb in one word.
const CONTRACTED: &[&str] = &[
    "whats", "wheres", "whens", "hows", "whos", "whys", "whatre", "howre", "whatd", "howd", "whod",
];

const VERBS: &[&str] = &[
    "do", "does", "did", "can", "could", "would", "will", "should", "shall", "may", "might", "are",
    "is", "was", "were", "have", "has", "had", "am", "dont", "doesnt", "didnt", "cant", "couldnt",
    "wouldnt", "wont", "isnt", "arent", "havent", "shouldnt", "wasnt",
];

/// What a verb that asks is followed by.
const SUBJECTS: &[&str] = &[
    "i",
    "you",
    "we",
    "he",
    "she",
    "it",
    "they",
    "there",
    "this",
    "that",
    "these",
    "those",
    "the",
    "your",
    "our",
    "my",
    "their",
    "his",
    "her",
    "anyone",
    "anybody",
    "someone",
    "somebody",
    "everyone",
    "everything",
    "anything",
    "any",
];

/// Verbs that ask wherever a pronoun follows them, also in the middle of a run-on sentence.
const INVERTING: &[&str] = &[
    "do", "does", "did", "can", "could", "would", "will", "should", "shall", "am", "dont",
    "doesnt", "didnt", "cant", "couldnt", "wouldnt", "shouldnt",
];

/// Ask only of "you" there: "the problem is that", "people are there".
const INVERTING_BEFORE_YOU: &[&str] = &["are", "were", "have"];

const PRONOUNS: &[&str] =
    &["i", "you", "we", "they", "it", "he", "she", "this", "that", "anyone", "anybody"];

/// After these, "you can", "what do you" and the like do not ask anew.
const EMBEDDING: &[&str] = &[
    "what", "how", "where", "if", "when", "that", "which", "who", "as", "than", "whatever",
    "whether", "why", "neither", "nor", "only",
];

/// Between two clauses: what follows may ask.
const JOINING: &[&str] = &["and", "so", "but", "okay", "ok", "then", "now", "well", "or"];

/// "i see", "i understand": may stand before a question.
const LISTENING: &[&str] = &["see", "understand"];

/// After these, "how much" is part of a statement.
const TELLING: &[&str] = &[
    "know",
    "see",
    "on",
    "about",
    "of",
    "matter",
    "understand",
    "depends",
    "show",
    "tell",
    "asked",
    "exactly",
    "wonder",
    "explain",
    "check",
    "sure",
    "and",
    "matters",
];

const AMOUNTS: &[&str] = &["much", "many", "long", "often", "soon"];

/// The words that make a sentence a question, if any. A full stop says it is none.
pub(super) fn cue(words: &[Word]) -> Option<Range<usize>> {
    let mark = words.last().and_then(terminal);
    if mark.is_some_and(|mark| !asks(mark)) {
        return None;
    }
    let tokens: Vec<_> = words.iter().map(token).collect();
    let turning = || (1..tokens.len()).find_map(|start| turning(&tokens, start));
    opening(&tokens, lead(&tokens)).or_else(turning)
}

/// How many words at the start only lead to what is said.
fn lead(tokens: &[String]) -> usize {
    let mut at = 0;
    loop {
        let listens = is(tokens, at, &["i"]) && is(tokens, at + 1, LISTENING);
        at += match () {
            () if listens => 2,
            () if is(tokens, at, LEADS) => 1,
            () => return at,
        };
    }
}

/// Lower case, letters and digits only: "What's" is whats.
fn token(word: &Word) -> String {
    word.text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn is(tokens: &[String], index: usize, list: &[&str]) -> bool {
    tokens.get(index).is_some_and(|token| list.contains(&token.as_str()))
}

/// A question that begins at `start`.
fn opening(tokens: &[String], start: usize) -> Option<Range<usize>> {
    let pair = is(tokens, start, ASKING) && is(tokens, start + 1, AFTER_ASKING)
        || is(tokens, start, VERBS) && is(tokens, start + 1, SUBJECTS);
    let relative = is(tokens, start, &["which"]) && is(tokens, start + 1, &["is", "was"])
        || is(tokens, start, &["have"]) && !is(tokens, start + 1, &["you", "we", "they", "i"]);
    let single = is(tokens, start, CONTRACTED) || is(tokens, start, &["why"]);
    match () {
        () if pair && !relative && !agrees(tokens, start) => Some(start..start + 2),
        () if single => Some(start..start + 1),
        () => None,
    }
}

/// A question that begins in the middle of a run-on sentence, at least at its second word.
fn turning(tokens: &[String], start: usize) -> Option<Range<usize>> {
    let asks = inverts(tokens, start) || asks_amount(tokens, start) || asks_inverted(tokens, start);
    asks.then_some(start..start + 2)
}

/// "can we", "does that", "are you"; not "people who do that", "all they can you see", "so do i".
fn inverts(tokens: &[String], start: usize) -> bool {
    let to_you = is(tokens, start + 1, &["you"]);
    let verb = is(tokens, start, INVERTING) || to_you && is(tokens, start, INVERTING_BEFORE_YOU);
    let acts = is(tokens, start, &["do"]) && is(tokens, start + 1, &["it", "this", "that"]);
    let stated = is(tokens, start - 1, EMBEDDING) || !to_you && is(tokens, start - 1, PRONOUNS);
    verb && is(tokens, start + 1, PRONOUNS) && !acts && !stated && !agrees(tokens, start)
}

/// "so do i", "so am i".
fn agrees(tokens: &[String], start: usize) -> bool {
    let after_so = start > 0 && is(tokens, start - 1, &["so"]);
    after_so && is(tokens, start, &["do", "did", "am"]) && is(tokens, start + 1, &["i", "we"])
}

/// "how much is", "and how many people are"; not "tell me how much", "depends on how much is left".
fn asks_amount(tokens: &[String], start: usize) -> bool {
    let amount = is(tokens, start, &["how"]) && is(tokens, start + 1, AMOUNTS);
    let verb_near = (start + 3..start + 5).any(|index| is(tokens, index, VERBS));
    let verb_next = is(tokens, start + 2, VERBS) && !is(tokens, start - 1, TELLING);
    amount && (verb_next || verb_near && is(tokens, start - 1, JOINING))
}

/// "how are you", "what is the". Embedded questions keep the order of statements: "how you are".
fn asks_inverted(tokens: &[String], start: usize) -> bool {
    let order = is(tokens, start, ASKING)
        && is(tokens, start + 1, VERBS)
        && is(tokens, start + 2, SUBJECTS);
    let relative =
        is(tokens, start, &["who", "which"]) && !is(tokens, start + 1, &["is", "are", "was"]);
    order && !relative && !is(tokens, start - 1, TELLING)
}

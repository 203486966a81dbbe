//! How text divides into words, against the reference implementation. Compiled as a unit test, like `parity.rs`.

use serde::Deserialize;

use crate::decode::words::{Group, TimedWord, attach_punctuation, groups};
use crate::parity::{Outcome, engine, folder};

#[derive(Deserialize)]
struct Grouping {
    language: String,
    tokens: Vec<u32>,
    words: Vec<String>,
    joined: Vec<String>,
}

#[test]
fn sentences_divide_into_the_words_of_the_reference() -> Outcome {
    let engine = engine()?;
    let text = std::fs::read_to_string(folder().join("expected/groupings.json"))?;
    let cases: Vec<Grouping> = serde_json::from_str(&text)?;
    assert!(cases.len() >= 6);
    for case in cases {
        let groups = groups(&engine.parts().vocabulary, &case.language.parse()?, &case.tokens);
        let words: Vec<&str> = groups.iter().map(|g| g.text.as_str()).collect();
        assert_eq!(words, case.words);
        let untimed = |group: Group| TimedWord {
            text: group.text,
            tokens: group.tokens,
            start_ms: 0,
            end_ms: 0,
            confidence: 1.0,
        };
        let joined = attach_punctuation(groups.into_iter().map(untimed).collect());
        let joined: Vec<&str> = joined.iter().map(|w| w.text.as_str()).collect();
        assert_eq!(joined, case.joined);
    }
    Ok(())
}

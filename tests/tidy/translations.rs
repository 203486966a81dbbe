//! Rule for the page: a sentence the product itself writes into a report is there in both languages.

use crate::assert_tidy;

/// Sources whose string constants are sentences for readers of a report.
const SENTENCES: &str = include_str!("../../shared/insight/src/metrics/skips.rs");

const TRANSLATED: &str = include_str!("../../web/report/sentences.js");

/// The text of every `const NAME: &str = "…";`.
fn constants(source: &str) -> Vec<&str> {
    let lines = source.lines().filter(|line| line.starts_with("const "));
    lines.filter_map(|line| line.split_once(": &str = \"")?.1.strip_suffix("\";")).collect()
}

/// The form the page looks a sentence up by.
fn key(sentence: &str) -> String {
    let mut key = String::new();
    for char in sentence.chars() {
        match char.is_ascii_digit() {
            true if key.ends_with('#') => {}
            true => key.push('#'),
            false => key.push(char),
        }
    }
    key
}

fn untranslated(source: &str, translated: &str) -> Vec<String> {
    let missing = constants(source).into_iter().filter(|text| !translated.contains(&key(text)));
    missing.map(|text| format!("web/report/sentences.js: add \"{}\"", key(text))).collect()
}

#[test]
fn every_reason_has_its_japanese() {
    assert!(constants(SENTENCES).len() > 5, "the constants are written in another form now");
    assert_tidy(untranslated(SENTENCES, TRANSLATED));
}

#[test]
fn a_reason_without_japanese_is_found() {
    let source = "const A: &str = \"at least 10 s\";\nconst B: &str = \"too late\";\n";
    let breaches = untranslated(source, "\"at least # s\": \"…\"");
    assert_eq!(breaches, ["web/report/sentences.js: add \"too late\""]);
}

//! How well the demonstration model hears, measured on the project's own sets with the product's own engine.
//!
//! Each set has a bound in `bounds.json`, in percent. A bound may only fall: when the model gets better, lower it.
//! The table is printed; `MODEL_CARD.md` tells what the sets are.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it fails")]
#![allow(clippy::disallowed_methods, reason = "a test asks the environment")]

mod guards;
mod names;
mod sets;

use std::collections::BTreeMap;
use std::path::PathBuf;

use asr::{Engine, Options};
use sets::{Set, Utterance};
use xtask::error_rate::ErrorRate;

fn here(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn engine() -> Engine {
    Engine::load(&here("../shared/asr/demo-model")).unwrap()
}

#[test]
fn no_set_is_heard_worse_than_its_bound() {
    let bounds: BTreeMap<String, f64> =
        serde_json::from_slice(&std::fs::read(here("accuracy/bounds.json")).unwrap()).unwrap();
    let engine = engine();
    let mut broken = vec![];
    println!("{:<18} {:>7} {:>7}", "set", "error %", "bound %");
    for (name, bound) in &bounds {
        let percent = rate(&engine, &Set::read(&here("accuracy/sets").join(name))).percent();
        println!("{name:<18} {percent:>7.1} {bound:>7.1}");
        if percent > *bound {
            broken.push(format!("{name}: {percent:.1} % is above its bound of {bound} %"));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_set_has_a_bound() {
    let bounds: BTreeMap<String, f64> =
        serde_json::from_slice(&std::fs::read(here("accuracy/bounds.json")).unwrap()).unwrap();
    let mut sets: Vec<String> = std::fs::read_dir(here("accuracy/sets"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "nonspeech")
        .collect();
    sets.sort();
    assert_eq!(sets, bounds.into_keys().collect::<Vec<_>>());
}

#[test]
fn nothing_is_heard_where_nobody_speaks() {
    let engine = engine();
    let set = Set::read(&here("accuracy/sets/nonspeech"));
    let invented: Vec<String> = set
        .utterances
        .iter()
        .map(|sound| (sound, heard(&engine, &set, sound)))
        .filter(|(_, text)| !text.is_empty())
        .map(|(sound, text)| format!("{} ({}): {text}", sound.id, sound.voice))
        .collect();
    assert!(invented.is_empty(), "{invented:#?}");
}

fn rate(engine: &Engine, set: &Set) -> ErrorRate {
    let each = set.utterances.iter().map(|utterance| {
        let text = heard(engine, set, utterance);
        ErrorRate::between(&utterance.text, &text, utterance.language())
    });
    each.fold(ErrorRate::default(), ErrorRate::plus)
}

/// What the engine hears in one utterance, its window as long as the utterance.
fn heard(engine: &Engine, set: &Set, utterance: &Utterance) -> String {
    heard_with(engine, set, utterance, &Options::default())
}

fn heard_with(engine: &Engine, set: &Set, utterance: &Utterance, options: &Options) -> String {
    let language = Some(utterance.language().code().parse().unwrap());
    let options = Options { language, ..options.clone() };
    let transcripts = engine.transcribe(&[set.samples(utterance)], &options).unwrap();
    let texts = transcripts.iter().flat_map(|transcript| &transcript.segments);
    texts.map(|segment| segment.text.as_str()).collect::<Vec<_>>().join(" ")
}

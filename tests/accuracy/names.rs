//! What a list of expected words does: names that the model never heard are found far more often, and other speech is
//! heard as well as without the list.

use asr::{Engine, Options};
use xtask::error_rate::ErrorRate;

use crate::sets::Set;
use crate::{engine, heard_with, here};

/// A set whose sentences hold names, and one of ordinary sentences in the same language.
const SETS: [(&str, &str); 2] = [("en-names", "en-free"), ("ja-names", "ja-free")];

struct Found {
    names: usize,
    of: usize,
}

fn found(engine: &Engine, set: &Set, options: &Options) -> Found {
    let has_all = |utterance: &&crate::sets::Utterance| {
        let said = heard_with(engine, set, utterance, options);
        utterance.names.iter().all(|name| said.contains(name.as_str()))
    };
    Found { names: set.utterances.iter().filter(has_all).count(), of: set.utterances.len() }
}

fn error_rate(engine: &Engine, set: &Set, options: &Options) -> f64 {
    let each = set.utterances.iter().map(|utterance| {
        let said = heard_with(engine, set, utterance, options);
        ErrorRate::between(&utterance.text, &said, utterance.language())
    });
    each.fold(ErrorRate::default(), ErrorRate::plus).percent()
}

#[test]
fn expected_names_are_found_more_often_and_nothing_else_is_heard_worse() {
    let engine = engine();
    for (names, ordinary) in SETS {
        let (names, ordinary) = (
            Set::read(&here("accuracy/sets").join(names)),
            Set::read(&here("accuracy/sets").join(ordinary)),
        );
        let vocabulary =
            names.utterances.iter().flat_map(|utterance| utterance.names.clone()).collect();
        let (without, with) = (Options::default(), Options { vocabulary, ..Options::default() });
        let (before, after) = (found(&engine, &names, &without), found(&engine, &names, &with));
        let (plain, listed) =
            (error_rate(&engine, &ordinary, &without), error_rate(&engine, &ordinary, &with));
        println!(
            "names found {} -> {} of {}; ordinary speech {plain:.1} -> {listed:.1} % wrong",
            before.names, after.names, before.of
        );
        assert!(after.names > before.names, "the list finds no more names");
        assert!(
            listed <= plain + 0.5,
            "ordinary speech is heard worse: {plain:.1} -> {listed:.1} %"
        );
    }
}

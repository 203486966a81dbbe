//! Which examples there are, and that each is compared with something.

use std::collections::BTreeSet;

use testkit::root;

use crate::{failures, foreign, round_trips};

/// Folders of `events/` that hold no example of a contract.
const OTHERS: [&str; 3] = ["schemas", "customer", "samples"];

/// Every file in the folders of the steps, by its path in `events/`.
pub fn all() -> BTreeSet<String> {
    let events = root().join("events");
    let steps = children(&events).into_iter().filter(|name| !OTHERS.contains(&name.as_str()));
    let steps = steps.filter(|name| events.join(name).is_dir());
    steps.flat_map(|step| files_of(&step)).collect()
}

/// The files of one folder of `events/`, by their paths in `events/`.
pub fn files_of(folder: &str) -> Vec<String> {
    let names = children(&root().join("events").join(folder));
    names.into_iter().map(|name| format!("{folder}/{name}")).collect()
}

fn children(folder: &std::path::Path) -> Vec<String> {
    let entries =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Every folder of `functions/`.
pub fn steps() -> BTreeSet<String> {
    children(&root().join("functions")).into_iter().collect()
}

#[test]
fn every_example_is_compared_with_the_code() {
    let mut compared: BTreeSet<String> = round_trips::compared().map(String::from).collect();
    compared.extend(foreign::COMPARED.map(String::from));
    compared.extend(all().into_iter().filter(|path| failures::is_one(path)));
    let unknown: Vec<_> = all().difference(&compared).cloned().collect();
    assert!(
        unknown.is_empty(),
        "add these to a table in tests/contracts, or remove them: {unknown:?}"
    );
}

#[test]
fn every_step_has_its_input_its_output_and_its_failures() {
    let all = all();
    for step in steps() {
        let of_step: Vec<_> =
            all.iter().filter(|path| path.starts_with(&format!("{step}/"))).collect();
        let has = |part: &str| of_step.iter().any(|path| path.contains(part));
        let input = has("/input.json") || has(".sqs.json");
        assert!(input, "events/{step} lacks an example of the step's input");
        assert!(has("/output.json"), "events/{step} lacks an example of the step's output");
        assert!(has("/failure."), "events/{step} lacks an example of the step's failure");
    }
}

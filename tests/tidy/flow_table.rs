//! The table for people in `statemachines/README.md` and the machines say the same.

use std::collections::{BTreeMap, BTreeSet};

use contracts::FailureName;
use testkit::root;

use crate::assert_tidy;
use crate::machine::{Machine, kebab, machines};
use crate::tree::read;

/// A row: the function's cell, and the failures it names.
type Rows = BTreeMap<String, (String, BTreeSet<String>)>;

fn rows(text: &str) -> Rows {
    let lines = text.lines().skip_while(|line| !line.starts_with("| state |")).skip(2);
    let lines = lines.take_while(|line| line.starts_with('|'));
    let rows = lines.map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    let rows = rows.filter(|cells| cells.len() > 4);
    rows.map(|cells| (bare(cells[1]), (bare(cells[2]), failures(cells[4])))).collect()
}

fn bare(cell: &str) -> String {
    cell.trim_matches('`').to_owned()
}

fn failures(cell: &str) -> BTreeSet<String> {
    let words = cell.split('`').skip(1).step_by(2);
    words.filter(|word| word.parse::<FailureName>().is_ok()).map(String::from).collect()
}

fn breaches(rows: &Rows, machine: &Machine) -> Vec<String> {
    let states: BTreeSet<_> = machine.states().into_iter().map(|state| state.name).collect();
    let told: BTreeSet<_> = rows.keys().cloned().collect();
    let missing = states
        .difference(&told)
        .map(|name| format!("statemachines/README.md: add a row for {name}"));
    let gone = told
        .difference(&states)
        .map(|name| format!("statemachines/README.md: no state is called {name}"));
    let tasks = machine.tasks().into_iter().filter_map(|task| {
        let (function, _) = rows.get(&task.name)?;
        let expected = kebab(&task.name);
        (*function != expected).then(|| {
            format!("statemachines/README.md: {} calls {expected}, not {function}", task.name)
        })
    });
    missing.chain(gone).chain(tasks).collect()
}

/// The failures a function's examples show.
fn shown(function: &str) -> BTreeSet<String> {
    let folder = root().join("events").join(function);
    let names =
        std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().file_name());
    let names = names.filter_map(|name| {
        Some(name.to_str()?.strip_prefix("failure.")?.strip_suffix(".json")?.to_owned())
    });
    names.map(|name| crate::packages::pascal(&name)).collect()
}

#[test]
fn the_table_has_a_row_for_every_state_and_names_its_function() {
    let rows = rows(&read("statemachines/README.md"));
    assert_tidy(machines().iter().flat_map(|machine| breaches(&rows, machine)).collect());
}

#[test]
fn the_table_names_the_failures_that_the_examples_show() {
    for (state, (function, failures)) in rows(&read("statemachines/README.md")) {
        if !function.starts_with('(') {
            assert_eq!(
                failures,
                shown(&function),
                "statemachines/README.md and events/{function}: {state}"
            );
        }
    }
}

#[test]
fn a_missing_row_a_row_too_many_and_a_wrong_function_are_noticed() {
    let source = crate::tree::Source::new(
        "x",
        r#"{"StartAt":"Ingest","States":{"Ingest":{"Type":"Task","Next":"Publish"},"Publish":{"Type":"Task"}}}"#,
    );
    let table = "| state | function | a | failures |\n|---|---|---|---|\n| `Ingest` | `intake` | x | `NotFound` |\n| `Gone` | | | |\n";
    assert_eq!(breaches(&rows(table), &Machine::new(&source)).len(), 3);
    assert_eq!(rows(table)["Ingest"].1, BTreeSet::from(["NotFound".into()]));
}

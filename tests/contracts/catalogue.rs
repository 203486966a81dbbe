//! One catalogue of events: the code, the schemas, the samples and the table for people agree.

use std::collections::BTreeSet;

use contracts::events::{EVENT_SOURCE, EventType};
use testkit::{golden, golden_text};

use crate::examples;

fn types_in_code() -> BTreeSet<String> {
    EventType::ALL.iter().map(|event| event.as_str().to_owned()).collect()
}

/// The first cell of every row after the head of the catalogue's table.
fn types_in_table(text: &str) -> BTreeSet<String> {
    let rows = text.lines().skip_while(|line| !line.starts_with("| type |")).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| Some(row.split('|').nth(1)?.trim().trim_matches('`').to_owned()))
        .collect()
}

#[test]
fn the_table_for_people_lists_exactly_the_events_of_the_code() {
    assert_eq!(
        types_in_table(&golden_text("README.md")),
        types_in_code(),
        "correct events/README.md"
    );
}

#[test]
fn a_row_too_few_is_noticed() {
    let table = "| type | since |\n|---|---|\n| `call.completed` | 0.1.0 |\n\n| `call.failed` |";
    assert_ne!(types_in_table(table), types_in_code());
}

#[test]
fn every_event_has_its_schema_and_every_schema_is_an_event_or_the_report() {
    let mut expected: BTreeSet<String> =
        types_in_code().iter().map(|name| format!("schemas/{name}.schema.json")).collect();
    expected.insert("schemas/report.schema.json".into());
    let found: BTreeSet<String> = examples::files_of("schemas").into_iter().collect();
    assert_eq!(found, expected);
}

#[test]
fn every_sample_carries_its_type_and_our_source() {
    for event in EventType::ALL {
        let sample = golden(&format!("publish/{}.json", event.as_str()));
        assert_eq!(sample["detail-type"], event.as_str());
        assert_eq!(sample["source"], EVENT_SOURCE);
        assert_eq!(
            testkit::as_written(&event),
            event.as_str(),
            "the name on the wire is the name in code"
        );
    }
}

#[test]
fn every_file_the_readme_links_to_exists() {
    let events = testkit::root().join("events");
    for link in golden_text("README.md").split("](").skip(1) {
        let target = link.split(')').next().unwrap();
        assert!(
            events.join(target).exists(),
            "events/README.md links to {target}, which is not there"
        );
    }
}

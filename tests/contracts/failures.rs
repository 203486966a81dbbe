//! How steps fail, as Lambda writes it and the state machine sees it.

use std::collections::BTreeSet;

use contracts::{Failure, FailureName};
use serde_json::{Value, json};
use testkit::golden;

use crate::examples;

/// Names no step gives yet, with the reason why they are names already.
const NOT_GIVEN_YET: [(FailureName, &str); 2] = [
    (
        FailureName::QuotaExceeded,
        "allowances come with the books; the machine catches the name already",
    ),
    (
        FailureName::Conflict,
        "steps answer a lost race with Unavailable, so that they are tried again",
    ),
];

/// Whether a path of `events/` is an example of a failure.
pub fn is_one(path: &str) -> bool {
    path.contains("/failure.") && path.ends_with(".json")
}

/// The name an example must have after the failure it shows: `UnsupportedMedia` is `unsupported-media`.
fn file_name(name: FailureName) -> String {
    let mut kebab = String::new();
    for letter in name.as_str().chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    format!("failure.{kebab}.json")
}

fn check(path: &str, failure: &Value) -> Result<FailureName, String> {
    let fields = failure.as_object().map(|fields| fields.len());
    let name = failure["errorType"].as_str().and_then(|name| name.parse::<FailureName>().ok());
    let reason = failure["errorMessage"].as_str().unwrap_or_default();
    match name {
        None => Err(format!("events/{path}: errorType is no FailureName")),
        Some(name) if !path.ends_with(&file_name(name)) => {
            Err(format!("events/{path}: an example of {name} is called {}", file_name(name)))
        }
        Some(_) if fields != Some(2) || !reason.ends_with('.') => {
            Err(format!("events/{path}: expected errorType and errorMessage, a sentence"))
        }
        Some(name) => Ok(name),
    }
}

#[test]
fn every_failure_has_a_known_name_its_file_is_called_after_and_a_sentence() {
    for path in examples::all().into_iter().filter(|path| is_one(path)) {
        check(&path, &golden(&path)).unwrap();
    }
}

#[test]
fn an_unknown_name_a_wrong_file_and_a_missing_sentence_are_noticed() {
    let failure = |name: &str, reason: &str| json!({ "errorType": name, "errorMessage": reason });
    for (path, failure) in [
        ("a/failure.broken.json", failure("Broken", "It is.")),
        ("a/failure.internal.json", failure("NotFound", "It is gone.")),
        ("a/failure.not-found.json", failure("NotFound", "")),
    ] {
        assert!(check(path, &failure).is_err(), "{path}");
    }
}

#[test]
fn every_name_is_shown_somewhere_or_listed_as_not_given_yet() {
    let paths = examples::all().into_iter().filter(|path| is_one(path));
    let shown: BTreeSet<String> =
        paths.map(|path| golden(&path)["errorType"].as_str().unwrap().to_owned()).collect();
    for name in FailureName::ALL {
        let listed = NOT_GIVEN_YET.iter().any(|(other, _)| *other == name);
        assert!(
            shown.contains(name.as_str()) != listed,
            "{name}: show it in events/ or list it, not both"
        );
    }
}

#[test]
fn failures_every_step_shares_say_what_the_code_says() {
    for failure in [Failure::internal(), Failure::unavailable(), Failure::throttled()] {
        for path in
            examples::all().into_iter().filter(|path| path.ends_with(&file_name(failure.name)))
        {
            let expected =
                json!({ "errorType": failure.name.as_str(), "errorMessage": failure.reason });
            assert_eq!(golden(&path), expected, "events/{path}");
        }
    }
}

//! The direction of dependencies: down, and each outside service in its own crates.

use crate::assert_tidy;
use crate::manifests::{Dependency, Package, packages};

/// What each library may use of ours. Nothing here uses anything above it.
const LIBRARIES: [(&str, &[&str]); 10] = [
    ("domain", &[]),
    ("audio", &[]),
    ("asr", &["audio"]),
    ("contracts", &["domain"]),
    ("insight", &["domain"]),
    ("store", &["contracts", "domain"]),
    ("objects", &["contracts", "domain"]),
    ("bus", &["contracts", "domain"]),
    ("shell", &["contracts"]),
    ("testkit", &["domain", "audio", "asr", "contracts", "insight", "store", "objects", "bus"]),
];

/// Libraries that know no service, no runtime and no Lambda.
const PURE: [&str; 5] = ["domain", "audio", "insight", "contracts", "asr"];

/// The only packages that speak to AWS. `kaiwa-tests` looks at the local AWS from outside.
const SPEAK_AWS: [&str; 6] = ["store", "objects", "bus", "shell", "xtask", "kaiwa-tests"];

fn allowed(package: &Package, of_ours: &str) -> bool {
    if package.is_function() {
        let libraries = LIBRARIES.iter().map(|(name, _)| *name).filter(|name| *name != "testkit");
        return libraries.filter(|name| *name != "asr").any(|name| name == of_ours)
            || (package.name == "transcribe" && of_ours == "asr");
    }
    match LIBRARIES.iter().find(|(name, _)| *name == package.name) {
        Some((_, below)) => below.contains(&of_ours),
        // The developer's command and the tests stand above everything.
        None => true,
    }
}

fn upward(package: &Package) -> Vec<String> {
    let of_ours = package.dependencies.iter().filter(|d| d.is_ours() && !d.is_for_tests());
    let wrong = of_ours.filter(|d| !allowed(package, &d.name));
    wrong
        .map(|d| {
            format!(
                "{} may not use {}: dependencies point down; see tests/tidy/layers.rs",
                package.name, d.name
            )
        })
        .collect()
}

fn is_of_aws(dependency: &Dependency) -> bool {
    dependency.name.starts_with("aws-")
}

fn is_of_a_runtime(dependency: &Dependency) -> bool {
    let name = dependency.name.as_str();
    ["tokio", "aws", "lambda"].iter().any(|prefix| name.starts_with(prefix))
}

fn misplaced(package: &Package) -> Vec<String> {
    let pure = PURE.contains(&package.name.as_str());
    let dependencies = package.dependencies.iter().filter(|d| !d.is_for_tests() || pure);
    let wrong = dependencies.filter_map(|d| Some((d, objection(&package.name, d)?)));
    wrong.map(|(d, advice)| format!("{} may not use {}: {advice}", package.name, d.name)).collect()
}

/// Why a package may not use something from outside, if it may not.
fn objection(package: &str, dependency: &Dependency) -> Option<&'static str> {
    let name = dependency.name.as_str();
    if PURE.contains(&package) && is_of_a_runtime(dependency) {
        return Some("it is pure; let a function do it");
    }
    if is_of_aws(dependency) && !SPEAK_AWS.contains(&package) {
        return Some("put the call into store, objects, bus or shell");
    }
    if name.starts_with("candle") && package != "asr" {
        return Some("tensors live in asr");
    }
    let for_tests = dependency.is_for_tests() || package == "kaiwa-tests";
    (name == "testkit" && !for_tests).then_some("it is for tests")
}

/// Every library has its place in the layers.
fn unplaced(package: &Package) -> Option<String> {
    let placed = LIBRARIES.iter().any(|(name, _)| *name == package.name);
    let library = package.folder().starts_with("shared/");
    (library && !placed)
        .then(|| format!("{}: give it a place in tests/tidy/layers.rs", package.name))
}

#[test]
fn dependencies_point_down() {
    assert_tidy(packages().iter().flat_map(upward).collect());
    assert_tidy(packages().iter().filter_map(unplaced).collect());
}

#[test]
fn outside_services_stay_in_their_crates() {
    assert_tidy(packages().iter().flat_map(misplaced).collect());
}

#[test]
fn a_dependency_upwards_or_sideways_is_noticed() {
    for (folder, dependency) in [
        ("functions/publish", "our:ingest"),
        ("functions/publish", "our:asr"),
        ("functions/publish", "our:testkit"),
        ("shared/domain", "our:contracts"),
        ("shared/asr", "our:domain"),
        ("shared/store", "our:objects"),
        ("shared/shell", "our:store"),
    ] {
        assert_eq!(
            upward(&Package::example(folder, &[dependency])).len(),
            1,
            "{folder} {dependency}"
        );
    }
    assert!(
        upward(&Package::example("functions/transcribe", &["our:asr", "our:shell"])).is_empty()
    );
    assert!(unplaced(&Package::example("shared/novelty", &[])).is_some());
}

#[test]
fn a_service_in_the_wrong_crate_is_noticed() {
    for (folder, dependency) in [
        ("functions/publish", "aws-sdk-s3"),
        ("shared/insight", "tokio"),
        ("shared/contracts", "lambda_runtime"),
        ("shared/contracts", "dev:tokio"),
        ("functions/transcribe", "candle-core"),
        ("shared/bus", "our:testkit"),
    ] {
        assert_eq!(
            misplaced(&Package::example(folder, &[dependency])).len(),
            1,
            "{folder} {dependency}"
        );
    }
    assert!(
        misplaced(&Package::example("shared/bus", &["aws-sdk-sqs", "tokio", "dev:our:testkit"]))
            .is_empty()
    );
}

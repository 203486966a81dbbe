//! Rules for packages: one per function, listed in the order of the flow, dependencies declared once.

use serde_json::Value;

use crate::manifests::{Package, members, packages, section};
use crate::template::{resources, template};
use crate::tree::{folders, read};
use crate::{assert_tidy, machine};

/// `analyze-metrics` is `AnalyzeMetricsFunction` in the template.
pub fn resource_name(package: &str) -> String {
    format!("{}Function", pascal(package))
}

/// `analyze-metrics` as `AnalyzeMetrics`.
pub fn pascal(kebab: &str) -> String {
    let upper = |word: &str| word[..1].to_uppercase() + &word[1..];
    kebab.split('-').filter(|word| !word.is_empty()).map(upper).collect()
}

/// Package, folder, resource and binary carry one name.
fn misnamed(packages: &[Package], template: &Value) -> Vec<String> {
    let functions: Vec<_> = packages.iter().filter(|package| package.is_function()).collect();
    let wrong = functions.iter().flat_map(|package| misnamed_function(package, template));
    let names: Vec<_> = functions.iter().map(|package| resource_name(&package.name)).collect();
    let orphans = resources(template, "AWS::Serverless::Function");
    let orphans = orphans.filter(|(name, _)| !names.contains(name));
    wrong
        .chain(
            orphans.map(|(name, _)| format!("template.yaml: {name} has no folder in functions/")),
        )
        .collect()
}

fn misnamed_function(package: &Package, template: &Value) -> Vec<String> {
    let (name, folder, resource) = (&package.name, package.folder(), resource_name(&package.name));
    let (place, code) = (format!("functions/{name}"), format!("target/lambda/{name}/"));
    let mut breaches = vec![];
    if folder != place {
        breaches.push(format!("{folder}: call package {name} after its folder"));
    }
    if template["Resources"][&resource]["Properties"]["CodeUri"] != code.as_str() {
        breaches.push(format!("template.yaml: {resource} should exist with CodeUri {code}"));
    }
    breaches
}

/// The list of members is the folders on disk, and functions stand in it as the machine calls them.
fn disordered(listed: &[String], on_disk: &[String], flow: &[String]) -> Vec<String> {
    let missing = on_disk.iter().filter(|folder| !listed.contains(folder));
    let mut breaches: Vec<_> =
        missing.map(|folder| format!("Cargo.toml: add {folder} to the members")).collect();
    let gone = listed.iter().filter(|folder| !on_disk.contains(folder));
    breaches.extend(
        gone.map(|folder| format!("Cargo.toml: {folder} is not there; remove it from the members")),
    );
    let in_flow = |folder: &&String| flow.contains(folder);
    let order: Vec<_> = listed.iter().filter(in_flow).cloned().collect();
    if order != flow {
        breaches.push(format!(
            "Cargo.toml: list the steps as the machine calls them: {}",
            flow.join(", ")
        ));
    }
    breaches
}

fn members_on_disk() -> Vec<String> {
    let of = |parent: &str| {
        folders(parent).into_iter().map(move |name| format!("{parent}/{name}")).collect::<Vec<_>>()
    };
    let single = ["tests", "xtask"].map(String::from);
    of("functions").into_iter().chain(of("shared")).chain(single).collect()
}

/// Every outside dependency of the workspace says what it is for, and somebody uses it.
fn undeclared(manifest: &str, packages: &[Package]) -> Vec<String> {
    let lines = section(manifest, "workspace.dependencies")
        .into_iter()
        .filter(|line| !line.starts_with('#'));
    let mut breaches = vec![];
    for line in lines {
        let name = line.split(['=', ' ']).next().unwrap_or_default();
        let ours = line.contains("path = ");
        if !ours && !line.rsplit('}').next().unwrap_or_default().contains("# ") {
            breaches.push(format!("Cargo.toml: say behind {name} what it is for: `# its purpose`"));
        }
        let used =
            packages.iter().any(|package| package.dependencies.iter().any(|d| d.name == name));
        if !used {
            breaches.push(format!("Cargo.toml: no member uses {name}; remove it"));
        }
    }
    breaches
}

/// Members take their dependencies, versions, edition and lints from the workspace.
fn not_inherited(folder: &str, manifest: &str) -> Vec<String> {
    let mut advice = vec![];
    if !section(manifest, "lints").contains(&"workspace = true") {
        advice.push("inherit the lints: [lints] workspace = true".into());
    }
    for field in ["version", "edition", "rust-version", "license", "publish"] {
        let line = format!("{field}.workspace = true");
        if !section(manifest, "package").contains(&line.as_str()) {
            advice.push(format!("inherit {line}"));
        }
    }
    advice.extend(own_versions(manifest));
    advice.into_iter().map(|advice| format!("{folder}/Cargo.toml: {advice}")).collect()
}

/// Dependencies whose version stands in the member's own manifest.
fn own_versions(manifest: &str) -> Vec<String> {
    let sections = ["dependencies", "dev-dependencies", "build-dependencies"];
    let lines = sections.iter().flat_map(|name| section(manifest, name));
    let own = lines.filter(|line| {
        line.contains("version =") || line.contains("= \"") && !line.contains("path =")
    });
    let names = own.map(|line| line.split(['=', '.', ' ']).next().unwrap_or_default());
    names.map(|name| format!("declare the version of {name} in the workspace")).collect()
}

#[test]
fn package_folder_and_resource_carry_one_name() {
    assert_tidy(misnamed(&packages(), &template()));
}

#[test]
fn a_function_without_resource_and_a_resource_without_function_are_noticed() {
    let template = serde_json::json!({ "Resources": {
        "OtherFunction": { "Type": "AWS::Serverless::Function", "Properties": { "CodeUri": "target/lambda/other/" } },
    } });
    assert_eq!(misnamed(&[Package::example("functions/intake", &[])], &template).len(), 2);
}

#[test]
fn members_are_the_folders_on_disk_in_the_order_of_the_flow() {
    let machine = machine::machines().remove(0);
    let known = folders("functions");
    let steps = machine.tasks().into_iter().map(|task| machine::kebab(&task.name));
    let flow: Vec<_> =
        steps.filter(|step| known.contains(step)).map(|step| format!("functions/{step}")).collect();
    assert_tidy(disordered(&members(&read("Cargo.toml")), &members_on_disk(), &flow));
}

#[test]
fn a_forgotten_a_removed_and_a_displaced_member_are_noticed() {
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let (listed, on_disk) = (names(&["b", "a", "gone"]), names(&["a", "b", "new"]));
    assert_eq!(disordered(&listed, &on_disk, &names(&["a", "b"])).len(), 3);
    assert!(disordered(&names(&["a", "b"]), &names(&["b", "a"]), &names(&["a", "b"])).is_empty());
}

#[test]
fn every_dependency_has_a_purpose_and_a_user() {
    assert_tidy(undeclared(&read("Cargo.toml"), &packages()));
}

#[test]
fn a_dependency_without_purpose_or_user_is_noticed() {
    let manifest = "[workspace.dependencies]\n# Heading\nstore = { path = \"shared/store\" }\n\
                    ulid = { version = \"3\" } # ids\nzip = { version = \"9\" }\n[profile]\nx = 1\n";
    let user = Package::example("functions/intake", &["our:store", "zip"]);
    let breaches = undeclared(manifest, &[user]);
    assert_eq!(breaches.len(), 2, "{breaches:?}");
    assert!(breaches[0].contains("ulid") && breaches[1].contains("zip"));
}

#[test]
fn every_member_inherits_from_the_workspace() {
    let folders = members(&read("Cargo.toml"));
    assert_tidy(
        folders.iter().flat_map(|f| not_inherited(f, &read(&format!("{f}/Cargo.toml")))).collect(),
    );
}

#[test]
fn a_member_with_a_version_and_without_lints_is_noticed() {
    let manifest = "[package]\nversion.workspace = true\nedition.workspace = true\nrust-version.workspace = true\n\
                    license.workspace = true\npublish.workspace = true\n\
                    [dependencies]\nserde.workspace = true\nulid = \"3\"\nzip = { version = \"9\" }\n\
                    publish = { path = \"../publish\" }\n";
    assert_eq!(not_inherited("x", manifest).len(), 3);
}

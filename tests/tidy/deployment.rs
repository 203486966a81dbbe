//! Rules for `template.yaml`: it and the code name the same things, times fit each other, nothing is public.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::machine::{Machine, kebab, machines};
use crate::packages::{pascal, resource_name};
use crate::template::{owner, parse, resources, template, timeout_s};
use crate::tree::{folders, read};
use crate::{assert_tidy, tree};

/// The names in a function's `VARS`.
fn vars(config: &str) -> BTreeSet<String> {
    let list = config.split("VARS: &[&str] =").nth(1).and_then(|rest| rest.split(';').next());
    list.unwrap_or_default().split('"').skip(1).step_by(2).map(String::from).collect()
}

fn variables(template: &Value, function: &Value) -> BTreeSet<String> {
    let places = [function, &template["Globals"]["Function"]];
    let maps = places.into_iter().filter_map(|place| place["Environment"]["Variables"].as_object());
    maps.flat_map(|variables| variables.keys().cloned()).collect()
}

fn unequal_variables(name: &str, vars: &BTreeSet<String>, template: &Value) -> Vec<String> {
    let resource = resource_name(name);
    let given = variables(template, &template["Resources"][&resource]["Properties"]);
    let missing =
        vars.difference(&given).map(|v| format!("template.yaml: give {resource} the variable {v}"));
    let unread = given.difference(vars);
    let unread = unread.map(|v| {
        format!("functions/{name}/src/config.rs: VARS lacks {v}, which the template gives")
    });
    missing.chain(unread).collect()
}

/// The machine waits at least as long as the function may take; otherwise a slow success is lost.
fn impatient(template: &Value, machine: &Machine) -> Vec<String> {
    let mut breaches = vec![];
    for task in machine.tasks() {
        let function = &template["Resources"][format!("{}Function", task.name)]["Properties"];
        let (waits, takes) =
            (task.json["TimeoutSeconds"].as_u64().unwrap_or(0), timeout_s(template, function));
        if waits < takes {
            breaches.push(format!(
                "{}: {} waits {waits} s for a function that may take {takes} s",
                machine.path, task.name
            ));
        }
    }
    breaches
}

fn public_buckets(template: &Value) -> Vec<String> {
    const BLOCKS: [&str; 4] =
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let buckets = resources(template, "AWS::S3::Bucket");
    let open = buckets.filter(|(_, bucket)| {
        BLOCKS.iter().any(|block| bucket["PublicAccessBlockConfiguration"][block] != true)
    });
    open.map(|(name, _)| format!("template.yaml: {name} needs all four of {}", BLOCKS.join(", ")))
        .collect()
}

/// `${X}` in a machine.
fn substitutions(text: &str) -> BTreeSet<String> {
    text.split("${").skip(1).filter_map(|rest| rest.split('}').next()).map(String::from).collect()
}

/// The machine asks for exactly what the template gives, and may call what it is given.
fn unequal_substitutions(path: &str, text: &str, template: &Value) -> Vec<String> {
    let machine = resources(template, "AWS::Serverless::StateMachine")
        .find(|(_, m)| m["DefinitionUri"] == path);
    let Some((name, machine)) = machine else {
        return vec![format!("template.yaml: no state machine has DefinitionUri {path}")];
    };
    let given = machine["DefinitionSubstitutions"].as_object().cloned().unwrap_or_default();
    let (asked, keys) = (substitutions(text), given.keys().cloned().collect::<BTreeSet<_>>());
    let missing = asked
        .difference(&keys)
        .map(|key| format!("template.yaml: {name} lacks the substitution {key}"));
    let unused = keys
        .difference(&asked)
        .map(|key| format!("template.yaml: {path} does not use {key}; remove it"));
    missing.chain(unused).chain(misdirected(&name, machine)).collect()
}

/// `XFunctionArn` is the ARN of `XFunction`, and the machine's role may invoke it.
fn misdirected(name: &str, machine: &Value) -> Vec<String> {
    let mut breaches = vec![];
    for (key, value) in machine["DefinitionSubstitutions"].as_object().into_iter().flatten() {
        let Some(function) = key.strip_suffix("Arn").filter(|key| key.ends_with("Function")) else {
            continue;
        };
        if owner(value) != Some(function) {
            breaches.push(format!("template.yaml: {name}: {key} should be !GetAtt {function}.Arn"));
        }
        if !may_invoke(machine, function) {
            breaches
                .push(format!("template.yaml: {name} needs a LambdaInvokePolicy for {function}"));
        }
    }
    breaches
}

fn may_invoke(machine: &Value, function: &str) -> bool {
    let mut policies = machine["Policies"].as_array().into_iter().flatten();
    policies.any(|policy| policy["LambdaInvokePolicy"]["FunctionName"]["Ref"] == function)
}

#[test]
fn code_and_template_name_the_same_variables() {
    let template = template();
    let functions = folders("functions");
    let unequal = functions.iter().flat_map(|name| {
        let vars = vars(&read(&format!("functions/{name}/src/config.rs")));
        unequal_variables(name, &vars, &template)
    });
    assert_tidy(unequal.collect());
}

#[test]
fn a_variable_on_one_side_only_is_noticed() {
    let vars =
        vars("/// x\npub const VARS: &[&str] = &[\n    \"A\",\n    \"B\",\n];\nfn get() { \"C\" }");
    assert_eq!(vars, BTreeSet::from(["A".into(), "B".into()]));
    let template = parse(
        "Globals: { Function: { Environment: { Variables: { A: x } } } }\n\
                          Resources: { XFunction: { Properties: { Environment: { Variables: { C: y } } } } }",
    );
    assert_eq!(unequal_variables("x", &vars, &template).len(), 2);
}

#[test]
fn the_machine_waits_as_long_as_functions_may_take() {
    let template = template();
    assert_tidy(machines().iter().flat_map(|machine| impatient(&template, machine)).collect());
}

#[test]
fn a_machine_that_gives_up_before_its_function_is_noticed() {
    let source = tree::Source::new(
        "x",
        r#"{"StartAt":"A","States":{"A":{"Type":"Task","TimeoutSeconds":59}}}"#,
    );
    let template = parse("Globals: { Function: { Timeout: 60 } }");
    assert_eq!(impatient(&template, &Machine::new(&source)).len(), 1);
}

#[test]
fn no_bucket_can_become_public() {
    assert_tidy(public_buckets(&template()));
    let open = parse(
        "Resources: { B: { Type: 'AWS::S3::Bucket', Properties: { PublicAccessBlockConfiguration: { BlockPublicAcls: true } } } }",
    );
    assert_eq!(public_buckets(&open).len(), 1);
}

#[test]
fn machine_and_template_name_the_same_substitutions() {
    let template = template();
    let unequal = machines()
        .into_iter()
        .flat_map(|machine| unequal_substitutions(&machine.path, &read(&machine.path), &template));
    assert_tidy(unequal.collect());
}

#[test]
fn a_missing_an_unused_and_a_wrong_substitution_are_noticed() {
    let template = parse(
        "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n    Properties:\n      DefinitionUri: m\n      \
         DefinitionSubstitutions: { Unused: x, AFunctionArn: !GetAtt BFunction.Arn }\n",
    );
    assert_eq!(unequal_substitutions("m", "${AFunctionArn} ${Missing}", &template).len(), 4);
    assert_eq!(unequal_substitutions("other", "", &template).len(), 1);
}

#[test]
fn names_change_their_form_without_loss() {
    for name in ["intake", "analyze-metrics"] {
        assert_eq!(kebab(&pascal(name)), name);
    }
}

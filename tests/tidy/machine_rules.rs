//! Rules for the state machines: every failure has a name and a way out, every wait an end, every choice all
//! values of its enum.

use std::collections::BTreeSet;

use contracts::FailureName;
use contracts::steps::Speech;
use serde_json::Value;

use crate::assert_tidy;
use crate::machine::{Machine, State, errors, machines};
use crate::tree::sources;

/// Names Step Functions and its Lambda integration give.
const RESERVED: [&str; 14] = [
    "States.ALL",
    "States.Timeout",
    "States.HeartbeatTimeout",
    "States.TaskFailed",
    "States.DataLimitExceeded",
    "States.ItemReaderFailed",
    "States.ResultWriterFailed",
    "States.ExceedToleratedFailureThreshold",
    "Lambda.Unknown",
    "Lambda.TooManyRequestsException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
];

/// Longest life of an Express child (AWS quota).
const EXPRESS_S_MAX: u64 = 300;

/// What a variable of a `Choice` may be, from the contract's own enum.
fn choices(variable: &str) -> Option<BTreeSet<String>> {
    match variable {
        "$.speech" => Some([Speech::Present, Speech::None].iter().map(wire_name).collect()),
        _ => None,
    }
}

fn wire_name<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn unreachable(machine: &Machine) -> Vec<String> {
    let reached: BTreeSet<_> = machine.states().into_iter().map(|state| state.name).collect();
    let written = names_in(&machine.json);
    written
        .difference(&reached)
        .map(|name| format!("{name}: nothing leads here; connect or remove it"))
        .collect()
}

fn names_in(json: &Value) -> BTreeSet<String> {
    let own = json["States"].as_object().into_iter().flat_map(|states| states.keys().cloned());
    let below = json.as_object().into_iter().flat_map(|fields| fields.values().collect::<Vec<_>>());
    let listed = json.as_array().into_iter().flatten();
    own.chain(below.chain(listed).flat_map(names_in)).collect()
}

fn unknown_errors(machine: &Machine) -> Vec<String> {
    let mut breaches = vec![];
    for state in machine.states() {
        let names = state.names("Retry").into_iter().chain(state.names("Catch"));
        let unknown =
            names.filter(|name| name.parse::<FailureName>().is_err() && !RESERVED.contains(name));
        breaches
            .extend(unknown.map(|name| {
                format!("{}: `{name}` is no FailureName and not reserved", state.name)
            }));
    }
    breaches
}

fn uncaught_names(machine: &Machine) -> Vec<String> {
    let states = machine.states();
    let caught: BTreeSet<_> = states.iter().flat_map(|state| state.names("Catch")).collect();
    let permanent = FailureName::ALL.into_iter().filter(|name| !name.is_transient());
    let missing = permanent.filter(|name| !caught.contains(name.as_str()));
    missing
        .map(|name| format!("{name}: no Catch names it; say where a call goes that fails so"))
        .collect()
}

fn endless(state: &State<'_>) -> Vec<String> {
    let name = &state.name;
    match state.json["TimeoutSeconds"].as_u64() {
        None => vec![format!("{name}: a Task needs TimeoutSeconds")],
        Some(seconds) if state.is_express() && seconds > EXPRESS_S_MAX => {
            vec![format!(
                "{name}: an Express child lives {EXPRESS_S_MAX} s at most; lower TimeoutSeconds"
            )]
        }
        Some(_) => vec![],
    }
}

fn impatient(state: &State<'_>) -> Vec<String> {
    let (name, names) = (&state.name, state.names("Retry"));
    let transient = FailureName::ALL.into_iter().filter(|failure| failure.is_transient());
    let missing =
        transient.filter(|f| !names.contains(&f.as_str()) && !names.contains(&"States.ALL"));
    let mut breaches: Vec<_> =
        missing.map(|failure| format!("{name}: retry {failure}, it is transient")).collect();
    let steady =
        state.entries("Retry").into_iter().filter(|entry| entry["JitterStrategy"] != "FULL");
    breaches.extend(steady.map(|_| {
        format!("{name}: a Retry needs JitterStrategy FULL, or everybody comes back at once")
    }));
    breaches
}

/// A state that only catches lead to is the exit itself: it has nowhere else to go and tries everything again.
fn is_exit(state: &State<'_>, machine: &Machine) -> bool {
    let led_to = |other: &State<'_>| {
        other.entries("Catch").iter().any(|entry| entry["Next"] == state.name.as_str())
    };
    machine.states().iter().any(led_to) && state.names("Retry").contains(&"States.ALL")
}

fn unsheltered(state: &State<'_>, machine: &Machine) -> Vec<String> {
    let (name, catches) = (&state.name, state.entries("Catch"));
    let last = catches.last().map(|entry| errors(entry));
    let sheltered = state.is_sheltered() || is_exit(state, machine) || !state.is("Task");
    match last {
        None if sheltered => vec![],
        None => vec![format!("{name}: a Task needs a Catch, or a state around it that has one")],
        Some(last) if last == ["States.ALL"] => vec![],
        Some(_) => {
            vec![format!("{name}: the last Catch takes States.ALL, or a failure ends the machine")]
        }
    }
}

fn misnamed(state: &State<'_>) -> Vec<String> {
    let (name, function) = (&state.name, &state.json["Parameters"]["FunctionName"]);
    let expected = format!("${{{name}FunctionArn}}");
    if *function == expected.as_str() {
        vec![]
    } else {
        vec![format!("{name}: call the function of its name, {expected}, not {function}")]
    }
}

fn unchosen(state: &State<'_>) -> Vec<String> {
    let (name, rules) = (&state.name, state.entries("Choices"));
    let variable = rules.first().and_then(|rule| rule["Variable"].as_str()).unwrap_or_default();
    let Some(known) = choices(variable) else {
        return vec![format!(
            "{name}: `{variable}` is no enum in tests/tidy/machine_rules.rs; add it"
        )];
    };
    let compared: BTreeSet<String> = rules.iter().map(|rule| compared_with(rule)).collect();
    let strange = compared.difference(&known);
    let strange = strange.map(|value| format!("{name}: {variable} is never {value}"));
    let missing = known.difference(&compared);
    let missing =
        missing.map(|value| format!("{name}: say what follows when {variable} is {value}"));
    strange.chain(missing).collect()
}

fn compared_with(rule: &Value) -> String {
    rule["StringEquals"].as_str().unwrap_or("compared by anything but StringEquals").to_owned()
}

/// Account numbers, Regions and names belong to a deployment; the machine knows substitutions only.
fn fixed_places(text: &str) -> Vec<String> {
    let strings = text.split('"').skip(1).step_by(2);
    let fixed = strings.filter(|s| s.contains("arn:") && !s.starts_with("arn:aws:states:::"));
    fixed.map(|s| format!("`{s}`: use a substitution, ${{…}}")).collect()
}

fn breaches(machine: &Machine) -> Vec<String> {
    let mut breaches =
        [unreachable(machine), unknown_errors(machine), uncaught_names(machine)].concat();
    for state in machine.states() {
        breaches.extend(unsheltered(&state, machine));
        if state.is("Task") {
            breaches.extend([endless(&state), impatient(&state), misnamed(&state)].concat());
        }
        if state.is("Choice") {
            breaches.extend(unchosen(&state));
        }
    }
    breaches.into_iter().map(|breach| format!("{}: {breach}", machine.path)).collect()
}

#[test]
fn every_machine_keeps_the_rules() {
    assert!(!machines().is_empty(), "there is a machine to look at");
    assert_tidy(machines().iter().flat_map(breaches).collect());
}

#[test]
fn no_machine_knows_where_it_is_deployed() {
    let files = sources(&["asl.json"]);
    assert_tidy(files.iter().flat_map(|file| fixed_places(&file.text)).collect());
    assert_eq!(
        fixed_places(r#"{"Resource": "arn:aws:lambda:eu-central-1:111122223333:function:x"}"#)
            .len(),
        1
    );
}

/// The call machine after a change that breaks a rule.
#[cfg(test)]
fn changed(change: impl Fn(&mut Value)) -> Vec<String> {
    let mut machine =
        machines().into_iter().find(|machine| machine.path.ends_with("call.asl.json")).unwrap();
    change(&mut machine.json["States"]);
    breaches(&machine)
}

#[cfg(test)]
fn remove(json: &mut Value, field: &str) {
    json.as_object_mut().unwrap().remove(field);
}

#[test]
fn a_task_without_time_out_retry_jitter_or_catch_is_noticed() {
    for field in ["TimeoutSeconds", "Retry", "Catch"] {
        assert!(!changed(|states| remove(&mut states["Assemble"], field)).is_empty(), "{field}");
    }
    assert_eq!(
        changed(|states| remove(&mut states["Assemble"]["Retry"][0], "JitterStrategy")).len(),
        1
    );
    assert_eq!(
        changed(|states| remove(&mut states["Analyze"], "Catch")).len(),
        4,
        "one for each branch"
    );
}

#[test]
fn an_unknown_error_and_a_catch_that_is_not_last_are_noticed() {
    assert_eq!(
        changed(|states| states["Ingest"]["Retry"][0]["ErrorEquals"][0] = "Throtled".into()).len(),
        2
    );
    assert_eq!(
        changed(|states| states["Ingest"]["Catch"][1]["ErrorEquals"][0] = "Internal".into()).len(),
        1
    );
}

#[test]
fn a_permanent_failure_that_nobody_catches_is_noticed() {
    let forget = |states: &mut Value| {
        for state in states.as_object_mut().unwrap().values_mut() {
            if let Some(catches) = state["Catch"].as_array_mut() {
                catches.retain(|entry| errors(entry) == ["States.ALL"]);
            }
        }
    };
    let permanent = FailureName::ALL.iter().filter(|name| !name.is_transient()).count();
    assert_eq!(changed(forget).len(), permanent);
}

#[test]
fn a_choice_outside_the_enum_an_orphan_and_a_wrong_function_are_noticed() {
    assert_eq!(
        changed(|states| states["Speech"]["Choices"][1]["StringEquals"] = "".into()).len(),
        2
    );
    assert_eq!(changed(|states| states["Orphan"] = serde_json::json!({ "Type": "Pass" })).len(), 1);
    assert_eq!(
        changed(|states| states["Publish"]["Parameters"]["FunctionName"] = "${X}".into()).len(),
        1
    );
    let chunk = |states: &mut Value| {
        states["TranscribeChunks"]["ItemProcessor"]["States"]["Transcribe"]["TimeoutSeconds"] =
            900.into()
    };
    assert_eq!(changed(chunk).len(), 1, "an Express child does not live so long");
}

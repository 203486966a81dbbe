//! The state machines as values: every state a call can meet, in the order it meets them.

use std::collections::{BTreeSet, VecDeque};

use serde_json::Value;

use crate::tree::{Source, sources};

/// One state machine.
pub struct Machine {
    pub path: String,
    pub json: Value,
}

/// One state, with what its surroundings mean for it.
pub struct State<'a> {
    pub name: String,
    pub json: &'a Value,
    around: Around,
}

impl State<'_> {
    /// Whether a state around it catches.
    pub fn is_sheltered(&self) -> bool {
        self.around.sheltered
    }

    /// Whether it runs in an Express child.
    pub fn is_express(&self) -> bool {
        self.around.express
    }

    pub fn is(&self, kind: &str) -> bool {
        self.json["Type"] == kind
    }

    pub fn entries(&self, field: &str) -> Vec<&Value> {
        list(&self.json[field]).iter().collect()
    }

    /// The error names in its `Retry` or `Catch`.
    pub fn names(&self, field: &str) -> Vec<&str> {
        self.entries(field).into_iter().flat_map(errors).collect()
    }
}

pub fn errors(entry: &Value) -> Vec<&str> {
    entry["ErrorEquals"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

impl Machine {
    pub fn new(source: &Source) -> Self {
        let json = serde_json::from_str(&source.text)
            .unwrap_or_else(|error| panic!("{}: {error}", source.path));
        Self { path: source.path.clone(), json }
    }

    /// Every reachable state in the order a call meets them; what only catches lead to comes last.
    pub fn states(&self) -> Vec<State<'_>> {
        let mut states = vec![];
        walk(&self.json, Around { sheltered: false, express: false }, &mut states);
        states
    }

    /// The states that call a function.
    pub fn tasks(&self) -> Vec<State<'_>> {
        self.states().into_iter().filter(|state| state.is("Task")).collect()
    }
}

/// What a state's surroundings mean for the states inside it.
#[derive(Clone, Copy)]
struct Around {
    sheltered: bool,
    express: bool,
}

impl Around {
    fn inside(self, json: &Value) -> Self {
        let execution = &json["ItemProcessor"]["ProcessorConfig"]["ExecutionType"];
        Self {
            sheltered: self.sheltered || json["Catch"].is_array(),
            express: self.express || execution == "EXPRESS",
        }
    }
}

fn walk<'a>(scope: &'a Value, around: Around, found: &mut Vec<State<'a>>) {
    let (mut next, mut caught) = (VecDeque::from_iter(scope["StartAt"].as_str()), VecDeque::new());
    let mut seen = BTreeSet::new();
    while let Some(name) = next.pop_front().or_else(|| caught.pop_front()) {
        if !seen.insert(name) {
            continue;
        }
        let json = &scope["States"][name];
        found.push(State { name: name.into(), json, around });
        for inner in list(&json["Branches"]).iter().chain(json.get("ItemProcessor")) {
            walk(inner, around.inside(json), found);
        }
        next.extend(followers(json));
        caught.extend(list(&json["Catch"]).iter().filter_map(|catch| catch["Next"].as_str()));
    }
}

/// The states that may come after this one when it succeeds.
fn followers(json: &Value) -> impl Iterator<Item = &str> {
    let steps = list(&json["Choices"]).iter().chain([json]);
    steps.filter_map(|step| step["Next"].as_str()).chain(json["Default"].as_str())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Every state machine of the repository.
pub fn machines() -> Vec<Machine> {
    let files = sources(&["asl.json"]);
    files.iter().filter(|file| file.path.starts_with("statemachines/")).map(Machine::new).collect()
}

/// `AnalyzeMetrics` as `analyze-metrics`.
pub fn kebab(pascal: &str) -> String {
    let mut kebab = String::new();
    for letter in pascal.chars() {
        if letter.is_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.extend(letter.to_lowercase());
    }
    kebab
}

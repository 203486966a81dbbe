//! Every check and test there is, one after the other, and an honest table at the end.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::local::{self, Options, SHARED_STACK, Stack};
use crate::venv::Venv;
use crate::workspace::{Workspace, cargo};
use crate::{Explain, Trouble, functions, say, system_package};

/// Tells the tests where Chromium is.
const CHROMIUM: &str = "KAIWA_CHROMIUM";

/// Tells the tests where the real recordings are.
const REAL_AUDIO: &str = "KAIWA_REAL_AUDIO";

/// What became of one stage.
enum Outcome {
    Passed,
    Failed(String),
    NotRun(String),
}

/// Runs everything; the answer is whether all of it passed.
///
/// # Errors
/// Never for a failing check; only when the results cannot be gathered.
pub async fn run(workspace: &Workspace) -> Result<bool, Trouble> {
    let mut stages = Stages::default();
    stages.run("format", || cargo_passes(workspace, &["fmt", "--all", "--check"]));
    stages.run("lint", || cargo_passes(workspace, &LINT));
    let built = stages.run("functions", || build_functions(workspace));
    stages.run("local AWS: a smoke test per gap", || smoke(workspace));
    let chromium = stages.run("Chromium", chromium);
    let stack =
        if built.is_some() { stages.add("deployment", stack(workspace).await) } else { None };
    let audio = real_audio(workspace);
    let tests = Tests {
        workspace,
        chromium,
        audio: audio.clone(),
        stack: stack.as_ref().map(|(_, file)| file.clone()),
    };
    stages.run("tests", || tests.run());
    if audio.is_none() {
        stages.not_run("real recordings", "no KAIWA_REAL_AUDIO and no ../shared/audio");
    }
    drop(stack);
    stages.print();
    Ok(stages.all_passed())
}

const LINT: [&str; 7] =
    ["clippy", "--release", "--workspace", "--all-targets", "--", "-D", "warnings"];

#[derive(Default)]
struct Stages(Vec<(&'static str, f64, Outcome)>);

impl Stages {
    fn run<T>(
        &mut self,
        name: &'static str,
        stage: impl FnOnce() -> Result<T, Trouble>,
    ) -> Option<T> {
        say::line(format!("\n== {name}"));
        let began = Instant::now();
        let result = stage();
        self.record(name, began.elapsed().as_secs_f64(), result)
    }

    fn add<T>(&mut self, name: &'static str, result: (f64, Result<T, Trouble>)) -> Option<T> {
        self.record(name, result.0, result.1)
    }

    fn record<T>(
        &mut self,
        name: &'static str,
        seconds: f64,
        result: Result<T, Trouble>,
    ) -> Option<T> {
        let (value, outcome) = match result {
            Ok(value) => (Some(value), Outcome::Passed),
            Err(trouble) => {
                say::line(format!("✗ {trouble}"));
                (None, Outcome::Failed(trouble.to_string()))
            }
        };
        self.0.push((name, seconds, outcome));
        value
    }

    fn not_run(&mut self, name: &'static str, why: &str) {
        say::line(format!("\n!!! {name}: NOT RUN — {why} !!!"));
        self.0.push((name, 0.0, Outcome::NotRun(why.to_owned())));
    }

    /// What did not run for lack of material is told loudly but is no failure.
    fn all_passed(&self) -> bool {
        !self.0.iter().any(|(_, _, outcome)| matches!(outcome, Outcome::Failed(_)))
    }

    fn print(&self) {
        println!();
        for (name, seconds, outcome) in &self.0 {
            let (mark, note) = match outcome {
                Outcome::Passed => ("passed", ""),
                Outcome::Failed(why) => ("FAILED", why.lines().next().unwrap_or_default()),
                Outcome::NotRun(why) => ("NOT RUN", why.as_str()),
            };
            let row = format!("{mark:<8} {seconds:>7.1} s  {name:<32} {note}");
            println!("{}", row.trim_end());
        }
    }
}

fn cargo_passes(workspace: &Workspace, arguments: &[&str]) -> Result<(), Trouble> {
    passes(cargo().args(arguments).current_dir(workspace.root()))
}

fn passes(command: &mut Command) -> Result<(), Trouble> {
    let shown = format!("{command:?}");
    let status = command.status().explain(format!("running {shown}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(Trouble::new(format!("{status}: {}", short(&shown))))
    }
}

/// A command line without its quotes, short enough for a table.
fn short(shown: &str) -> String {
    shown.replace('"', "").chars().take(100).collect()
}

fn build_functions(workspace: &Workspace) -> Result<(), Trouble> {
    let template = workspace.template();
    let template =
        std::fs::read_to_string(&template).explain(format!("reading {}", template.display()))?;
    functions::build(workspace, &functions::packages(&template))
}

fn smoke(workspace: &Workspace) -> Result<(), Trouble> {
    let venv = Venv::ensure(&local::packages(workspace))?;
    let mut tests = Command::new(venv.python());
    passes(tests.args(["-B", "-m", "unittest"]).current_dir(workspace.ministack().join("smoke")))
}

fn chromium() -> Result<PathBuf, Trouble> {
    const NAMES: [&str; 4] =
        ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    if let Some(found) = system_package::find(&NAMES) {
        return Ok(found);
    }
    system_package::install("chromium", "the page tests need Chromium, and it is not on the path")?;
    system_package::find(&NAMES)
        .ok_or_else(|| Trouble::new("chromium was installed but is not on the path"))
}

/// One deployment for all tests, described by a file; it ends when it is dropped.
async fn stack(workspace: &Workspace) -> (f64, Result<(Stack, PathBuf), Trouble>) {
    say::line("\n== deployment");
    let began = Instant::now();
    let started = Stack::start(workspace, &Options::default()).await.and_then(|stack| {
        let file = workspace.local().join(format!("stack-{}.json", std::process::id()));
        let text = serde_json::to_string(stack.description()).explain("describing the stack")?;
        std::fs::write(&file, text).explain(format!("writing {}", file.display()))?;
        Ok((stack, file))
    });
    (began.elapsed().as_secs_f64(), started)
}

fn real_audio(workspace: &Workspace) -> Option<PathBuf> {
    let given = std::env::var_os(REAL_AUDIO).map(PathBuf::from);
    let beside = workspace.root().join("../shared/audio");
    given.or(Some(beside)).filter(|folder| folder.is_dir())
}

struct Tests<'a> {
    workspace: &'a Workspace,
    chromium: Option<PathBuf>,
    audio: Option<PathBuf>,
    stack: Option<PathBuf>,
}

impl Tests<'_> {
    /// Runs the workspace's tests, with nextest where it is installed.
    fn run(&self) -> Result<(), Trouble> {
        let mut tests = cargo();
        tests.args(self.runner()).current_dir(self.workspace.root());
        // Without a deployment the tests that need it fail at once instead of each trying to make its own.
        let stack = self.stack.clone().or(Some(self.workspace.local().join("no-deployment")));
        let known = [(CHROMIUM, &self.chromium), (REAL_AUDIO, &self.audio), (SHARED_STACK, &stack)];
        for (name, path) in known {
            set(&mut tests, name, path.as_deref());
        }
        let result = passes(&mut tests);
        if let Some(file) = &self.stack {
            std::fs::remove_file(file).explain(format!("removing {}", file.display()))?;
        }
        result
    }
}

impl Tests<'_> {
    /// The test runner's arguments. Tests of real recordings are left out by name where there are none, so that
    /// none of them counts as passed.
    fn runner(&self) -> Vec<&'static str> {
        let without_recordings = self.audio.is_none();
        match (has_nextest(), without_recordings) {
            (true, false) => vec!["nextest", "run", "--release", "--workspace"],
            (true, true) => {
                vec![
                    "nextest",
                    "run",
                    "--release",
                    "--workspace",
                    "-E",
                    "not test(real_recordings)",
                ]
            }
            (false, false) => vec!["test", "--release", "--workspace"],
            (false, true) => {
                vec!["test", "--release", "--workspace", "--", "--skip", "real_recordings"]
            }
        }
    }
}

fn set(command: &mut Command, name: &str, path: Option<&Path>) {
    match path {
        Some(path) => command.env(name, path),
        None => command.env_remove(name),
    };
}

fn has_nextest() -> bool {
    let asked = cargo().args(["nextest", "--version"]).output();
    asked.is_ok_and(|answer| answer.status.success())
}

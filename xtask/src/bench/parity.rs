//! `--parity`: the engine's numbers beside those of the reference implementation, at true sizes.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use super::{Size, peers};
use crate::say::Work;
use crate::venv::{Packages, Venv};
use crate::workspace::Workspace;
use crate::{Explain, Trouble, engine};

/// Windows compared for each size.
const WINDOWS: usize = 200;

/// Tokens compared in each window.
const TOKENS: usize = 40;

/// Seconds of sound that hold all windows, 2.9 s apart.
const SECONDS: usize = 30 + WINDOWS * 3;

/// How far float32 numbers may differ: rounding in another order, layer after layer.
const DIFFERENCE_MAX: f64 = 1e-4;

/// What the engine says about one size.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Compared {
    windows: usize,
    tokens: usize,
    identical_windows: usize,
    features_max_difference: f64,
    encoder_relative_difference: f64,
    scores_relative_difference: f64,
}

impl Compared {
    fn agrees(&self) -> bool {
        let differences = [
            self.features_max_difference,
            self.encoder_relative_difference,
            self.scores_relative_difference,
        ];
        self.identical_windows == self.windows && differences.iter().all(|d| *d <= DIFFERENCE_MAX)
    }
}

/// What the comparison is made with.
pub(super) struct Parity<'a> {
    peers: &'a peers::Peers,
    engine: PathBuf,
    reference: Venv,
    audio: PathBuf,
}

impl<'a> Parity<'a> {
    /// Installs the reference implementation, once, and builds the engine's side.
    pub(super) fn prepare(workspace: &Workspace, peers: &'a peers::Peers) -> Result<Self, Trouble> {
        let packages = Packages {
            name: "the reference implementation (some gigabytes)",
            requirements: peers.program("reference-requirements.txt"),
            pip: &[],
            environment: &[],
            folder: peers.folder().join("reference"),
        };
        let (engine, reference) = (engine::build(workspace, "parity")?, Venv::ensure(&packages)?);
        Ok(Self { peers, engine, reference, audio: peers.sound("parity.wav", SECONDS)? })
    }

    /// One row of the table, and whether all of it agrees.
    pub(super) fn row(&self, size: Size) -> Result<(String, bool), Trouble> {
        let model = self.peers.models(size.name())?.own;
        let expected = self.peers.folder().join(format!("reference/{}", size.name()));
        self.record(size, &model, &expected)?;
        let work = Work::begin(format!("comparing size {}", size.name()));
        let mut engine = Command::new(&self.engine);
        let output = engine.arg(&model).arg(&self.audio).arg(&expected).output();
        let output = output.explain("running the engine")?;
        let compared: Compared =
            serde_json::from_slice(&output.stdout).explain("reading what the engine compared")?;
        work.done("");
        let row = format!(
            "| {} | {} of {} × {} | {:.1e} | {:.1e} | {:.1e} |\n",
            size.name(),
            compared.identical_windows,
            compared.windows,
            compared.tokens,
            compared.features_max_difference,
            compared.encoder_relative_difference,
            compared.scores_relative_difference,
        );
        Ok((row, compared.agrees()))
    }

    /// Computes the reference's numbers, unless they are there.
    fn record(&self, size: Size, model: &Path, folder: &Path) -> Result<(), Trouble> {
        if folder.join("tokens.json").exists() {
            return Ok(());
        }
        let work = Work::begin(format!("the reference implementation at size {}", size.name()));
        let mut python = Command::new(self.reference.python());
        python.arg(self.peers.program("reference.py")).arg(model).arg(&self.audio).arg(folder);
        python.args([WINDOWS.to_string(), TOKENS.to_string()]).env("PYTHONDONTWRITEBYTECODE", "1");
        let output = python.output().explain("running the reference implementation")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Trouble::new(format!("the reference implementation failed:\n{said}")));
        }
        work.done("");
        Ok(())
    }
}

/// The table's heading.
pub(super) const HEADING: &str = "\
## The same numbers as the reference implementation

float32, same weights and sound; greedy text without time stamps. Differences: of features the largest, of the
encoder's output and of the scores after the prompt the length of the difference over the length; at most 1e-4.

| size | windows with identical text | log-mel | encoder | scores |
|---|---:|---:|---:|---:|
";

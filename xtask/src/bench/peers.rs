//! The peers in a private Python environment, and the models all engines are measured with.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::say::Work;
use crate::venv::{Packages, Venv};
use crate::workspace::Workspace;
use crate::{Explain, Trouble};

/// The peers' environment, programs and models.
pub(super) struct Peers {
    venv: Venv,
    /// The Python programs beside this command.
    programs: PathBuf,
    /// Where models and audio are kept.
    folder: PathBuf,
}

/// One random-weight model in the layouts of all engines.
pub(super) struct Models {
    /// Hugging Face layout, f16.
    pub own: PathBuf,
    pub ctranslate2: PathBuf,
    pub whisper_cpp: PathBuf,
}

impl Peers {
    /// Installs the peers, once. whisper.cpp is built from source with what this processor has.
    pub(super) fn prepare(workspace: &Workspace, folder: &Path) -> Result<Self, Trouble> {
        let programs = workspace.root().join("xtask/bench");
        let packages = Packages {
            name: "the speech engine's peers (whisper.cpp is compiled: minutes)",
            requirements: programs.join("requirements.txt"),
            pip: &["--no-binary=pywhispercpp"],
            environment: &[("CMAKE_ARGS", "-DGGML_NATIVE=ON"), ("NO_REPAIR", "1")],
            folder: folder.to_owned(),
        };
        Ok(Self { venv: Venv::ensure(&packages)?, programs, folder: folder.to_owned() })
    }

    pub(super) fn python(&self) -> PathBuf {
        self.venv.python()
    }

    /// One of the Python programs.
    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    /// Where models, sound and tables are kept.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A file of sound that all engines hear.
    pub(super) fn sound(&self, name: &str, seconds: usize) -> Result<PathBuf, Trouble> {
        let file = self.folder.join(name);
        self.run("sound.py", &[&file, Path::new(&seconds.to_string())])?;
        Ok(file)
    }

    /// A two-channel recording repeated to so many seconds.
    pub(super) fn call(&self, recording: &Path, seconds: usize) -> Result<PathBuf, Trouble> {
        let file = self.folder.join("call.wav");
        self.run("call.py", &[recording, &file, Path::new(&seconds.to_string())])?;
        Ok(file)
    }

    /// The model of a size, made unless it is there.
    pub(super) fn models(&self, size: &str) -> Result<Models, Trouble> {
        let folder = self.folder.join("models");
        let work = Work::begin(format!("making a model of size {size}"));
        self.run("checkpoint.py", &[&folder, Path::new(size)])?;
        work.done("");
        Ok(Models {
            own: folder.join(size),
            ctranslate2: folder.join(format!("{size}-ct2")),
            whisper_cpp: folder.join(format!("{size}-ggml/q8_0.bin")),
        })
    }

    fn run(&self, program: &str, arguments: &[&Path]) -> Result<(), Trouble> {
        let mut command = Command::new(self.python());
        command.arg(self.program(program)).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
        let output = command.output().explain(format!("running {program}"))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Trouble::new(format!("{program} failed:\n{said}")))
    }
}

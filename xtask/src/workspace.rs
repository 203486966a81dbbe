//! Where things lie: the workspace, the target folder, and what is made in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;

use crate::{Explain, Trouble};

/// The workspace this command belongs to.
#[derive(Debug, Clone, Deserialize)]
pub struct Workspace {
    #[serde(rename = "workspace_root")]
    root: PathBuf,
    #[serde(rename = "target_directory")]
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which alone knows `CARGO_TARGET_DIR`, configuration files and defaults.
    ///
    /// # Errors
    /// When cargo cannot be run or does not understand the workspace.
    pub fn find() -> Result<Self, Trouble> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
            .current_dir(here)
            .output()
            .explain("running cargo metadata")?;
        if !output.status.success() {
            return Err(Trouble::new(String::from_utf8_lossy(&output.stderr)));
        }
        serde_json::from_slice(&output.stdout).explain("reading what cargo metadata says")
    }

    /// The folder of `Cargo.toml` and `template.yaml`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Cargo's target folder.
    pub fn target(&self) -> &Path {
        &self.target
    }

    /// The folder of everything the local AWS keeps or makes.
    pub fn local(&self) -> PathBuf {
        self.target.join("local")
    }

    /// The product's template.
    pub fn template(&self) -> PathBuf {
        self.root.join("template.yaml")
    }

    /// The demonstration model that travels with the repository.
    pub fn demo_model(&self) -> PathBuf {
        self.root.join("shared/asr/demo-model")
    }

    /// The Python program that is the local AWS.
    pub fn ministack(&self) -> PathBuf {
        self.root.join("xtask/ministack")
    }
}

/// The cargo that runs us, or the one on the path, in the environment it had.
///
/// `cargo run` describes its package to us in variables that some build scripts watch. Passed on, they would make
/// cargo build TLS, and with it every AWS SDK, again: once for us and once for the person at the keyboard.
pub fn cargo() -> Command {
    let program = std::env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from);
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name.as_ref());
        }
    }
    command
}

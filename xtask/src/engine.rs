//! Programs of the speech engine, built when they are asked for: this command itself does not link the engine, so that
//! it starts without waiting for it to compile.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::say::Work;
use crate::workspace::{Workspace, cargo};
use crate::{Explain, Trouble};

/// Builds one of the engine's example programs, and says where it is.
///
/// # Errors
/// When it does not build; cargo has said why.
pub fn build(workspace: &Workspace, program: &str) -> Result<PathBuf, Trouble> {
    let work = Work::begin(format!("building the speech engine's program {program}"));
    let mut build = cargo();
    build.args(["build", "--release", "--quiet", "--package", "asr", "--example", program]);
    let built = build.current_dir(workspace.root()).status().explain("running cargo")?;
    if !built.success() {
        return Err(Trouble::new("the speech engine does not build"));
    }
    work.done("");
    Ok(workspace.target().join("release/examples").join(program))
}

/// Writes `model` to the folder `new` with its matrices in 8 bits. The answer is whether that went well; the engine has
/// said why not.
///
/// # Errors
/// When the engine cannot be built or run.
pub fn quantize(workspace: &Workspace, model: &Path, new: &Path) -> Result<bool, Trouble> {
    let program = build(workspace, "quantize")?;
    let status = Command::new(program).arg(model).arg(new).status();
    Ok(status.explain("running the engine's quantize")?.success())
}

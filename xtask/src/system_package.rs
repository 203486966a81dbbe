//! Programs that only the system's package manager can bring.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::say::Work;
use crate::{Explain, Trouble};

/// The first of these programs on the path.
pub fn find(programs: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates =
        programs.iter().flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    candidates.into_iter().find(|candidate| candidate.is_file())
}

/// Installs a Debian package where that needs no question, and otherwise says the one line to run.
///
/// # Errors
/// When this is not Debian or its like, when we are not root, or when the installation fails.
pub fn install(package: &str, why: &str) -> Result<(), Trouble> {
    let by_hand = |what: String| {
        Trouble::new(what).advise(format!(
            "Run: sudo apt-get install -y {package}   (or install it your system's way), then run this command again."
        ))
    };
    if find(&["apt-get"]).is_none() || !is_root() {
        return Err(by_hand(why.to_owned()));
    }
    let work = Work::begin(format!("installing {package} by apt-get"));
    apt_get(&["update"])
        .and_then(|()| apt_get(&["install", "-y", "--no-install-recommends", package]))
        .map_err(|trouble| by_hand(format!("{why}\n{trouble}")))?;
    work.done("");
    Ok(())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").stderr(Stdio::null()).output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn apt_get(arguments: &[&str]) -> Result<(), Trouble> {
    let mut apt = Command::new("apt-get");
    let output = apt
        .arg("-qq")
        .args(arguments)
        .env(OsStr::new("DEBIAN_FRONTEND"), OsStr::new("noninteractive"))
        .stdin(Stdio::null())
        .output()
        .explain("running apt-get")?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Trouble::new(format!("apt-get {} failed: {}", arguments.join(" "), said.trim())))
}

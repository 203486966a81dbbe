//! Private Python environments: each made once per list of requirements, under the target folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sha2::{Digest, Sha256};

use crate::say::Work;
use crate::{Explain, Trouble, system_package};

/// The oldest Python that the pinned packages run on.
const PYTHON: (u32, u32) = (3, 10);

/// Present when everything was installed; an environment without it was interrupted and is made anew.
const COMPLETE: &str = "complete";

/// What an environment is made of.
#[derive(Debug)]
pub struct Packages {
    /// What they are, as messages say it.
    pub name: &'static str,
    /// The list, with a version for each.
    pub requirements: PathBuf,
    /// How pip is to install them.
    pub pip: &'static [&'static str],
    /// Variables of pip and of what it builds.
    pub environment: &'static [(&'static str, &'static str)],
    /// Where environments for successive lists are kept.
    pub folder: PathBuf,
}

/// A Python environment with everything a list of packages names.
#[derive(Debug, Clone)]
pub struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// Finds or makes the environment for a list of packages.
    ///
    /// # Errors
    /// When Python, its venv module or a package is missing; says what to do.
    pub fn ensure(packages: &Packages) -> Result<Self, Trouble> {
        let home = &packages.folder;
        let venv =
            Self { folder: home.join(format!("venv-{}", short_hash(&packages.requirements)?)) };
        fs::create_dir_all(home).explain(format!("making {}", home.display()))?;
        // Two runs on a fresh machine must not install over each other.
        let lock = File::create(home.join("venv.lock"))
            .explain("making the lock of the Python environment")?;
        lock.lock().explain("waiting for another run to install the Python environment")?;
        if !venv.folder.join(COMPLETE).is_file() {
            venv.make(packages)?;
        }
        Ok(venv)
    }

    /// Its Python.
    pub fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    fn make(&self, packages: &Packages) -> Result<(), Trouble> {
        let name = packages.name;
        let work = Work::begin(format!("installing {name} into its own Python environment"));
        let python = find_python()?;
        let _ = fs::remove_dir_all(&self.folder);
        self.create(&python)?;
        self.install(packages)?;
        File::create(self.folder.join(COMPLETE))
            .explain("marking the Python environment complete")?;
        work.done(self.folder.display().to_string());
        Ok(())
    }

    /// Debian splits the venv module off; there it is brought by the package manager where we may.
    fn create(&self, python: &Path) -> Result<(), Trouble> {
        let create = || run(Command::new(python).args(["-m", "venv"]).arg(&self.folder));
        let output = create()?;
        if output.status.success() {
            return Ok(());
        }
        let said = said(&output);
        let why = format!("`{} -m venv` failed: {said}", python.display());
        if !(said.contains("ensurepip") || said.contains("No module named")) {
            return Err(Trouble::new(why));
        }
        system_package::install("python3-venv", &why)?;
        let _ = fs::remove_dir_all(&self.folder);
        let again = create()?;
        if again.status.success() { Ok(()) } else { Err(Trouble::new(why)) }
    }

    fn install(&self, packages: &Packages) -> Result<(), Trouble> {
        let mut pip = Command::new(self.python());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(packages.pip).arg("--requirement").arg(&packages.requirements);
        pip.envs(packages.environment.iter().copied());
        let output = run(&mut pip)?;
        if output.status.success() {
            return Ok(());
        }
        let why = format!("installing {} failed:\n{}", packages.name, said(&output));
        Err(Trouble::new(why).advise(
            "Expected: a package index that pip can reach, once.\n\
             Check the network, or set PIP_INDEX_URL or PIP_FIND_LINKS to your mirror, and run this command again.",
        ))
    }
}

fn short_hash(file: &Path) -> Result<String, Trouble> {
    let content = fs::read(file).explain(format!("reading {}", file.display()))?;
    Ok(hex(&Sha256::digest(content)[..6]))
}

/// Bytes as hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn find_python() -> Result<PathBuf, Trouble> {
    let wanted =
        format!("Expected: Python {}.{} or later as `python3` on the path.", PYTHON.0, PYTHON.1);
    let Some(python) = system_package::find(&["python3"]) else {
        let missing = Trouble::new("python3 was not found on the path.");
        return Err(missing
            .advise(format!("{wanted} On Debian: sudo apt-get install -y python3 python3-venv")));
    };
    let output =
        run(Command::new(&python).args(["-c", "import sys; print(*sys.version_info[:2])"]))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let numbers: Vec<u32> = version.split(' ').filter_map(|number| number.parse().ok()).collect();
    match numbers[..] {
        [major, minor] if (major, minor) >= PYTHON => Ok(python),
        _ => {
            Err(Trouble::new(format!("{} is version {version}.", python.display())).advise(wanted))
        }
    }
}

fn run(command: &mut Command) -> Result<Output, Trouble> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.stdin(Stdio::null()).output().explain(format!("running {program}"))
}

fn said(output: &Output) -> String {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8_lossy(&both);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(8)..].join("\n")
}

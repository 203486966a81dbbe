//! The running local AWS: one process on one loopback port, ended with us.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::scratch::Scratch;
use super::{OPERATOR, REGION, port};
use crate::stop::{self, Stop};
use crate::venv::{Packages, Venv};
use crate::workspace::Workspace;
use crate::{Explain, Trouble};

/// Another program may take the port between our asking for it and the server's binding it.
const ATTEMPTS: u32 = 3;

/// How long a loaded machine may take to start the server; usually it takes less than a second.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// How long the server may take to end by itself once its standard input has ended.
const END_WITHIN: Duration = Duration::from_secs(5);

/// What of our environment the server may see; everything it sees, every function sees too.
const INHERITED: [&str; 2] = ["PATH", "LANG"];

/// What the local AWS runs on.
pub fn packages(workspace: &Workspace) -> Packages {
    Packages {
        name: "the local AWS (MiniStack)",
        requirements: workspace.ministack().join("requirements.txt"),
        pip: &["--require-hashes", "--only-binary=:all:"],
        environment: &[],
        folder: workspace.local(),
    }
}

/// The running local AWS.
pub(crate) struct Server {
    running: Arc<Running>,
    port: u16,
}

struct Running(Mutex<Option<(Child, Scratch)>>);

impl Server {
    pub(crate) fn start(workspace: &Workspace, venv: &Venv) -> Result<Self, Trouble> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            match Self::try_start(workspace, venv) {
                Ok(server) => return Ok(server),
                Err(trouble) => last = Some(trouble),
            }
        }
        Err(last.unwrap_or_else(|| Trouble::new("the local AWS was not started")))
    }

    /// Where clients reach it.
    pub(crate) fn endpoint(&self) -> String {
        endpoint(self.port)
    }

    /// What it and the functions wrote; removed at the end.
    pub(crate) fn log(&self) -> Option<PathBuf> {
        let running = self.running.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_ref().map(|(_, scratch)| log_of(scratch))
    }

    fn try_start(workspace: &Workspace, venv: &Venv) -> Result<Self, Trouble> {
        let scratch = Scratch::create(&workspace.local())?;
        let (port, log) = (port::free()?, log_of(&scratch));
        let child = spawn(&workspace.ministack(), venv, port, &scratch)?;
        let running = Arc::new(Running(Mutex::new(Some((child, scratch)))));
        stop::remember(&running);
        let server = Self { running, port };
        server.wait_until_ready(&log)?;
        Ok(server)
    }

    fn wait_until_ready(&self, log: &Path) -> Result<(), Trouble> {
        let begin = Instant::now();
        while begin.elapsed() < READY_WITHIN {
            if self.has_ended() {
                return Err(Trouble::new(format!("the local AWS did not start:\n{}", tail(log))));
            }
            if listens(log) && answers(&self.endpoint()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let seconds = READY_WITHIN.as_secs();
        Err(Trouble::new(format!("the local AWS was not ready after {seconds} s:\n{}", tail(log))))
    }

    fn has_ended(&self) -> bool {
        let mut running = self.running.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.as_mut().is_none_or(|(child, _)| !matches!(child.try_wait(), Ok(None)))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.stop();
    }
}

impl Stop for Running {
    /// Closing its standard input asks the server to end; one that does not is killed, by its own id.
    fn stop(&self) {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((mut child, scratch)) = taken else { return };
        drop(child.stdin.take());
        let begin = Instant::now();
        while begin.elapsed() < END_WITHIN && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        // Both do nothing when it has ended.
        let _ = child.kill();
        let _ = child.wait();
        drop(scratch);
    }
}

fn spawn(program: &Path, venv: &Venv, port: u16, scratch: &Scratch) -> Result<Child, Trouble> {
    use std::os::unix::process::CommandExt;

    let log = File::create(log_of(scratch)).explain("making the log of the local AWS")?;
    let errors = log.try_clone().explain("making the log of the local AWS")?;
    let home = scratch.folder("home")?;
    let inherited = INHERITED.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut command = Command::new(venv.python());
    command.arg("-B").arg(program).env_clear().envs(inherited);
    command.envs([
        ("HOME", &home),
        ("TMPDIR", &home),
        ("S3_DATA_DIR", &home),
        ("STATE_DIR", &home),
    ]);
    command.envs([("GATEWAY_PORT", port.to_string()), ("AWS_ENDPOINT_URL", endpoint(port))]);
    command.envs([
        ("BIND_HOST", "127.0.0.1"),
        ("IOT_MTLS_ENABLED", "0"),
        ("MINISTACK_HOST", "localhost"),
    ]);
    command.envs([("MINISTACK_REGION", REGION), ("MINISTACK_ACCOUNT_ID", OPERATOR)]);
    command.stdin(Stdio::piped()).stdout(log).stderr(errors);
    // Its own group: Ctrl-C reaches us first, and its workers end with it.
    command.process_group(0).spawn().explain(format!("starting {}", venv.python().display()))
}

fn endpoint(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn log_of(scratch: &Scratch) -> PathBuf {
    scratch.path().join("server.log")
}

/// Whether this very server has bound its port; an answer alone could be another one's.
fn listens(log: &Path) -> bool {
    fs::read_to_string(log).is_ok_and(|log| log.contains("Running on http"))
}

fn answers(endpoint: &str) -> bool {
    let ready = ureq::get(format!("{endpoint}/_ministack/ready"));
    ready.config().timeout_global(Some(Duration::from_secs(2))).build().call().is_ok()
}

/// The last lines of a log, for an error message.
fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

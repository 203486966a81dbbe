//! Whatever ends a run in the middle of a call, nothing it started stays behind.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it fails")]
#![allow(clippy::disallowed_methods, reason = "a test waits on the clock")]

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// The server gets five seconds to end by itself, its functions as long after it; then a loaded machine.
const ENDS_WITHIN: Duration = Duration::from_secs(40);

#[test]
fn ctrl_c_in_the_middle_of_a_call_ends_the_server_and_every_function() {
    let run = Run::in_the_middle_of_a_call();
    let (status, left) = run.after("INT");
    assert_eq!(status.code(), Some(130));
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn a_termination_signal_does_the_same() {
    let run = Run::in_the_middle_of_a_call();
    let (status, left) = run.after("TERM");
    assert_eq!(status.code(), Some(130));
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn even_a_killed_run_leaves_no_process() {
    let run = Run::in_the_middle_of_a_call();
    let (status, left) = run.after("KILL");
    assert_eq!(status.signal(), Some(9));
    assert_eq!(left, Vec::<String>::new());
}

/// `cargo xtask demo` with a sample call.
struct Run(Child);

impl Run {
    /// Starts one and waits until the call is being transcribed.
    fn in_the_middle_of_a_call() -> Self {
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/samples/en/call.ogg");
        let mut demo = Command::new(env!("CARGO_BIN_EXE_xtask"));
        demo.args(["demo", sample]).stdin(Stdio::null()).stdout(Stdio::null());
        let mut run = Self(demo.stderr(Stdio::piped()).spawn().unwrap());
        let mut said = BufReader::new(run.0.stderr.take().unwrap()).lines().map(Result::unwrap);
        assert!(said.any(|line| line.contains("▶ Transcribe")), "the demo ended early");
        // What it says from here on must not block it.
        std::thread::spawn(move || said.for_each(drop));
        assert!(
            !processes_of(&run.folder()).is_empty(),
            "the server's environment names its folder"
        );
        run
    }

    /// The folder of this run; the environment of everything it starts names it.
    fn folder(&self) -> PathBuf {
        let target = Path::new(env!("CARGO_BIN_EXE_xtask")).ancestors().nth(2).unwrap();
        target.join("local").join(format!("run-{}-0", self.0.id()))
    }

    /// How it ends after a signal, and the processes that are still there a while later.
    fn after(mut self, signal: &str) -> (ExitStatus, Vec<String>) {
        let sent = Command::new("kill").args(["-s", signal, &self.0.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let (folder, began) = (self.folder(), Instant::now());
        let status = self.0.wait().unwrap();
        while !processes_of(&folder).is_empty() && began.elapsed() < ENDS_WITHIN {
            std::thread::sleep(Duration::from_millis(100));
        }
        (status, processes_of(&folder))
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // Does nothing when it has ended.
        let _ = self.0.kill();
    }
}

/// Command lines of the processes whose environment names `folder`.
fn processes_of(folder: &Path) -> Vec<String> {
    let folder = folder.to_str().unwrap().as_bytes();
    let names = |environment: Vec<u8>| environment.windows(folder.len()).any(|part| part == folder);
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let ours = processes.filter(|path| std::fs::read(path.join("environ")).is_ok_and(names));
    let command_line = |path: PathBuf| std::fs::read(path.join("cmdline")).unwrap_or_default();
    ours.map(|path| String::from_utf8_lossy(&command_line(path)).replace('\0', " ")).collect()
}

//! Finds Chromium, starts it with an empty profile, and ends it whatever happens to the test.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::json;
use tempfile::TempDir;

use super::Tab;
use super::connection::Connection;

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

// A page that reaches for the network must be seen to fail, and a browser must not do so on its own.
const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
    "--lang=en",
];

const START_TRIES: u32 = 600;
const START_PAUSE: Duration = Duration::from_millis(100);

/// A running Chromium.
pub struct Browser {
    process: Child,
    profile: TempDir,
}

impl Browser {
    /// Starts Chromium; fails the test with one clear line when there is none.
    pub fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let user_data = format!("--user-data-dir={}", profile.path().display());
        let mut command = Command::new(find());
        command.args(FLAGS).arg(user_data).arg("about:blank").env("TZ", "Asia/Tokyo");
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Self { process, profile }
    }

    /// Opens an HTML page from a file, as a reader would.
    pub fn open(&mut self, html: &str) -> Tab {
        self.open_at(html, "")
    }

    /// Opens an HTML page at a place, for example `#t=1000`.
    pub fn open_at(&mut self, html: &str, hash: &str) -> Tab {
        let file = self.profile.path().join("report.html");
        fs::write(&file, html).unwrap();
        let mut tab = self.tab();
        tab.load(&format!("file://{}{hash}", file.display()));
        tab
    }

    fn tab(&mut self) -> Tab {
        let mut connection = Connection::to(&self.address());
        let target = connection.call(None, "Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let session = connection.call(None, "Target.attachToTarget", attach);
        Tab::new(connection, session["sessionId"].as_str().unwrap())
    }

    // Chromium writes the port it chose and its socket's path into its profile.
    fn address(&mut self) -> String {
        let note = self.profile.path().join("DevToolsActivePort");
        for _ in 0..START_TRIES {
            let text = fs::read_to_string(&note).unwrap_or_default();
            if let Some((port, path)) = text.trim_end().split_once('\n') {
                return format!("ws://127.0.0.1:{port}{path}");
            }
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "Chromium ended at once: {ended:?}");
            sleep(START_PAUSE);
        }
        panic!("Chromium did not open its DevTools port");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing more to do then.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn find() -> PathBuf {
    let path = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    let named = env::var_os("CHROMIUM").map(PathBuf::from);
    let found = named.into_iter().chain(on_path).find(|candidate| candidate.is_file());
    found.expect(
        "the page tests need Chromium: `apt-get install -y chromium`, or set CHROMIUM to its path",
    )
}

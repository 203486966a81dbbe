//! What the person at the keyboard sees while something is going on; always on standard error, so that standard
//! output stays clean for results.

use std::io::IsTerminal;
use std::sync::LazyLock;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Everything that moves, so that two pieces of work at once do not draw over each other.
static MOVING: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Prints one line.
pub fn line(text: impl AsRef<str>) {
    MOVING.suspend(|| eprintln!("{}", text.as_ref()));
}

/// Whether somebody watches live; otherwise only plain lines are printed.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// A piece of work that shows that it goes on, and ends as one line with its time.
pub struct Work {
    name: String,
    bar: ProgressBar,
}

impl Work {
    /// Announces a piece of work.
    pub fn begin(name: impl Into<String>) -> Self {
        let name = name.into();
        let bar = bar("{spinner} {prefix} {msg} {elapsed}");
        bar.set_prefix(name.clone());
        if is_watched() {
            bar.enable_steady_tick(Duration::from_millis(120));
        } else {
            line(format!("… {name}"));
        }
        Self { name, bar }
    }

    /// Tells how far it has come.
    pub fn tell(&self, message: impl Into<String>) {
        self.bar.set_message(message.into());
    }

    /// Ends it well.
    pub fn done(self, result: impl AsRef<str>) {
        let seconds = self.bar.elapsed().as_secs_f64();
        self.bar.finish_and_clear();
        let (name, result) = (&self.name, result.as_ref());
        let gap = if result.is_empty() { "" } else { ": " };
        line(format!("✓ {name}{gap}{result} ({seconds:.1} s)"));
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// A bar of this look; drawn only for somebody who watches.
pub fn bar(look: &str) -> ProgressBar {
    let bar = MOVING.add(ProgressBar::no_length());
    // A look that does not parse falls back to the plain one.
    bar.with_style(
        ProgressStyle::with_template(look).unwrap_or_else(|_| ProgressStyle::default_bar()),
    )
}

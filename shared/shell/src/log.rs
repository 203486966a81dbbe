//! Log lines as JSON, one a line, in the form CloudWatch Logs Insights reads.

use std::error::Error;
use std::fmt::Write;

/// Starts logging; a second start changes nothing.
pub(crate) fn start() {
    let json = tracing_subscriber::fmt().json().flatten_event(true).with_target(false);
    // Only fails when a logger is set already, which is what was wanted.
    json.with_max_level(tracing::Level::INFO).without_time().try_init().ok();
}

/// An error and everything that caused it, in one line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        // Writing to a String cannot fail.
        write!(text, ": {next}").ok();
        cause = next.source();
    }
    text
}

//! The report page in a real Chromium.
//!
//! `KAIWA_SCREENSHOTS=DIR` also writes pictures of it there.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test ends where it finds something wrong"
)]

mod accessible;
mod calls;
mod conversation;
mod driver;
mod fits;
mod follows;
mod pictures;
mod safe;
mod shows;
mod talk;

use calls::Call;
use driver::{Browser, Tab};

/// A call's page in a browser of its own.
fn open((report, lanes): &Call) -> (Browser, Tab) {
    let mut browser = Browser::start();
    let tab = browser.open(&publish::page::render(report, lanes));
    (browser, tab)
}

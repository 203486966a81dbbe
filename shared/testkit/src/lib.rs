//! What tests of several packages share: arrangement, the frozen clock, the golden examples, running twice.
//!
//! A dev-dependency only. Owns no rule of the product: an expectation that only one package has stays there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop at once")]

mod arrange;
mod golden;
mod twice;

pub use arrange::{NOW, delivery, event_bus, recording, tenant, usage};
pub use golden::{as_written, assert_golden, golden, golden_text, root};
pub use twice::twice;

//! The developer's command: the local AWS, the demo, every check there is, and real weights by name.
//!
//! Owns actions only. It knows nothing of how a call is analysed: it deploys the real template with the real
//! binaries and watches from outside, through the same AWS calls an operator has. The part `local` is also used by
//! the pipeline tests.
#![allow(
    clippy::disallowed_methods,
    reason = "a command reads the clock and the environment; the steps it deploys do not"
)]
#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a broken test should stop at once"))]

pub mod bench;
pub mod checks;
pub mod demo;
pub mod engine;
pub mod error_rate;
pub mod functions;
pub mod local;
pub mod say;
pub mod stop;
pub mod system_package;
pub mod trouble;
pub mod venv;
pub mod weights;
pub mod workspace;

pub use trouble::{Explain, Trouble};

//! Transcript in, analysis out: metrics, trackers, sentiment, highlights.
//!
//! Owns the definitions of what is measured and the word lists it rests on. Does not own input or output, clocks,
//! the wire, or who the speakers are: it takes the transcript's speakers and its basis as given. Everything is
//! a pure function of its arguments, takes any transcript without panicking, and says what it left out in
//! [`Skipped`](domain::analysis::Skipped).
//!
//! ```
//! use domain::{Basis, Transcript};
//!
//! let empty = Transcript {
//!     language: None, duration_ms: 5_000, basis: Basis::Channel,
//!     speakers: vec![], turns: vec![], activity: vec![], doubts: vec![],
//! };
//! let (metrics, _skipped) = insight::metrics(&empty);
//! assert_eq!(metrics.silence_ms, 5_000);
//! ```

mod back_channels;
mod fillers;
mod floor;
mod highlights;
mod language;
mod metrics;
mod phrases;
mod questions;
mod quote;
mod rounding;
mod sentences;
mod sentiment;
mod trackers;
mod voices;

pub use highlights::highlights;
pub use metrics::metrics;
pub use sentiment::sentiment;
pub use trackers::trackers;

#[cfg(test)]
mod example;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;

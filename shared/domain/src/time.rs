//! Times inside a call. All are whole milliseconds from the start of the call.

use serde::{Deserialize, Serialize};

/// A half-open stretch of a call: `start_ms` belongs to it, `end_ms` does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Span {
    /// First millisecond.
    pub start_ms: u64,
    /// First millisecond after it; never before `start_ms`.
    pub end_ms: u64,
}

impl Span {
    /// A span; an end before the start is taken as empty at the start.
    pub fn new(start_ms: u64, end_ms: u64) -> Self {
        Self { start_ms, end_ms: end_ms.max(start_ms) }
    }

    /// How long it is.
    pub fn length_ms(self) -> u64 {
        self.end_ms.saturating_sub(self.start_ms)
    }

    /// The part that two spans share, if any.
    pub fn intersection(self, other: Self) -> Option<Self> {
        let shared = Self {
            start_ms: self.start_ms.max(other.start_ms),
            end_ms: self.end_ms.min(other.end_ms),
        };
        (shared.start_ms < shared.end_ms).then_some(shared)
    }
}

/// How much audio something is, in milliseconds; what usage is counted in.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct AudioDuration(u64);

impl AudioDuration {
    /// From whole milliseconds.
    pub fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// In whole milliseconds.
    pub fn as_ms(self) -> u64 {
        self.0
    }

    /// In whole seconds, a started second counting as one: the unit usage is recorded in.
    pub fn as_started_seconds(self) -> u64 {
        self.0.div_ceil(1000)
    }
}

//! The one place that reads the clock.

use jiff::Timestamp;

/// A source of the current time that tests can freeze.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always the same time.
    Frozen(Timestamp),
}

impl Clock {
    /// The current time.
    pub fn now(self) -> Timestamp {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the clock the ban points to")]
            Self::System => Timestamp::now(),
            Self::Frozen(at) => at,
        }
    }
}

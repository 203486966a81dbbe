//! Failures with names that the state machine can match on and a tenant can read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Every name a step may fail with. `Retry` and `Catch` in the state machines use these and the reserved
/// `States.*` and `Lambda.*` names only; a test compares them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum FailureName {
    /// The input breaks the step's contract or a limit. Permanent.
    InvalidInput,
    /// The recording is not media we can decode. Permanent.
    UnsupportedMedia,
    /// Something the step needs is not there. Permanent.
    NotFound,
    /// The tenant's allowance is used up. Permanent.
    QuotaExceeded,
    /// Something else holds the place. Permanent.
    Conflict,
    /// A service asks us to slow down. Transient.
    Throttled,
    /// A service does not answer as it should. Transient.
    Unavailable,
    /// A bug of ours; an operator must act.
    Internal,
}

impl FailureName {
    /// All names.
    pub const ALL: [Self; 8] = [
        Self::InvalidInput,
        Self::UnsupportedMedia,
        Self::NotFound,
        Self::QuotaExceeded,
        Self::Conflict,
        Self::Throttled,
        Self::Unavailable,
        Self::Internal,
    ];

    /// The name as the state machine sees it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidInput => "InvalidInput",
            Self::UnsupportedMedia => "UnsupportedMedia",
            Self::NotFound => "NotFound",
            Self::QuotaExceeded => "QuotaExceeded",
            Self::Conflict => "Conflict",
            Self::Throttled => "Throttled",
            Self::Unavailable => "Unavailable",
            Self::Internal => "Internal",
        }
    }

    /// Whether the same call may succeed a little later.
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Throttled | Self::Unavailable)
    }
}

impl fmt::Display for FailureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FailureName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(())
    }
}

/// A named failure with a sentence a tenant may read. The cause stays in the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct Failure {
    /// What the state machine matches on.
    pub name: FailureName,
    /// What was expected, what was found, what to do. No ids of others, no internals.
    pub reason: String,
}

impl Failure {
    /// A failure with this name and public reason.
    pub fn new(name: FailureName, reason: impl Into<String>) -> Self {
        Self { name, reason: reason.into() }
    }

    /// A bug or a broken dependency: the tenant learns only that it was not their file.
    pub fn internal() -> Self {
        Self::new(
            FailureName::Internal,
            "Something went wrong on our side; nothing is billed. The operator has been told.",
        )
    }

    /// A service that did not answer; worth another try.
    pub fn unavailable() -> Self {
        Self::new(FailureName::Unavailable, "A service did not answer in time; nothing is billed.")
    }

    /// A service that asked us to slow down; worth another try.
    pub fn throttled() -> Self {
        Self::new(FailureName::Throttled, "Too much work at once; nothing is billed.")
    }
}

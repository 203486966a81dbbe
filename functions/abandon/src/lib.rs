//! Abandon: the only exit of a call that cannot be finished.
//!
//! Owns the call's final status, its public reason and the event that tells the tenant. Nothing is billed.
//! Abandoning a finished call changes nothing.

mod config;
mod error;

use contracts::steps::{AbandonInput, CallRef, CaughtError};
use contracts::{Failure, FailureName};
use domain::call::PublicFailure;
use domain::limits::PUBLIC_REASON_CHARS_MAX;

pub use config::Deps;
pub use error::Error;

/// Marks a call failed, with a reason its tenant may read, and tells the tenant's destinations.
///
/// # Errors
/// When the table refuses.
pub async fn handle(deps: &Deps, input: AbandonInput) -> Result<CallRef, Error> {
    let tenant = deps.store.tenant(&input.tenant_id);
    let failure = public(&input.error);
    tenant.fail(&input.call_id, failure, deps.clock.now()).await?;
    Ok(CallRef { tenant_id: input.tenant_id, call_id: input.call_id })
}

/// Names of ours come with a public reason; anything else (a time-out, a crash, a reserved name) is our fault
/// and its details are not for tenants.
fn public(error: &CaughtError) -> PublicFailure {
    let named = error.error.parse::<FailureName>().ok().zip(error.message());
    let failure = match named {
        Some((name, reason)) => Failure::new(name, reason),
        None => Failure::internal(),
    };
    let reason = failure.reason.chars().take(PUBLIC_REASON_CHARS_MAX).collect();
    PublicFailure { name: failure.name.to_string(), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caught(error: &str, cause: &str) -> PublicFailure {
        public(&CaughtError { error: error.into(), cause: cause.into() })
    }

    #[test]
    fn a_named_failure_keeps_its_name_and_reason() {
        let cause = r#"{"errorType":"UnsupportedMedia","errorMessage":"Recording 1 is text."}"#;
        let failure = caught("UnsupportedMedia", cause);
        assert_eq!(failure.name, "UnsupportedMedia");
        assert_eq!(failure.reason, "Recording 1 is text.");
    }

    #[test]
    fn what_is_not_named_by_us_never_reaches_a_tenant() {
        let cause = r#"{"errorType":"x","errorMessage":"secret path /var/task"}"#;
        for error in ["States.Timeout", "Lambda.Unknown", "alloc::string::String"] {
            let failure = caught(error, cause);
            assert_eq!(failure.name, "Internal");
            assert!(!failure.reason.contains("secret"), "{error}");
        }
        assert_eq!(caught("UnsupportedMedia", "not json").name, "Internal");
    }
}

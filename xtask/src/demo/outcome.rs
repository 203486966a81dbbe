//! How a call ended, as its tenant may know it.

use std::time::{Duration, Instant};

use domain::call::PublicFailure;
use domain::{CallId, CallStatus, TenantId};
use store::{Store, StoreError};

use crate::local::Stack;
use crate::{Explain, Trouble};

/// The status is written by the last step, a moment before or after the machine ends.
const SETTLES_WITHIN: Duration = Duration::from_secs(15);

/// Nothing when the report is out, and the public failure when it cannot be.
pub(crate) async fn of(
    stack: &Stack,
    tenant: &TenantId,
    call: &CallId,
) -> Result<Result<(), PublicFailure>, Trouble> {
    let store = Store::aws(stack.operator(), stack.output("TableName")?).tenant(tenant);
    let began = Instant::now();
    loop {
        let found = match store.call(call).await {
            Err(StoreError::NotFound { .. }) => None,
            found => Some(found.explain("reading the call")?),
        };
        match found.as_ref().map(|call| call.status) {
            Some(CallStatus::Published) => return Ok(Ok(())),
            Some(CallStatus::Failed) => {
                return Ok(Err(found.and_then(|call| call.failure).unwrap_or_else(nameless)));
            }
            _ if began.elapsed() > SETTLES_WITHIN => return Err(stuck(stack, found.is_some())),
            _ => tokio::time::sleep(Duration::from_millis(250)).await,
        }
    }
}

fn nameless() -> PublicFailure {
    PublicFailure {
        name: "Internal".into(),
        reason: "The call failed without a public reason.".into(),
    }
}

fn stuck(stack: &Stack, known: bool) -> Trouble {
    let what = if known {
        "the call neither finished nor failed"
    } else {
        "the upload never became a call"
    };
    let log =
        stack.description().log.as_ref().map(|log| log.display().to_string()).unwrap_or_default();
    Trouble::new(what)
        .advise(format!("Look for the cause with `cargo xtask local` and its log (here {log})."))
}

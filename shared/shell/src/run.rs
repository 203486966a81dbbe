//! From a payload to a handler and back.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;

use contracts::{Failure, FailureName};
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::log;

/// Serves Lambda invocations with `handler` until the environment ends.
///
/// The payload is parsed here, so that a bad one is the named failure `InvalidInput` and not a Rust path. A
/// failure is logged here, once, with everything that caused it; only its public half leaves the function.
///
/// # Errors
/// When the Runtime API cannot be reached.
pub async fn run<Input, Output, E, Handler, Outcome>(
    handler: Handler,
) -> Result<(), lambda_runtime::Error>
where
    Input: DeserializeOwned,
    Output: Serialize,
    E: Error + 'static,
    for<'a> Failure: From<&'a E>,
    Handler: Fn(Input) -> Outcome,
    Outcome: Future<Output = Result<Output, E>>,
{
    log::start();
    let handler = &handler;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| boxed(handler, event.payload))).await
}

/// One invocation on the heap: handlers hold the SDK's futures, and together with the runtime's they nest deeper
/// than the compiler follows.
fn boxed<'a, Input, Output, E, Outcome>(
    handler: &'a impl Fn(Input) -> Outcome,
    payload: Value,
) -> Pin<Box<dyn Future<Output = Result<Output, Diagnostic>> + 'a>>
where
    Input: DeserializeOwned + 'a,
    Output: Serialize + 'a,
    E: Error + 'static,
    for<'b> Failure: From<&'b E>,
    Outcome: Future<Output = Result<Output, E>> + 'a,
{
    Box::pin(async move { invoke(handler, payload).await.map_err(diagnostic) })
}

async fn invoke<Input, Output, E, Outcome>(
    handler: &impl Fn(Input) -> Outcome,
    payload: Value,
) -> Result<Output, Failure>
where
    Input: DeserializeOwned,
    E: Error + 'static,
    for<'a> Failure: From<&'a E>,
    Outcome: Future<Output = Result<Output, E>>,
{
    let input = serde_json::from_value(payload).map_err(|error| refuse(&error))?;
    handler(input).await.map_err(|error| fail(&error))
}

fn refuse(error: &serde_json::Error) -> Failure {
    tracing::error!(failure.name = %FailureName::InvalidInput, cause = %error, "payload refused");
    Failure::new(FailureName::InvalidInput, "The request does not have the expected form.")
}

fn fail<E: Error + 'static>(error: &E) -> Failure
where
    for<'a> Failure: From<&'a E>,
{
    let failure = Failure::from(error);
    let cause = log::chain(error);
    match failure.name {
        FailureName::Internal => {
            tracing::error!(failure.name = %failure.name, cause, "step failed by a fault of ours");
        }
        _ => tracing::warn!(failure.name = %failure.name, cause, "step failed"),
    }
    failure
}

fn diagnostic(failure: Failure) -> Diagnostic {
    Diagnostic { error_type: failure.name.to_string(), error_message: failure.reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::steps::CallRef;
    use std::future::ready;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[derive(Debug, thiserror::Error)]
    #[error("the file is gone")]
    struct Gone;

    impl From<&Gone> for Failure {
        fn from(_: &Gone) -> Self {
            Self::new(FailureName::NotFound, "The recording is not there any more.")
        }
    }

    fn outcome(payload: Value) -> Result<(), Failure> {
        let handler = |_: CallRef| ready(Err::<(), _>(Gone));
        let mut context = Context::from_waker(Waker::noop());
        match pin!(invoke(&handler, payload)).poll(&mut context) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => unreachable!("the handler is ready at once"),
        }
    }

    #[test]
    fn a_payload_of_another_shape_is_invalid_input() {
        let failure = outcome(serde_json::json!({ "tenantId": 7 })).unwrap_err();
        assert_eq!(failure.name, FailureName::InvalidInput);
    }

    #[test]
    fn an_error_reaches_the_machine_by_name_with_its_public_reason_only() {
        let payload = serde_json::json!({
            "tenantId": "ten_01JD3Y5V0C8Q2M7W9T4B6N1XKE",
            "callId": "call_01JD3Y5V0C8Q2M7W9T4B6N1XKE",
        });
        let diagnostic = diagnostic(outcome(payload).unwrap_err());
        assert_eq!(diagnostic.error_type, "NotFound");
        assert_eq!(diagnostic.error_message, "The recording is not there any more.");
    }
}

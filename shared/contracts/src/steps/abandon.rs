//! What Abandon receives: the call, and the error the state machine caught.

use domain::{CallId, TenantId};
use serde::{Deserialize, Serialize};

/// Input of Abandon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AbandonInput {
    /// Whose call.
    pub tenant_id: TenantId,
    /// Which call.
    pub call_id: CallId,
    /// What was caught.
    pub error: CaughtError,
}

/// An error as Step Functions' `Catch` writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct CaughtError {
    /// The name: one of ours or a reserved one.
    pub error: String,
    /// For a Lambda task a JSON text with `errorMessage`; anything else is not for tenants.
    #[serde(default)]
    pub cause: String,
}

impl CaughtError {
    /// The message a function of ours gave with its error, if it was one.
    pub fn message(&self) -> Option<String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct LambdaError {
            error_message: String,
        }
        serde_json::from_str::<LambdaError>(&self.cause).ok().map(|error| error.error_message)
    }
}

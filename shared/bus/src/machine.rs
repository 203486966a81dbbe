//! The call machine, started once per call.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_sfn::Client;
use contracts::steps::CallRef;

use crate::error::BusError;

/// What a start did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The machine runs now.
    Started,
    /// It was started for this call before.
    AlreadyStarted,
}

/// The call machine. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Machine {
    /// Step Functions.
    Aws {
        /// The client.
        client: Client,
        /// The machine's ARN.
        arn: String,
    },
    /// Remembers what was started, by execution name.
    Memory(Arc<Mutex<BTreeMap<String, CallRef>>>),
}

impl Machine {
    /// The machine with this ARN, in the account and Region of `config`.
    pub fn aws(config: &aws_config::SdkConfig, arn: impl Into<String>) -> Self {
        Self::Aws { client: Client::new(config), arn: arn.into() }
    }

    /// Remembers instead of starting.
    pub fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    /// What the memory backend remembers; empty for the real one.
    pub fn started(&self) -> Vec<CallRef> {
        match self {
            Self::Aws { .. } => vec![],
            Self::Memory(started) => {
                started.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
            }
        }
    }

    /// Starts the machine for a call. The execution's name is the call's id, so a second start finds the
    /// first one, also when both come at once.
    ///
    /// # Errors
    /// When Step Functions refuses for any other reason.
    pub async fn start(&self, call: &CallRef) -> Result<Start, BusError> {
        match self {
            Self::Aws { client, arn } => start_execution(client, arn, call).await,
            Self::Memory(started) => {
                let mut started = started.lock().unwrap_or_else(PoisonError::into_inner);
                let before = started.insert(call.call_id.to_string(), call.clone());
                Ok(if before.is_some() { Start::AlreadyStarted } else { Start::Started })
            }
        }
    }
}

async fn start_execution(client: &Client, arn: &str, call: &CallRef) -> Result<Start, BusError> {
    let request = client.start_execution().state_machine_arn(arn);
    let request = request.name(call.call_id.as_str()).input(serde_json::to_string(call)?);
    match request.send().await {
        Ok(_) => Ok(Start::Started),
        Err(error) if error.as_service_error().is_some_and(|e| e.is_execution_already_exists()) => {
            Ok(Start::AlreadyStarted)
        }
        Err(error) => Err(BusError::refused(error)),
    }
}

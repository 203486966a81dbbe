//! Intake: a stored upload becomes an accepted call.
//!
//! Owns the way from S3's event to a running machine. Does not open the file: what is in it is Ingest's
//! question. The same event any number of times, also at once, starts one machine.

mod config;
mod error;
mod refusal;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use contracts::steps::{CallRef, ObjectCreated};
use domain::{ChannelSides, Recording, RecordingId, Registration, Tenant};
use objects::UploadKey;
use store::TenantStore;

pub use config::Deps;
pub use error::Error;

/// Takes in every upload of a batch. A message that may succeed later is returned to the queue alone.
///
/// # Errors
/// Never as a whole; each message fails for itself.
pub async fn handle(deps: &Deps, batch: SqsEvent) -> Result<SqsBatchResponse, Error> {
    let mut response = SqsBatchResponse::default();
    for message in batch.records {
        if let Err(error) = take_in(deps, &message).await {
            tracing::error!(error = %error.chain(), "upload not taken in; the queue brings it back");
            response.batch_item_failures.push(failed(message));
        }
    }
    Ok(response)
}

fn failed(message: SqsMessage) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message.message_id.unwrap_or_default();
    failure
}

async fn take_in(deps: &Deps, message: &SqsMessage) -> Result<(), Error> {
    let created: ObjectCreated = serde_json::from_str(message.body.as_deref().unwrap_or_default())?;
    let key = match UploadKey::parse(&created.detail.object.key) {
        Ok(key) => key,
        Err(error) => return refusal::off_layout(deps, &created, error).await,
    };
    let tenant = deps.store.tenant(&key.tenant_id);
    match refusal::known(tenant.profile().await)? {
        Some(profile) => accept(deps, &tenant, &profile, &key, &created).await,
        None => refusal::unknown_tenant(deps, &created).await,
    }
}

async fn accept(
    deps: &Deps,
    tenant: &TenantStore,
    profile: &Tenant,
    key: &UploadKey,
    created: &ObjectCreated,
) -> Result<(), Error> {
    let recording = recording(key, profile.channel_sides, created);
    let at = created.time;
    match tenant.register(&key.call_id, key.parts, &recording, at).await? {
        Registration::Complete => start(deps, key).await,
        Registration::Incomplete => Ok(()),
        Registration::Finished => {
            tracing::info!(call.id = %key.call_id, "upload for a finished call changes nothing");
            Ok(())
        }
        Registration::Conflict => refusal::conflict(tenant, key, created).await,
    }
}

fn recording(key: &UploadKey, usual: ChannelSides, created: &ObjectCreated) -> Recording {
    let object = &created.detail.object;
    Recording {
        id: RecordingId::derived(&[key.call_id.as_str(), &key.part.to_string()]),
        part: key.part,
        sides: key.sides.unwrap_or(usual),
        object_key: object.key.clone(),
        bytes: object.size,
    }
}

async fn start(deps: &Deps, key: &UploadKey) -> Result<(), Error> {
    let call = CallRef { tenant_id: key.tenant_id.clone(), call_id: key.call_id.clone() };
    let start = deps.machine.start(&call).await?;
    tracing::info!(tenant.id = %call.tenant_id, call.id = %call.call_id, ?start, "call accepted");
    Ok(())
}

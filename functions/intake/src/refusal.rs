//! Uploads that cannot become a call: told to the tenant where there is one, to the operator where not.

use contracts::FailureName;
use contracts::steps::ObjectCreated;
use domain::call::PublicFailure;
use domain::{CallId, ChannelSides, Recording, RecordingId, Tenant};
use objects::{UploadError, UploadKey};
use store::{RefusedUpload, StoreError, TenantStore};

use crate::{Deps, Error};

/// The profile, or `None` when there is no such tenant.
pub(crate) fn known(profile: Result<Tenant, StoreError>) -> Result<Option<Tenant>, Error> {
    match profile {
        Ok(profile) => Ok(Some(profile)),
        Err(StoreError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// A key outside the layout: a failed call that its tenant can see, or a note for the operator.
pub(crate) async fn off_layout(
    deps: &Deps,
    created: &ObjectCreated,
    error: UploadError,
) -> Result<(), Error> {
    let UploadError::OffLayout { tenant_id, .. } = &error else {
        return tell_operator(deps, created, error.to_string()).await;
    };
    let tenant = deps.store.tenant(tenant_id);
    if known(tenant.profile().await)?.is_none() {
        return unknown_tenant(deps, created).await;
    }
    fail_as_call(&tenant, created, format!("The object key is outside the layout: {error}.")).await
}

/// A key whose tenant does not exist.
pub(crate) async fn unknown_tenant(deps: &Deps, created: &ObjectCreated) -> Result<(), Error> {
    tell_operator(deps, created, "the key names a tenant that does not exist".into()).await
}

/// A second, different file in a place that is taken: the first one stands.
pub(crate) async fn conflict(
    tenant: &TenantStore,
    key: &UploadKey,
    created: &ObjectCreated,
) -> Result<(), Error> {
    let reason = format!(
        "Part {} of {} of call {} is taken by another file, or the call has another number of parts; the \
         first upload stands.",
        key.part, key.parts, key.call_id
    );
    fail_as_call(tenant, created, reason).await
}

async fn tell_operator(deps: &Deps, created: &ObjectCreated, reason: String) -> Result<(), Error> {
    let object_key = created.detail.object.key.clone();
    tracing::warn!(object.key = object_key, reason, "upload refused");
    deps.store.refuse_upload(&RefusedUpload { object_key, reason, at: created.time }).await?;
    Ok(())
}

/// Records a call that failed before it began, under an id that follows from the key, and tells the tenant.
async fn fail_as_call(
    tenant: &TenantStore,
    created: &ObjectCreated,
    reason: String,
) -> Result<(), Error> {
    let call_id = UploadKey::refused_call_id(&created.detail.object.key);
    tenant.register(&call_id, 1, &stray(&call_id, created), created.time).await?;
    let failure = PublicFailure { name: FailureName::InvalidInput.to_string(), reason };
    tenant.fail(&call_id, failure, created.time).await?;
    Ok(())
}

fn stray(call_id: &CallId, created: &ObjectCreated) -> Recording {
    let object = &created.detail.object;
    Recording {
        id: RecordingId::derived(&[call_id.as_str(), "1"]),
        part: 1,
        sides: ChannelSides::Mixed,
        object_key: object.key.clone(),
        bytes: object.size,
    }
}

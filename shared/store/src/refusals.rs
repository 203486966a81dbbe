//! Uploads that belong to nobody: no tenant can be told, so the operator is.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::record::{Expect, Put};
use crate::{Store, keys};

/// An upload that belongs to no tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedUpload {
    /// The object's key, as it was uploaded.
    pub object_key: String,
    /// What was expected and what was found.
    pub reason: String,
    /// When the object was stored.
    pub at: Timestamp,
}

impl Store {
    /// Notes an upload that belongs to no tenant. The same upload again changes nothing.
    ///
    /// # Errors
    /// When the table refuses.
    pub async fn refuse_upload(&self, refused: &RefusedUpload) -> Result<(), StoreError> {
        let identity = domain::RecordingId::derived(&[&refused.object_key]);
        let key = keys::refused_upload(refused.at, identity.as_str());
        let put = Put::new(key, "RefusedUpload", refused, Expect::Anything)?;
        self.table.write(vec![put]).await
    }

    /// Every refused upload, oldest first.
    ///
    /// # Errors
    /// When the table refuses or an item cannot be read.
    pub async fn refused_uploads(&self) -> Result<Vec<RefusedUpload>, StoreError> {
        let records = self.table.query(keys::OPERATOR, keys::REFUSED).await?;
        records.iter().map(|record| record.parse("refused upload")).collect()
    }
}

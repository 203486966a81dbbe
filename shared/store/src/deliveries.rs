//! The outbox: events on their way to destinations, with their attempt history.

use domain::{Delivery, DeliveryId};

use crate::error::StoreError;
use crate::record::{Expect, Put};
use crate::{TenantStore, keys};

/// A delivery as it was read; saving it fails when someone else saved it since.
#[derive(Debug, Clone)]
pub struct OpenDelivery {
    /// The delivery, to be changed and saved.
    pub delivery: Delivery,
    version: u64,
}

impl TenantStore {
    /// Reads one delivery for changing it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the tenant has no such delivery.
    pub async fn open_delivery(&self, id: &DeliveryId) -> Result<OpenDelivery, StoreError> {
        let found = self.table.get(&keys::delivery(&self.id, id)).await?;
        let record =
            found.ok_or_else(|| StoreError::NotFound { what: format!("delivery {id}") })?;
        Ok(OpenDelivery { delivery: record.parse("delivery")?, version: record.version })
    }

    /// Saves a changed delivery.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when someone else saved it since it was opened.
    pub async fn save_delivery(&self, open: &OpenDelivery) -> Result<(), StoreError> {
        let put = self.put_delivery(&open.delivery, Expect::Version(open.version))?;
        self.table.write(vec![put]).await
    }

    /// Every delivery of the tenant, in order of id.
    ///
    /// # Errors
    /// When the table refuses or an item cannot be read.
    pub async fn deliveries(&self) -> Result<Vec<Delivery>, StoreError> {
        self.all(keys::DELIVERIES, "delivery").await
    }

    pub(crate) fn put_delivery(
        &self,
        delivery: &Delivery,
        expect: Expect,
    ) -> Result<Put, StoreError> {
        Put::new(keys::delivery(&self.id, &delivery.id), "Delivery", delivery, expect)
    }
}

//! What a tenant is and what it set up: profile, destinations, trackers.

use domain::{Destination, Tenant, Tracker};
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::record::{Expect, Put};
use crate::{TenantStore, keys};

impl TenantStore {
    /// The tenant's profile.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such tenant.
    pub async fn profile(&self) -> Result<Tenant, StoreError> {
        let found = self.table.get(&keys::profile(&self.id)).await?;
        let missing = || StoreError::NotFound { what: format!("tenant {}", self.id) };
        found.ok_or_else(missing)?.parse("tenant")
    }

    /// Writes the tenant's profile over what was there.
    ///
    /// # Errors
    /// When the table refuses.
    pub async fn save_profile(&self, tenant: &Tenant) -> Result<(), StoreError> {
        let key = keys::profile(&self.id);
        self.table.write(vec![Put::new(key, "Tenant", tenant, Expect::Anything)?]).await
    }

    /// Where the tenant wants results, in order of id.
    ///
    /// # Errors
    /// When the table refuses or an item cannot be read.
    pub async fn destinations(&self) -> Result<Vec<Destination>, StoreError> {
        self.all(keys::DESTINATIONS, "destination").await
    }

    /// Adds or replaces a destination.
    ///
    /// # Errors
    /// When the table refuses.
    pub async fn save_destination(&self, destination: &Destination) -> Result<(), StoreError> {
        let key = keys::destination(&self.id, destination);
        self.table.write(vec![Put::new(key, "Destination", destination, Expect::Anything)?]).await
    }

    /// The tenant's trackers, in order of id.
    ///
    /// # Errors
    /// When the table refuses or an item cannot be read.
    pub async fn trackers(&self) -> Result<Vec<Tracker>, StoreError> {
        self.all(keys::TRACKERS, "tracker").await
    }

    /// Adds or replaces a tracker.
    ///
    /// # Errors
    /// When the table refuses.
    pub async fn save_tracker(&self, tracker: &Tracker) -> Result<(), StoreError> {
        let key = keys::tracker(&self.id, &tracker.id);
        self.table.write(vec![Put::new(key, "Tracker", tracker, Expect::Anything)?]).await
    }

    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        prefix: &str,
        what: &'static str,
    ) -> Result<Vec<T>, StoreError> {
        let records = self.table.query(&keys::partition(&self.id), prefix).await?;
        records.iter().map(|record| record.parse(what)).collect()
    }
}

//! The one DynamoDB table: tenants, calls, usage and deliveries.
//!
//! Owns keys, conditions and transactions. Does not own what the items mean (`domain`). The only handle with
//! read and write methods is [`Store::tenant`]: a query without a tenant cannot be written. A memory backend
//! ships beside the real one; `tests/adapters` runs one suite on both.

mod calls;
mod deliveries;
mod dynamo;
mod error;
mod keys;
mod memory;
mod record;
mod refusals;
mod settings;
mod table;

use domain::TenantId;

pub use deliveries::OpenDelivery;
pub use error::StoreError;
pub use refusals::RefusedUpload;
use table::Table;

/// The table. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Store {
    /// The table of this name in the account and Region of `config`.
    pub fn aws(config: &aws_config::SdkConfig, table_name: impl Into<String>) -> Self {
        Self { table: Table::Dynamo(dynamo::Dynamo::new(config, table_name.into())) }
    }

    /// An empty table in memory, with the same conditions and the same conflicts.
    pub fn memory() -> Self {
        Self { table: Table::Memory(memory::Memory::default()) }
    }

    /// Everything of one tenant, and nothing else.
    pub fn tenant(&self, id: &TenantId) -> TenantStore {
        TenantStore { table: self.table.clone(), id: id.clone() }
    }
}

/// Reads and writes of one tenant.
#[derive(Debug, Clone)]
pub struct TenantStore {
    table: Table,
    id: TenantId,
}

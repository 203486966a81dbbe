//! Items as both backends store them, and writes on conditions.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::StoreError;
use crate::keys::Key;

/// A stored item: its fields, and the version that every write raises by one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Record {
    pub version: u64,
    pub body: Value,
}

impl Record {
    pub(crate) fn parse<T: DeserializeOwned>(&self, what: &'static str) -> Result<T, StoreError> {
        serde_json::from_value(self.body.clone())
            .map_err(|source| StoreError::Corrupt { what, source })
    }
}

/// What must be true of the item for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Nothing: the last writer wins.
    Anything,
    /// The item does not exist yet.
    Absent,
    /// The item is as it was read.
    Version(u64),
}

/// One write.
#[derive(Debug, Clone)]
pub(crate) struct Put {
    pub key: Key,
    /// Names the item's type for readers of the stream.
    pub entity: &'static str,
    pub body: Value,
    pub expect: Expect,
}

impl Put {
    pub(crate) fn new<T: Serialize>(
        key: Key,
        entity: &'static str,
        item: &T,
        expect: Expect,
    ) -> Result<Self, StoreError> {
        let body = serde_json::to_value(item)
            .map_err(|source| StoreError::Corrupt { what: entity, source })?;
        Ok(Self { key, entity, body, expect })
    }

    /// The version the item has after this write.
    pub(crate) fn version_after(&self) -> u64 {
        match self.expect {
            Expect::Version(version) => version + 1,
            Expect::Anything | Expect::Absent => 1,
        }
    }
}

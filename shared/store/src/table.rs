//! What both backends can do: read one item, read a range, write some items together on conditions.

use crate::error::StoreError;
use crate::keys::Key;
use crate::record::{Put, Record};
use crate::{dynamo, memory};

#[derive(Debug, Clone)]
pub(crate) enum Table {
    Dynamo(dynamo::Dynamo),
    Memory(memory::Memory),
}

impl Table {
    /// Reads one item, seeing every write that finished before.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Record>, StoreError> {
        match self {
            Self::Dynamo(dynamo) => dynamo.get(key).await,
            Self::Memory(memory) => Ok(memory.get(key)),
        }
    }

    /// Reads every item of a partition whose sort key begins with `prefix`, in order of the sort key.
    pub(crate) async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Record>, StoreError> {
        match self {
            Self::Dynamo(dynamo) => dynamo.query(pk, prefix).await,
            Self::Memory(memory) => Ok(memory.query(pk, prefix)),
        }
    }

    /// Writes all of `puts` or none of them.
    pub(crate) async fn write(&self, puts: Vec<Put>) -> Result<(), StoreError> {
        match self {
            Self::Dynamo(dynamo) => dynamo.write(puts).await,
            Self::Memory(memory) => memory.write(puts),
        }
    }
}

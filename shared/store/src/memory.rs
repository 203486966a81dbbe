//! The table in memory, for tests: same conditions, same conflicts, same order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::StoreError;
use crate::keys::Key;
use crate::record::{Expect, Put, Record};

type Items = BTreeMap<Key, Record>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    items: Arc<Mutex<Items>>,
}

impl Memory {
    fn items(&self) -> MutexGuard<'_, Items> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, key: &Key) -> Option<Record> {
        self.items().get(key).cloned()
    }

    pub(crate) fn query(&self, pk: &str, prefix: &str) -> Vec<Record> {
        let items = self.items();
        let in_range = |key: &&Key| key.pk == pk && key.sk.starts_with(prefix);
        items.iter().filter(|(key, _)| in_range(key)).map(|(_, record)| record.clone()).collect()
    }

    pub(crate) fn write(&self, puts: Vec<Put>) -> Result<(), StoreError> {
        let mut items = self.items();
        if !puts.iter().all(|put| holds(&items, put)) {
            return Err(StoreError::Conflict);
        }
        for put in puts {
            let record = Record { version: put.version_after(), body: put.body };
            items.insert(put.key, record);
        }
        Ok(())
    }
}

fn holds(items: &Items, put: &Put) -> bool {
    let found = items.get(&put.key);
    match put.expect {
        Expect::Anything => true,
        Expect::Absent => found.is_none(),
        Expect::Version(version) => found.is_some_and(|record| record.version == version),
    }
}

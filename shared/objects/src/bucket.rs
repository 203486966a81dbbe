//! What both backends can do with one bucket.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::ObjectError;
use crate::s3::S3;

type Objects = BTreeMap<String, Vec<u8>>;

#[derive(Debug, Clone)]
pub(crate) enum Bucket {
    S3(S3),
    Memory(Arc<Mutex<Objects>>),
}

impl Bucket {
    pub(crate) fn aws(config: &aws_config::SdkConfig, name: String) -> Self {
        Self::S3(S3::new(config, name))
    }

    pub(crate) fn memory() -> Self {
        Self::Memory(Arc::default())
    }

    pub(crate) async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        media_type: &str,
    ) -> Result<(), ObjectError> {
        match self {
            Self::S3(s3) => s3.put(key, body, media_type).await,
            Self::Memory(objects) => {
                lock(objects).insert(key.to_owned(), body);
                Ok(())
            }
        }
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Vec<u8>, ObjectError> {
        match self {
            Self::S3(s3) => s3.get(key, None).await,
            Self::Memory(objects) => found(&lock(objects), key).cloned(),
        }
    }

    /// Reads `length` bytes from `offset`; fewer at the end of the object.
    pub(crate) async fn get_range(
        &self,
        key: &str,
        offset: u64,
        length: u64,
    ) -> Result<Vec<u8>, ObjectError> {
        match self {
            Self::S3(s3) => s3.get(key, Some((offset, length))).await,
            Self::Memory(objects) => {
                let objects = lock(objects);
                let body = found(&objects, key)?;
                let end = offset.saturating_add(length).min(body.len() as u64);
                let start = offset.min(end);
                Ok(body[start as usize..end as usize].to_vec())
            }
        }
    }

    pub(crate) async fn length(&self, key: &str) -> Result<u64, ObjectError> {
        match self {
            Self::S3(s3) => s3.length(key).await,
            Self::Memory(objects) => Ok(found(&lock(objects), key)?.len() as u64),
        }
    }

    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<String>, ObjectError> {
        match self {
            Self::S3(s3) => s3.list(prefix).await,
            Self::Memory(objects) => {
                let objects = lock(objects);
                Ok(objects.keys().filter(|key| key.starts_with(prefix)).cloned().collect())
            }
        }
    }

    pub(crate) async fn download(&self, key: &str, path: &Path) -> Result<(), ObjectError> {
        match self {
            Self::S3(s3) => s3.download(key, path).await,
            Self::Memory(objects) => Ok(std::fs::write(path, found(&lock(objects), key)?)?),
        }
    }

    pub(crate) async fn link(&self, key: &str, valid_for: Duration) -> Result<String, ObjectError> {
        match self {
            Self::S3(s3) => s3.link(key, valid_for).await,
            Self::Memory(objects) => {
                found(&lock(objects), key)?;
                Ok(format!("memory:///{key}?valid-for={}", valid_for.as_secs()))
            }
        }
    }
}

fn lock(objects: &Mutex<Objects>) -> MutexGuard<'_, Objects> {
    objects.lock().unwrap_or_else(PoisonError::into_inner)
}

fn found<'a>(objects: &'a Objects, key: &str) -> Result<&'a Vec<u8>, ObjectError> {
    objects.get(key).ok_or_else(|| ObjectError::NotFound { key: key.to_owned() })
}

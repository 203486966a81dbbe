//! The two buckets: recordings as they were uploaded, and what was made of them.
//!
//! Owns object keys and the upload layout. Does not own the documents' shapes (`contracts`). Result keys are
//! built from a [`CallRef`] only, so that an object of another tenant cannot be named. A memory backend ships
//! beside the real one.

mod bucket;
mod error;
mod keys;
mod reader;
mod s3;
mod upload;

use contracts::steps::CallRef;
use serde::Serialize;
use serde::de::DeserializeOwned;

use bucket::Bucket;
pub use error::ObjectError;
pub use keys::{AnalysisName, ResultKey};
pub use reader::RangeReader;
pub use upload::{UploadError, UploadKey};

/// Uploaded recordings. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Recordings {
    bucket: Bucket,
}

impl Recordings {
    /// The bucket of this name in the account and Region of `config`.
    pub fn aws(config: &aws_config::SdkConfig, name: impl Into<String>) -> Self {
        Self { bucket: Bucket::aws(config, name.into()) }
    }

    /// An empty bucket in memory.
    pub fn memory() -> Self {
        Self { bucket: Bucket::memory() }
    }

    /// A reader over one recording that fetches ranges as they are read; for blocking decoders.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] when the recording was deleted.
    pub async fn open(&self, object_key: &str) -> Result<RangeReader, ObjectError> {
        RangeReader::open(self.bucket.clone(), object_key).await
    }

    /// Stores a recording; what a tenant's upload does.
    ///
    /// # Errors
    /// When the bucket refuses.
    pub async fn put(&self, object_key: &str, body: Vec<u8>) -> Result<(), ObjectError> {
        self.bucket.put(object_key, body, "application/octet-stream").await
    }
}

/// What was made of calls. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Results {
    bucket: Bucket,
}

impl Results {
    /// The bucket of this name in the account and Region of `config`.
    pub fn aws(config: &aws_config::SdkConfig, name: impl Into<String>) -> Self {
        Self { bucket: Bucket::aws(config, name.into()) }
    }

    /// An empty bucket in memory.
    pub fn memory() -> Self {
        Self { bucket: Bucket::memory() }
    }

    /// The objects of one call, and nothing else.
    pub fn call(&self, call: &CallRef) -> CallResults {
        CallResults { bucket: self.bucket.clone(), call: call.clone() }
    }
}

/// Reads and writes of one call's objects.
#[derive(Debug, Clone)]
pub struct CallResults {
    bucket: Bucket,
    call: CallRef,
}

impl CallResults {
    /// Where an object lies, for handing on.
    pub fn key(&self, key: &ResultKey) -> String {
        key.object_key(&self.call)
    }

    /// Stores bytes under their media type.
    ///
    /// # Errors
    /// When the bucket refuses.
    pub async fn put(&self, key: &ResultKey, body: Vec<u8>) -> Result<(), ObjectError> {
        self.bucket.put(&self.key(key), body, key.media_type()).await
    }

    /// Stores a document as JSON.
    ///
    /// # Errors
    /// When the bucket refuses.
    pub async fn put_json<T: Serialize>(
        &self,
        key: &ResultKey,
        item: &T,
    ) -> Result<(), ObjectError> {
        let body = serde_json::to_vec(item)
            .map_err(|source| ObjectError::Corrupt { key: self.key(key), source })?;
        self.put(key, body).await
    }

    /// Reads bytes.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] when there is no such object.
    pub async fn get(&self, key: &ResultKey) -> Result<Vec<u8>, ObjectError> {
        self.bucket.get(&self.key(key)).await
    }

    /// Reads a JSON document.
    ///
    /// # Errors
    /// [`ObjectError::NotFound`] when there is no such object, [`ObjectError::Corrupt`] when it does not parse.
    pub async fn get_json<T: DeserializeOwned>(&self, key: &ResultKey) -> Result<T, ObjectError> {
        let body = self.get(key).await?;
        serde_json::from_slice(&body)
            .map_err(|source| ObjectError::Corrupt { key: self.key(key), source })
    }

    /// A link that lets its holder read one object until it expires.
    ///
    /// # Errors
    /// When no credentials can be had for signing.
    pub async fn link(
        &self,
        key: &ResultKey,
        valid_for: std::time::Duration,
    ) -> Result<String, ObjectError> {
        self.bucket.link(&self.key(key), valid_for).await
    }
}

/// A folder of model weights in a bucket, downloaded when a function starts.
#[derive(Debug, Clone)]
pub struct Models {
    bucket: Bucket,
}

impl Models {
    /// The bucket of this name in the account and Region of `config`.
    pub fn aws(config: &aws_config::SdkConfig, name: impl Into<String>) -> Self {
        Self { bucket: Bucket::aws(config, name.into()) }
    }

    /// Copies every object under `prefix` into `folder`, keeping the names after the prefix.
    ///
    /// # Errors
    /// When an object cannot be read or a file cannot be written.
    pub async fn download(
        &self,
        prefix: &str,
        folder: &std::path::Path,
    ) -> Result<(), ObjectError> {
        for key in self.bucket.list(prefix).await? {
            let name = key.rsplit('/').next().unwrap_or(&key).to_owned();
            self.bucket.download(&key, &folder.join(name)).await?;
        }
        Ok(())
    }
}

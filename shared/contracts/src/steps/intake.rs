//! What intake receives: S3's "Object Created" event as EventBridge delivers it through the queue.

use serde::{Deserialize, Serialize};

/// The part of S3's "Object Created" event that intake reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectCreated {
    /// When S3 stored the object.
    pub time: jiff::Timestamp,
    /// What was stored.
    pub detail: ObjectCreatedDetail,
}

/// What was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectCreatedDetail {
    /// In which bucket.
    pub bucket: S3Bucket,
    /// Which object.
    pub object: S3Object,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3Bucket {
    /// Its name.
    pub name: String,
}

/// An object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3Object {
    /// Its key, not URL-encoded (EventBridge differs here from S3's own notifications).
    pub key: String,
    /// Its size in bytes.
    #[serde(default)]
    pub size: u64,
}

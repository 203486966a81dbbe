//! One bucket in S3.

use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use tokio::io::AsyncWriteExt;

use crate::error::ObjectError;

#[derive(Debug, Clone)]
pub(crate) struct S3 {
    client: Client,
    bucket: String,
}

impl S3 {
    /// Path-style addresses are used when an endpoint is given, because a local AWS has no wildcard DNS.
    pub(crate) fn new(config: &aws_config::SdkConfig, bucket: String) -> Self {
        let local = config.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(config).force_path_style(local).build();
        Self { client: Client::from_conf(config), bucket }
    }

    pub(crate) async fn put(
        &self,
        key: &str,
        body: Vec<u8>,
        media_type: &str,
    ) -> Result<(), ObjectError> {
        let request = self.client.put_object().bucket(&self.bucket).key(key);
        let request = request.content_type(media_type).body(ByteStream::from(body));
        request.send().await.map_err(|error| refused(key, error))?;
        Ok(())
    }

    pub(crate) async fn get(
        &self,
        key: &str,
        range: Option<(u64, u64)>,
    ) -> Result<Vec<u8>, ObjectError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let range = range.map(|(offset, length)| {
            format!("bytes={offset}-{}", offset.saturating_add(length).saturating_sub(1))
        });
        let answer = request.set_range(range).send().await.map_err(|error| refused(key, error))?;
        let body = answer.body.collect().await.map_err(broken)?;
        Ok(body.to_vec())
    }

    pub(crate) async fn length(&self, key: &str) -> Result<u64, ObjectError> {
        let request = self.client.head_object().bucket(&self.bucket).key(key);
        let answer = request.send().await.map_err(|error| refused(key, error))?;
        Ok(answer.content_length.and_then(|length| u64::try_from(length).ok()).unwrap_or(0))
    }

    pub(crate) async fn list(&self, prefix: &str) -> Result<Vec<String>, ObjectError> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = request.into_paginator().send();
        let mut keys = vec![];
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| refused(prefix, error))?;
            keys.extend(page.contents.into_iter().flatten().filter_map(|object| object.key));
        }
        Ok(keys)
    }

    pub(crate) async fn download(&self, key: &str, path: &Path) -> Result<(), ObjectError> {
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let mut body = request.send().await.map_err(|error| refused(key, error))?.body;
        let mut file = tokio::fs::File::create(path).await?;
        while let Some(bytes) = body.try_next().await.map_err(broken)? {
            file.write_all(&bytes).await?;
        }
        Ok(file.flush().await?)
    }

    pub(crate) async fn link(&self, key: &str, valid_for: Duration) -> Result<String, ObjectError> {
        let config = PresigningConfig::expires_in(valid_for).map_err(broken)?;
        let request = self.client.get_object().bucket(&self.bucket).key(key);
        let signed = request.presigned(config).await.map_err(|error| refused(key, error))?;
        Ok(signed.uri().to_owned())
    }
}

fn broken(error: impl std::fmt::Display) -> ObjectError {
    ObjectError::Unavailable(error.to_string())
}

/// Sorts a refusal by what the caller should do next.
fn refused<E: ProvideErrorMetadata, R>(key: &str, error: SdkError<E, R>) -> ObjectError {
    match error.code() {
        Some("NoSuchKey" | "NotFound" | "NoSuchVersion") => {
            ObjectError::NotFound { key: key.to_owned() }
        }
        Some("SlowDown" | "ThrottlingException" | "RequestLimitExceeded") => ObjectError::Throttled,
        Some(code) => {
            ObjectError::Unavailable(format!("{code}: {}", error.message().unwrap_or_default()))
        }
        None => ObjectError::Unavailable(error.to_string()),
    }
}

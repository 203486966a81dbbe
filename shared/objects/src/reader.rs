//! A recording as a seekable reader that holds a few megabytes at a time, however long the file is.

use std::io::{self, Read, Seek, SeekFrom};

use tokio::runtime::Handle;

use crate::bucket::Bucket;
use crate::error::ObjectError;

/// Bytes fetched at once: large enough that a request's round trip is small beside its transfer, small
/// enough that two of them are nothing beside the memory of the smallest function.
const BLOCK_BYTES: u64 = 4 * 1024 * 1024;

/// A recording as a seekable reader that fetches ranges as they are read.
///
/// Reading blocks: use it on a blocking thread of the runtime it was opened on.
#[derive(Debug)]
pub struct RangeReader {
    bucket: Bucket,
    key: String,
    length: u64,
    position: u64,
    block: Vec<u8>,
    block_start: u64,
    runtime: Handle,
}

impl RangeReader {
    pub(crate) async fn open(bucket: Bucket, key: &str) -> Result<Self, ObjectError> {
        let length = bucket.length(key).await?;
        let (key, runtime) = (key.to_owned(), Handle::current());
        Ok(Self { bucket, key, length, position: 0, block: vec![], block_start: 0, runtime })
    }

    /// Size of the recording in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The buffered bytes from the position on.
    fn buffered(&self) -> &[u8] {
        let offset = self.position.checked_sub(self.block_start);
        let offset = offset.and_then(|offset| usize::try_from(offset).ok());
        offset.and_then(|offset| self.block.get(offset..)).unwrap_or_default()
    }

    fn fetch(&mut self) -> io::Result<()> {
        let range = self.bucket.get_range(&self.key, self.position, BLOCK_BYTES);
        self.block = self.runtime.block_on(range).map_err(io::Error::other)?;
        self.block_start = self.position;
        Ok(())
    }
}

impl Read for RangeReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.position >= self.length {
            return Ok(0);
        }
        if self.buffered().is_empty() {
            self.fetch()?;
        }
        let available = self.buffered();
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for RangeReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.length.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        let before_start = || io::Error::new(io::ErrorKind::InvalidInput, "seek before the start");
        self.position = target.ok_or_else(before_start)?;
        Ok(self.position)
    }
}

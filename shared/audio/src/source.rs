//! The caller's byte source, watched so that a storage fault is never mistaken for damaged media.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use symphonia::core::io::MediaSource;

/// A source that remembers its first failure.
///
/// Demuxers turn some read errors into "end of stream" or "unexpected marker". The watch keeps the
/// original error, and [`Faults::take`] hands it out when decoding ends, however it ended.
pub(crate) struct Watched {
    inner: Box<dyn MediaSource>,
    faults: Faults,
}

/// The shared slot for a source's first failure.
#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<Option<io::Error>>>);

impl Watched {
    pub(crate) fn new(inner: Box<dyn MediaSource>) -> (Self, Faults) {
        let faults = Faults::default();
        (Self { inner, faults: faults.clone() }, faults)
    }
}

impl Faults {
    /// The first failure since the last call.
    pub(crate) fn take(&self) -> Option<io::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn note(&self, error: io::Error) -> io::Error {
        let copy = io::Error::new(error.kind(), error.to_string());
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.get_or_insert(error);
        copy
    }
}

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.inner.read(buf) {
            Err(error) if error.kind() != io::ErrorKind::Interrupted => {
                Err(self.faults.note(error))
            }
            other => other,
        }
    }
}

impl Seek for Watched {
    /// A seek to nonsense is the file's fault, not the storage's, so it is passed on unrecorded.
    fn seek(&mut self, pos: SeekFrom) -> io::Result<u64> {
        self.inner.seek(pos)
    }
}

impl MediaSource for Watched {
    fn is_seekable(&self) -> bool {
        self.inner.is_seekable()
    }

    fn byte_len(&self) -> Option<u64> {
        self.inner.byte_len()
    }
}

/// Reads until `buf` is full or the source ends; returns how much there was.
pub(crate) fn read_up_to(source: &mut impl Read, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match source.read(&mut buf[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

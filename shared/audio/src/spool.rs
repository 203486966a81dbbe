//! 16 kHz mono samples on disk, so that memory does not grow with the recording.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use crate::SAMPLE_RATE;

/// Samples per millisecond.
pub(crate) const SAMPLES_PER_MS: u64 = SAMPLE_RATE as u64 / 1000;

/// The samples of one channel: 16 kHz, mono, signed 16-bit, in a nameless scratch file.
///
/// The file has no name in the folder, so the system reclaims it when the last clone is dropped,
/// whatever happens to the process. Clones share the file; reads do not move a cursor.
#[derive(Debug, Clone)]
pub struct Spool {
    file: Arc<File>,
    samples: u64,
}

impl Spool {
    /// Number of samples.
    pub fn len(&self) -> u64 {
        self.samples
    }

    /// Whether there is not a single sample.
    pub fn is_empty(&self) -> bool {
        self.samples == 0
    }

    /// Length in milliseconds, rounded down.
    pub fn duration_ms(&self) -> u64 {
        self.samples / SAMPLES_PER_MS
    }

    /// The samples from `start` on, at most `count`; fewer (or none) where the spool ends first.
    pub fn read_range(&self, start: u64, count: usize) -> io::Result<Vec<i16>> {
        let left = self.samples.saturating_sub(start);
        let count = usize::try_from(left).unwrap_or(usize::MAX).min(count);
        let mut bytes = vec![0; count * 2];
        self.file.read_exact_at(&mut bytes, start * 2)?;
        Ok(bytes.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect())
    }

    /// All samples in blocks of `block` samples; only the last may be shorter.
    pub fn blocks(&self, block: usize) -> impl Iterator<Item = io::Result<Vec<i16>>> + '_ {
        let starts = (0..self.samples).step_by(block.max(1));
        starts.map(move |start| self.read_range(start, block.max(1)))
    }

    /// Writes samples to a new nameless file in `scratch_dir`.
    pub fn from_samples(scratch_dir: &Path, samples: &[i16]) -> io::Result<Self> {
        let mut writer = SpoolWriter::create(scratch_dir)?;
        writer.append(samples)?;
        writer.finish()
    }
}

/// Appends to a [`Spool`] that is being made.
#[derive(Debug)]
pub(crate) struct SpoolWriter {
    file: BufWriter<File>,
    samples: u64,
}

impl SpoolWriter {
    pub(crate) fn create(scratch_dir: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(scratch_dir)?;
        Ok(Self { file: BufWriter::with_capacity(64 * 1024, file), samples: 0 })
    }

    pub(crate) fn append(&mut self, samples: &[i16]) -> io::Result<()> {
        for sample in samples {
            self.file.write_all(&sample.to_le_bytes())?;
        }
        self.samples += samples.len() as u64;
        Ok(())
    }

    pub(crate) fn duration_ms(&self) -> u64 {
        self.samples / SAMPLES_PER_MS
    }

    pub(crate) fn finish(self) -> io::Result<Spool> {
        let file = self.file.into_inner().map_err(|error| error.into_error())?;
        Ok(Spool { file: Arc::new(file), samples: self.samples })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spool_gives_back_what_was_written_and_stops_at_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let samples: Vec<i16> = (0..1000).collect();
        let spool = Spool::from_samples(folder.path(), &samples).unwrap();
        assert_eq!(spool.read_range(990, 100).unwrap(), (990..1000).collect::<Vec<_>>());
        assert!(spool.read_range(2000, 10).unwrap().is_empty());
        let joined: Vec<i16> = spool.blocks(64).flat_map(Result::unwrap).collect();
        assert_eq!(joined, samples);
    }

    #[test]
    fn a_spool_leaves_no_file_behind() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::from_samples(folder.path(), &[1, 2, 3]).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert_eq!(spool.len(), 3);
    }
}

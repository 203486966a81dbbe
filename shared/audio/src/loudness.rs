//! Loudness for pictures and for speech: what a report's lanes draw.

use std::io;

use crate::activity::decibels;
use crate::correlation::energy;
use crate::region::Region;
use crate::spool::{SAMPLES_PER_MS, Spool};
use crate::tracks::to_float;

/// Samples read at once when a stretch is measured: 1 s.
const AT_ONCE: u64 = 1000 * SAMPLES_PER_MS;

/// The track as `buckets` bars of equal length: the largest sample of each, 0 to 255, linear.
/// Empty for an empty track; fewer bars than asked for only when there are fewer samples.
///
/// # Errors
///
/// When the scratch file cannot be read.
pub fn peaks(spool: &Spool, buckets: usize) -> io::Result<Vec<u8>> {
    let buckets = (buckets as u64).min(spool.len());
    let border = |bucket: u64| bucket * spool.len() / buckets;
    (0..buckets).map(|bucket| peak(spool, border(bucket), border(bucket + 1))).collect()
}

fn peak(spool: &Spool, start: u64, end: u64) -> io::Result<u8> {
    let mut peak = 0;
    for from in (start..end).step_by(AT_ONCE as usize) {
        let count = (end - from).min(AT_ONCE) as usize;
        let samples = spool.read_range(from, count)?;
        peak = samples.iter().map(|sample| sample.unsigned_abs()).fold(peak, u16::max);
    }
    Ok((peak.min(32_767) >> 7) as u8)
}

/// Root mean square of a stretch in dBFS, from -120 to 0, where a full-scale square wave is 0.
///
/// # Errors
///
/// When the scratch file cannot be read.
pub fn level_dbfs(spool: &Spool, region: Region) -> io::Result<i8> {
    let (start, end) = (region.start_ms * SAMPLES_PER_MS, region.end_ms * SAMPLES_PER_MS);
    let (mut sum, mut count) = (0.0f64, 0);
    for from in (start..end.min(spool.len())).step_by(AT_ONCE as usize) {
        let samples = to_float(&spool.read_range(from, (end - from).min(AT_ONCE) as usize)?);
        sum += f64::from(energy(&samples));
        count += samples.len();
    }
    Ok(decibels((sum / count.max(1) as f64) as f32))
}

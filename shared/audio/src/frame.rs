//! The grid that voice and level are measured on.

use crate::SAMPLE_RATE;

/// Samples per frame: what the voice detector takes.
pub(crate) const FRAME: usize = 256;

/// Length of a frame in milliseconds.
pub(crate) const FRAME_MS: u64 = FRAME as u64 * 1000 / SAMPLE_RATE as u64;

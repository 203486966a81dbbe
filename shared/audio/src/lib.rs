//! Any recording in, speech windows out.
//!
//! Owns the way from media bytes to model input: which container and codec it is, 16 kHz mono
//! samples per channel on disk, which channels are one sound, where speech is, and windows of at
//! most 30 s cut in silence. Memory does not grow with the recording.
//!
//! Knows nothing of the cloud, of tenants, of async, and of what the words are.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let source = Box::new(std::fs::File::open("call.wav")?);
//! let decoded = audio::decode(source, &std::env::temp_dir(), &Default::default())?;
//! for track in audio::tracks(&decoded)?.iter().filter(|track| !track.silent) {
//!     let activity = audio::Activity::measure(&track.spool)?;
//!     let speech = activity.speech_regions(&Default::default());
//!     for window in audio::pack_windows(&speech, &activity, &Default::default()) {
//!         let samples = window.read_pcm(&track.spool)?;
//!     }
//! }
//! # Ok(())
//! # }
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

mod activity;
mod bleed;
mod block;
mod codec_name;
mod correlation;
mod decode;
mod demux;
mod error;
mod format;
mod frame;
mod loudness;
mod opus;
mod pcm;
mod region;
mod resample;
mod sniff;
mod source;
mod speech;
mod spool;
mod stream_clock;
mod tone;
mod tracks;
mod wav;
mod windows;

pub use symphonia::core::io::MediaSource;

pub use activity::Activity;
pub use bleed::{Side, suppress_bleed};
pub use decode::{DecodeLimits, Decoded, decode};
pub use error::DecodeError;
pub use format::{Container, MediaFormat};
pub use loudness::{level_dbfs, peaks};
pub use region::{Region, talk_and_overlap_ms};
pub use speech::VadOptions;
pub use spool::Spool;
pub use tracks::{Track, tracks};
pub use windows::{PackOptions, Window, pack_windows};

/// Sample rate of everything this crate hands out, in hertz.
pub const SAMPLE_RATE: u32 = 16_000;

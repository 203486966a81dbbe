//! Keeps decoded samples at the times the container gives them.
//!
//! Recorders leave gaps: browsers stop sending Opus packets in silence, fragments get lost, a video's
//! sound starts late. Laid end to end the samples would slide ahead of the clock, and every later
//! word with them.

use symphonia::core::formats::Track;
use symphonia::core::units::{TimeBase, Timestamp};

/// A lag below this is rounding of timestamps (WebM counts whole milliseconds) or of frames.
const GAP_MS_MIN: u64 = 100;

/// A jump above this is a broken timestamp rather than a pause.
const GAP_MS_MAX: u64 = 2 * 60 * 60 * 1000;

/// Audio missing at the end that is still called complete, in milliseconds: containers count
/// padding differently.
const SHORTFALL_MS_MAX: u64 = 1000;

/// Where the next sample of a track belongs.
pub(crate) struct StreamClock {
    time_base: Option<TimeBase>,
    /// Milliseconds of audio already placed before the current stream of a chain.
    base_ms: u64,
    /// Length of the samples placed so far, in nanoseconds, so that the rate may change.
    placed_ns: u128,
    /// Milliseconds the container promises, where it says so.
    promised_ms: Option<u64>,
}

impl StreamClock {
    pub(crate) fn new(track: &Track) -> Self {
        let promised_ms = track.time_base.zip(track.duration).and_then(|(base, duration)| {
            u64::try_from(base.calc_duration(duration)?.as_millis()).ok()
        });
        Self { time_base: track.time_base, base_ms: 0, placed_ns: 0, promised_ms }
    }

    /// The next stream of a chain begins; its timestamps count from zero again.
    pub(crate) fn restart(&mut self, track: &Track) {
        self.base_ms = self.placed_ms();
        self.time_base = track.time_base;
        self.promised_ms = None;
    }

    /// Places `frames` frames that carry timestamp `at`; returns the frames of silence to put first.
    pub(crate) fn place(&mut self, at: Timestamp, rate: u32, frames: u64) -> u64 {
        let due_ms = self.time_base.map_or(0, |base| base.calc_time_saturating(at).as_millis());
        let due_ms = self.base_ms + u64::try_from(due_ms).unwrap_or(0);
        let gap_ms = due_ms.saturating_sub(self.placed_ms());
        let fill = (GAP_MS_MIN..GAP_MS_MAX).contains(&gap_ms);
        let silence = if fill { gap_ms * u64::from(rate) / 1000 } else { 0 };
        self.placed_ns += u128::from(silence + frames) * 1_000_000_000 / u128::from(rate.max(1));
        silence
    }

    /// What is missing at the end, in words, when the container promised clearly more.
    pub(crate) fn shortfall(&self) -> Option<String> {
        let missing_ms = self.promised_ms?.saturating_sub(self.placed_ms());
        (missing_ms > SHORTFALL_MS_MAX).then(|| format!("the last {missing_ms} ms are missing"))
    }

    fn placed_ms(&self) -> u64 {
        u64::try_from(self.placed_ns / 1_000_000).unwrap_or(u64::MAX)
    }
}

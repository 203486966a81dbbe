//! How long until a delivery is due.

use jiff::Timestamp;

/// Whole seconds from `now` until `at`, a started second counting as one.
pub(crate) fn seconds_until(at: Timestamp, now: Timestamp) -> u32 {
    let ms = at.duration_since(now).as_millis().max(0);
    u32::try_from((ms + 999) / 1000).unwrap_or(u32::MAX)
}

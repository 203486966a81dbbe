//! Speech regions to model inputs: at most 30 s each, cut in silence, long pauses squeezed.

use std::io;

use crate::activity::{Activity, LEVEL_MIN};
use crate::frame::FRAME_MS;
use crate::region::Region;
use crate::spool::{SAMPLES_PER_MS, Spool};

/// How regions are laid into windows. All in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackOptions {
    /// Longest window; the speech model's input.
    pub window_ms_max: u64,
    /// Silence kept on each side of speech, at most half the gap to the neighbouring region.
    pub padding_ms: u64,
    /// Longest pause that is kept as it is. Of a longer one only the padding remains.
    pub pause_ms_max: u64,
}

impl Default for PackOptions {
    /// 30 s is Whisper's window. 200 ms keeps weak onsets that the voice detector misses. A pause of
    /// a second still sounds like one speaker's; longer ones only cost compute.
    fn default() -> Self {
        Self { window_ms_max: 30_000, padding_ms: 200, pause_ms_max: 1_000 }
    }
}

/// One model input: spans of a track laid end to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Sorted, disjoint, not empty.
    pub spans: Vec<Region>,
}

/// Packs sorted, disjoint regions of a track into windows that cover each of them exactly once.
///
/// A region too long for one window is cut where voice is least likely and level lowest.
pub fn pack_windows(regions: &[Region], activity: &Activity, options: &PackOptions) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    let pieces = padded(regions, activity.duration_ms(), options.padding_ms);
    for piece in pieces.flat_map(|region| cut(region, activity, options.window_ms_max)) {
        let fits = windows.last_mut().is_some_and(|window| window.take(piece, options));
        if !fits {
            windows.push(Window { spans: vec![piece] });
        }
    }
    windows
}

/// Extends regions into the silence around them, never past its middle or the track's ends.
fn padded(regions: &[Region], track_ms: u64, padding_ms: u64) -> impl Iterator<Item = Region> + '_ {
    (0..regions.len()).map(move |i| {
        let before = match i {
            0 => regions[i].start_ms,
            _ => regions[i].start_ms.saturating_sub(regions[i - 1].end_ms) / 2,
        };
        let after = match regions.get(i + 1) {
            Some(next) => next.start_ms.saturating_sub(regions[i].end_ms) / 2,
            None => track_ms.saturating_sub(regions[i].end_ms),
        };
        let Region { start_ms, end_ms } = regions[i];
        Region::new(start_ms - before.min(padding_ms), end_ms + after.min(padding_ms))
    })
}

/// Splits a region into pieces of at most `max_ms`.
fn cut(region: Region, activity: &Activity, max_ms: u64) -> Vec<Region> {
    let mut pieces = Vec::new();
    let mut rest = region;
    while rest.duration_ms() > max_ms {
        let at = activity.quietest_ms(rest.start_ms + max_ms * 2 / 3, rest.start_ms + max_ms);
        pieces.push(Region::new(rest.start_ms, at));
        rest.start_ms = at;
    }
    if rest.duration_ms() > 0 {
        pieces.push(rest);
    }
    pieces
}

impl Activity {
    /// Frames on each side that are looked at together: a pause is better than one quiet frame.
    const AROUND: usize = 5;
    /// Points of score (of 255) that one decibel weighs against.
    const POINTS_PER_DECIBEL: u32 = 4;

    /// The best place to cut in `from_ms..=to_ms`, in milliseconds; the later of equals.
    fn quietest_ms(&self, from_ms: u64, to_ms: u64) -> u64 {
        let frames = from_ms.div_ceil(FRAME_MS) as usize..=(to_ms / FRAME_MS) as usize;
        let best = frames.min_by_key(|&i| (self.noise_around(i), std::cmp::Reverse(i)));
        best.map_or(to_ms, |i| i as u64 * FRAME_MS)
    }

    /// How much sound lies around the start of frame `i`; comparable for one track only.
    fn noise_around(&self, i: usize) -> u32 {
        let from = i.saturating_sub(Self::AROUND);
        let near = (from..i + Self::AROUND).filter_map(|i| self.frames.get(i));
        near.map(|frame| {
            let decibels = u32::from(frame.level.abs_diff(LEVEL_MIN));
            u32::from(frame.voice) + decibels * Self::POINTS_PER_DECIBEL
        })
        .sum()
    }
}

impl Window {
    /// Length in milliseconds.
    pub fn duration_ms(&self) -> u64 {
        self.spans.iter().map(|span| span.duration_ms()).sum()
    }

    /// Takes a further piece, if there is room.
    fn take(&mut self, piece: Region, options: &PackOptions) -> bool {
        let duration_ms = self.duration_ms();
        let Some(last) = self.spans.last_mut() else { return false };
        let squeezed_ms = 2 * options.padding_ms;
        let pause_ms = piece.start_ms.saturating_sub(last.end_ms);
        let keeps_pause = pause_ms <= options.pause_ms_max.saturating_sub(squeezed_ms);
        let added_ms = if keeps_pause { pause_ms } else { 0 } + piece.duration_ms();
        if duration_ms + added_ms > options.window_ms_max {
            return false;
        }
        match keeps_pause {
            true => last.end_ms = piece.end_ms,
            false => self.spans.push(piece),
        }
        true
    }

    /// The track's time of a time in the window. Never decreases; the window's end and all beyond
    /// it are the end of the last span. A seam belongs to the span that begins there.
    pub fn to_track_ms(&self, window_ms: u64) -> u64 {
        let mut left = window_ms;
        for span in &self.spans {
            if left < span.duration_ms() {
                return span.start_ms + left;
            }
            left -= span.duration_ms();
        }
        self.spans.last().map_or(0, |span| span.end_ms)
    }

    /// The track's region of a region in the window. Its end belongs to the sound before it, and what reaches
    /// a little over a seam is cut there, so a word beside a squeezed pause does not reach over it.
    pub fn to_track(&self, region: Region) -> Region {
        let region = self.seams().fold(region, off_seam);
        let start_ms = self.to_track_ms(region.start_ms);
        match region.duration_ms() {
            0 => Region::new(start_ms, start_ms),
            _ => Region::new(start_ms, self.to_track_ms(region.end_ms - 1) + 1),
        }
    }

    /// Where spans meet, in the window's time.
    fn seams(&self) -> impl Iterator<Item = u64> {
        let ends = self.spans.iter().scan(0, |end, span| {
            *end += span.duration_ms();
            Some(*end)
        });
        ends.take(self.spans.len().saturating_sub(1))
    }

    /// The window's time of a time on the track; `None` where the window does not hold it.
    pub fn to_window_ms(&self, track_ms: u64) -> Option<u64> {
        let mut before = 0;
        for span in &self.spans {
            if (span.start_ms..span.end_ms).contains(&track_ms) {
                return Some(before + track_ms - span.start_ms);
            }
            before += span.duration_ms();
        }
        None
    }

    /// The window's samples: 16 kHz mono, spans end to end.
    ///
    /// # Errors
    ///
    /// When the scratch file cannot be read.
    pub fn read_pcm(&self, spool: &Spool) -> io::Result<Vec<i16>> {
        let mut samples = Vec::new();
        for span in &self.spans {
            let count = (span.duration_ms() * SAMPLES_PER_MS) as usize;
            samples.extend(spool.read_range(span.start_ms * SAMPLES_PER_MS, count)?);
        }
        Ok(samples)
    }
}

/// A region that reaches over a seam by hardly more than the silence that is kept there, without that part; one that lies
/// mostly in the silence before the seam, after it.
///
/// Beside a pause words are timed early rather than late: the first one begins where the last one ended. So what ends in
/// the silence after the seam is before it, and what begins in the silence before the seam is after it.
fn off_seam(region: Region, seam_ms: u64) -> Region {
    /// The usual padding.
    const SILENCE_MS: u64 = 200;
    /// Twice that: the times of words are not exact to less.
    const OVER_MS_MAX: u64 = 400;
    if region.end_ms <= seam_ms {
        let is_in_silence =
            region.start_ms + region.end_ms > 2 * (seam_ms - seam_ms.min(SILENCE_MS));
        // One that says nothing about how long it lasts.
        return if is_in_silence { Region::new(seam_ms, seam_ms + 1) } else { region };
    }
    if region.start_ms >= seam_ms {
        return region;
    }
    let (before, after) = (seam_ms - region.start_ms, region.end_ms - seam_ms);
    if after > SILENCE_MS && before <= OVER_MS_MAX {
        Region::new(seam_ms, region.end_ms)
    } else if after <= OVER_MS_MAX {
        Region::new(region.start_ms, seam_ms)
    } else {
        region
    }
}

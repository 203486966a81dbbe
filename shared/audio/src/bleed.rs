//! Speech that leaked from one track into another.
//!
//! A caller on a loudspeaker, a headset next to its neighbour, a line with echo: the other side is
//! heard faintly on this track too. Counted as this side's talk it would spoil talk time and overlap.

use std::io;

use crate::correlation::{Correlation, energy};
use crate::region::{Region, joined};
use crate::spool::{SAMPLES_PER_MS, Spool};
use crate::tracks::{around, to_float};

/// Regions are judged in pieces of this length, because one's own words may follow the leak at once.
const PIECE_MS: u64 = 500;

/// A piece shorter than this says too little to judge; it goes with the piece before it.
const PIECE_MS_MIN: u64 = 200;

/// Longest way of an echo that is looked for; a round trip by satellite is no longer.
const LAG_MS_MAX: u64 = 400;

/// Energy ratio by which the original must be stronger than its leak: 6 dB.
const STRONGER_MIN: f32 = 4.0;

/// Normalised correlation from which a piece is a copy. Chosen on the real two-sided call: without a
/// leak nothing is taken; with the agent mixed into the caller at 0.03 to 0.25, up to 160 ms late,
/// of 24 to 91 s of false talk less than 1.5 s is left or wrongly taken.
const COPY_MIN: f32 = 0.5;

/// What remains of a region after its leaked parts are taken out must be this long.
const REST_MS_MIN: u64 = 100;

/// One track of a call with its speech.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The track's samples.
    pub spool: &'a Spool,
    /// Its speech regions, sorted and disjoint.
    pub regions: &'a [Region],
}

/// The regions of each side without those that are a fainter, perhaps later copy of another side.
///
/// # Errors
///
/// When a scratch file cannot be read.
pub fn suppress_bleed(sides: &[Side<'_>]) -> io::Result<Vec<Vec<Region>>> {
    let mut ear = Ear::new();
    let mut kept = Vec::with_capacity(sides.len());
    for (number, side) in sides.iter().enumerate() {
        let others: Vec<&Spool> = sides
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number)
            .map(|(_, other)| other.spool)
            .collect();
        kept.push(ear.own_regions(side, &others)?);
    }
    Ok(kept)
}

struct Ear {
    correlation: Correlation,
}

impl Ear {
    fn new() -> Self {
        let longest = (PIECE_MS + PIECE_MS_MIN) * SAMPLES_PER_MS;
        let lag_max = LAG_MS_MAX * SAMPLES_PER_MS;
        Self { correlation: Correlation::new(longest as usize, lag_max as usize) }
    }

    fn own_regions(&mut self, side: &Side<'_>, others: &[&Spool]) -> io::Result<Vec<Region>> {
        let mut own = Vec::new();
        for region in side.regions {
            let mut rest = Vec::new();
            for piece in pieces(*region) {
                if !self.is_leak(side.spool, others, piece)? {
                    rest.push(piece);
                }
            }
            let rest = joined(rest, 1);
            let untouched = rest.first() == Some(region);
            own.extend(rest.into_iter().filter(|r| untouched || r.duration_ms() >= REST_MS_MIN));
        }
        Ok(own)
    }

    fn is_leak(&mut self, ours: &Spool, others: &[&Spool], piece: Region) -> io::Result<bool> {
        let start = piece.start_ms * SAMPLES_PER_MS;
        let count = (piece.duration_ms() * SAMPLES_PER_MS) as usize;
        let heard = to_float(&ours.read_range(start, count)?);
        for other in others {
            if self.is_copy(&heard, other, start)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_copy(&mut self, heard: &[f32], other: &Spool, start: u64) -> io::Result<bool> {
        let lag_max = (LAG_MS_MAX * SAMPLES_PER_MS) as usize;
        let there = around(other, start, heard.len(), lag_max)?;
        let ours = energy(heard);
        if energy(&there) < STRONGER_MIN * ours {
            return Ok(false);
        }
        self.correlation.add(heard, &there, 1.0);
        let (peak, lag) = self.correlation.take_peak();
        let at = (lag_max as i64 + lag) as usize;
        let theirs = energy(&there[at..at + heard.len()]);
        let stronger = theirs >= STRONGER_MIN * ours;
        Ok(stronger && peak >= COPY_MIN * (ours * theirs).sqrt())
    }
}

fn pieces(region: Region) -> Vec<Region> {
    let mut out = Vec::new();
    let mut start_ms = region.start_ms;
    while region.end_ms - start_ms >= PIECE_MS + PIECE_MS_MIN {
        out.push(Region::new(start_ms, start_ms + PIECE_MS));
        start_ms += PIECE_MS;
    }
    out.push(Region::new(start_ms, region.end_ms));
    out
}

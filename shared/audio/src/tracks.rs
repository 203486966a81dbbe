//! Which channels are really different sounds.
//!
//! Meeting platforms and phone systems write one mixed signal into both channels of a stereo file.
//! Transcribing it twice would double every word and make all talk overlap.

use std::io;

use crate::activity::decibels;
use crate::correlation::{Correlation, energy};
use crate::decode::Decoded;
use crate::frame::FRAME;
use crate::spool::Spool;

/// Samples compared at a time: 472 ms. With the lags it makes a transform of 8 192.
const BLOCK: usize = 8192 - 2 * LAG_MAX;

/// 20 ms either way: converters and codecs delay one channel by less, and two microphones in a room
/// are nearer than the 6 m sound travels in it.
const LAG_MAX: usize = 320;

/// A channel whose loudest 16 ms stay below this, in dBFS, has no sound. The quietest side of the real
/// recordings idles at -107 to -60 and speaks at -10.
const SILENT_BELOW: i8 = -60;

/// A block is compared when one channel is this much, in decibels, below its own mean or louder.
/// Pauses hold nothing but each channel's own noise.
const COMPARE_BELOW_MEAN: i8 = 15;

/// Correlation over the recording from which two channels may be one sound. Two sides of a call that
/// leak into each other at -6 dB reach 0.8.
const ALIKE_MIN: f32 = 0.8;

/// Channels of one sound also keep their balance. In decibels, the spread (standard deviation) of
/// the level difference over blocks; leaking sides swing by twice their leak with every turn.
const BALANCE_SPREAD_MAX: f64 = 3.0;

/// One sound to transcribe.
#[derive(Debug, Clone)]
pub struct Track {
    /// Source channels that carry this sound, counted from 0. More than one: they are copies.
    pub channels: Vec<u16>,
    /// The samples of the loudest of them.
    pub spool: Spool,
    /// Nothing in it is above -60 dBFS for even 16 ms, so nothing needs to be done with it.
    pub silent: bool,
    /// Root mean square of the whole track in dBFS, from -120 to 0.
    pub level_dbfs: i8,
}

/// Groups channels that are copies of one another, up to gain, polarity and a small delay.
///
/// In order of their first channel. Silent channels each make a silent track.
///
/// # Errors
///
/// When a scratch file cannot be read.
pub fn tracks(decoded: &Decoded) -> io::Result<Vec<Track>> {
    let loudness: Vec<_> = decoded.channels.iter().map(loudness).collect::<Result<_, _>>()?;
    let mut tracks: Vec<Track> = Vec::new();
    for (number, (spool, &ours)) in decoded.channels.iter().zip(&loudness).enumerate() {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        let silent = ours.peak < SILENT_BELOW;
        let copy_of = match silent {
            true => None,
            false => first_copy(spool, ours.mean, &tracks)?,
        };
        match copy_of {
            Some(at) => tracks[at].join(number, spool, ours),
            None => {
                let (channels, spool) = (vec![number], spool.clone());
                tracks.push(Track { channels, spool, silent, level_dbfs: ours.mean });
            }
        }
    }
    Ok(tracks)
}

fn first_copy(spool: &Spool, level: i8, tracks: &[Track]) -> io::Result<Option<usize>> {
    for (at, track) in tracks.iter().enumerate().filter(|(_, track)| !track.silent) {
        let (theirs, ours) = (track.level_dbfs, level);
        if same_sound((&track.spool, theirs), (spool, ours))? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

impl Track {
    fn join(&mut self, number: u16, spool: &Spool, loudness: Loudness) {
        self.channels.push(number);
        if loudness.mean > self.level_dbfs {
            (self.spool, self.level_dbfs) = (spool.clone(), loudness.mean);
        }
    }
}

/// Levels of a channel in dBFS.
#[derive(Debug, Clone, Copy)]
struct Loudness {
    mean: i8,
    /// Of the loudest frame.
    peak: i8,
}

fn loudness(spool: &Spool) -> io::Result<Loudness> {
    let (mut sum, mut peak) = (0.0f64, 0.0f32);
    for block in spool.blocks(FRAME * 64) {
        for frame in to_float(&block?).chunks(FRAME) {
            let energy = energy(frame);
            sum += f64::from(energy);
            peak = peak.max(energy / frame.len() as f32);
        }
    }
    let mean = (sum / spool.len().max(1) as f64) as f32;
    Ok(Loudness { mean: decibels(mean), peak: decibels(peak) })
}

/// Mean square of a level in dBFS.
fn power(level: i8) -> f32 {
    10f32.powf(f32::from(level) / 10.0)
}

/// Compares two channels, each with its mean level in dBFS, over their whole length. Every block weighs the same, however loud, so
/// that a beep in both channels does not make a call of two sides look like one.
fn same_sound(ours: (&Spool, i8), theirs: (&Spool, i8)) -> io::Result<bool> {
    let gates = [ours.1, theirs.1].map(|mean| power(mean.saturating_sub(COMPARE_BELOW_MEAN)));
    let (ours, theirs) = (ours.0, theirs.0);
    let mut correlation = Correlation::new(BLOCK, LAG_MAX);
    let mut sums = Sums::default();
    for start in (0..ours.len()).step_by(BLOCK) {
        let a = to_float(&ours.read_range(start, BLOCK)?);
        let b = around(theirs, start, BLOCK, LAG_MAX)?;
        let (ours, theirs) = (energy(&a), energy(&b[LAG_MAX..LAG_MAX + a.len()]));
        let count = a.len() as f32;
        if ours < gates[0] * count && theirs < gates[1] * count {
            continue;
        }
        let weight = 1.0 / (ours + theirs);
        correlation.add(&a, &b, weight);
        sums.add(ours, theirs, weight);
    }
    let (peak, _) = correlation.take_peak();
    let alike = f64::from(peak) / (sums.ours * sums.theirs).sqrt().max(1e-9);
    Ok(alike >= f64::from(ALIKE_MIN) && sums.balance_spread() <= BALANCE_SPREAD_MAX)
}

/// Sums over blocks of weighted energies and of the level difference.
#[derive(Default)]
struct Sums {
    ours: f64,
    theirs: f64,
    blocks: f64,
    balance: f64,
    balance_squared: f64,
}

impl Sums {
    fn add(&mut self, ours: f32, theirs: f32, weight: f32) {
        self.ours += f64::from(ours * weight);
        self.theirs += f64::from(theirs * weight);
        let floor = 1e-9;
        let balance = 10.0 * (f64::from(ours).max(floor) / f64::from(theirs).max(floor)).log10();
        self.blocks += 1.0;
        self.balance += balance;
        self.balance_squared += balance * balance;
    }

    fn balance_spread(&self) -> f64 {
        let mean = self.balance / self.blocks.max(1.0);
        (self.balance_squared / self.blocks.max(1.0) - mean * mean).max(0.0).sqrt()
    }
}

/// `count` samples from `start` with `margin` more on each side, zeros beyond the spool's ends.
pub(crate) fn around(
    spool: &Spool,
    start: u64,
    count: usize,
    margin: usize,
) -> io::Result<Vec<f32>> {
    let missing = margin.saturating_sub(usize::try_from(start).unwrap_or(usize::MAX));
    let wanted = count + 2 * margin;
    let from = start.saturating_sub(margin as u64);
    let mut samples = vec![0.0; missing];
    samples.extend(to_float(&spool.read_range(from, wanted - missing)?));
    samples.resize(wanted, 0.0);
    Ok(samples)
}

/// 16-bit samples to `[-1, 1]`.
pub(crate) fn to_float(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect()
}

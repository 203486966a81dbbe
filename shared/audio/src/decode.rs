//! Media bytes in, one spool per channel out.

use std::io;
use std::path::Path;

use symphonia::core::io::MediaSource;

use crate::block::{Block, BlockReader, Progress};
use crate::demux::Demuxed;
use crate::error::DecodeError;
use crate::format::{Container, MediaFormat};
use crate::resample::ToSixteenKilohertz;
use crate::sniff::{Sniffed, sniff};
use crate::source::Watched;
use crate::spool::{Spool, SpoolWriter};
use crate::wav::{self, WavPcm};

/// Zeros are pushed in runs of this many frames, so a long gap costs no memory.
const SILENCE_RUN: u64 = 16 * 1024;

/// Sample rates that recordings are made at; others are damaged headers.
const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;

/// What the caller accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodeLimits {
    /// Most channels, counted before decoding.
    pub channels_max: u16,
    /// Longest recording in milliseconds.
    pub duration_ms_max: u64,
}

impl Default for DecodeLimits {
    /// Eight channels (7.1, the most a recording platform makes) and twelve hours.
    fn default() -> Self {
        Self { channels_max: 8, duration_ms_max: 12 * 60 * 60 * 1000 }
    }
}

/// A decoded recording.
#[derive(Debug)]
pub struct Decoded {
    /// What the bytes were.
    pub format: MediaFormat,
    /// One spool per source channel, all of one length.
    pub channels: Vec<Spool>,
    /// Length in milliseconds, rounded down.
    pub duration_ms: u64,
    /// Some of the media was damaged or missing; what could be decoded is here, at its right time.
    pub truncated: bool,
}

/// Decodes a whole recording to 16 kHz mono channels in nameless files in `scratch_dir`.
///
/// The container is recognised by its bytes. Memory does not grow with the recording's length.
/// Where the container's clock leaves a gap, the channels hold silence, so times stay true.
///
/// # Errors
///
/// See [`DecodeError`]. Damage after the first samples is not an error: see [`Decoded::truncated`].
pub fn decode(
    source: Box<dyn MediaSource>,
    scratch_dir: &Path,
    limits: &DecodeLimits,
) -> Result<Decoded, DecodeError> {
    let (source, faults) = Watched::new(source);
    let decoded = decode_watched(source, scratch_dir, limits);
    match faults.take() {
        Some(fault) => Err(DecodeError::Read(fault)),
        None => decoded,
    }
}

fn decode_watched(
    source: Watched,
    scratch_dir: &Path,
    limits: &DecodeLimits,
) -> Result<Decoded, DecodeError> {
    let mut reader = open(source)?;
    let mut format = reader.format().clone();
    check_channels(format.channels.into(), limits)?;
    let mut block = Block::default();
    let mut channels = Channels::default();
    let cut = loop {
        match reader.read(&mut block)? {
            Progress::Block if block.frames() == 0 => {}
            Progress::Block => channels.append(&block, scratch_dir, limits)?,
            Progress::End => break None,
            Progress::Cut(reason) => break Some(reason),
        }
    };
    let container = format.container;
    channels.first_format(&mut format);
    let channels = channels.finish().map_err(DecodeError::Scratch)?;
    match (channels.first(), cut) {
        (None, Some(reason)) => Err(DecodeError::Damaged { container: container.name(), reason }),
        (None, None) => Err(DecodeError::NoAudio),
        (Some(first), cut) => {
            let duration_ms = first.duration_ms();
            Ok(Decoded { format, duration_ms, channels, truncated: cut.is_some() })
        }
    }
}

fn open(mut source: Watched) -> Result<Box<dyn BlockReader>, DecodeError> {
    let Sniffed { container, start } = sniff(&mut source)?;
    if container != Container::Wav {
        return Ok(Box::new(Demuxed::open(source, container, start)?));
    }
    Ok(match wav::read_header(&mut source, start)? {
        wav::Content::Pcm(layout) => Box::new(WavPcm::new(source, layout)?),
        wav::Content::Mpeg { start } => Box::new(Demuxed::open(source, Container::Mpeg, start)?),
        wav::Content::Adpcm => Box::new(Demuxed::open(source, Container::Wav, start)?),
    })
}

fn check_channels(found: usize, limits: &DecodeLimits) -> Result<(), DecodeError> {
    let found = u16::try_from(found).unwrap_or(u16::MAX);
    match found > limits.channels_max {
        true => Err(DecodeError::TooManyChannels { found, max: limits.channels_max }),
        false => Ok(()),
    }
}

/// The channels being made; empty until the first block tells how many there are.
#[derive(Default)]
struct Channels {
    rate: u32,
    first_rate: u32,
    pipes: Vec<Pipe>,
}

/// One channel: resampler, then spool.
struct Pipe {
    resampler: ToSixteenKilohertz,
    spool: SpoolWriter,
    ready: Vec<i16>,
}

impl Channels {
    fn append(
        &mut self,
        block: &Block,
        scratch_dir: &Path,
        limits: &DecodeLimits,
    ) -> Result<(), DecodeError> {
        if self.pipes.is_empty() {
            self.start(block, scratch_dir, limits)?;
        } else if self.pipes.len() != block.planes.len() {
            return Err(DecodeError::unsupported("a channel count that changes midway"));
        }
        if self.rate != block.rate {
            self.change_rate(block.rate)?;
        }
        for (pipe, plane) in self.pipes.iter_mut().zip(&block.planes) {
            pipe.silence(block.silence_before, limits).map_err(DecodeError::Scratch)?;
            pipe.push(plane).map_err(DecodeError::Scratch)?;
        }
        self.check_duration(limits)
    }

    fn start(
        &mut self,
        block: &Block,
        scratch_dir: &Path,
        limits: &DecodeLimits,
    ) -> Result<(), DecodeError> {
        check_channels(block.planes.len(), limits)?;
        (self.rate, self.first_rate) = (block.rate, block.rate);
        for _ in &block.planes {
            let resampler = resampler(block.rate)?;
            let spool = SpoolWriter::create(scratch_dir).map_err(DecodeError::Scratch)?;
            self.pipes.push(Pipe { resampler, spool, ready: Vec::new() });
        }
        Ok(())
    }

    fn change_rate(&mut self, rate: u32) -> Result<(), DecodeError> {
        for pipe in &mut self.pipes {
            pipe.flush().map_err(DecodeError::Scratch)?;
            pipe.resampler = resampler(rate)?;
        }
        self.rate = rate;
        Ok(())
    }

    fn check_duration(&self, limits: &DecodeLimits) -> Result<(), DecodeError> {
        let long = self.pipes.iter().any(|pipe| pipe.spool.duration_ms() > limits.duration_ms_max);
        match long {
            true => Err(DecodeError::TooLong { max_ms: limits.duration_ms_max }),
            false => Ok(()),
        }
    }

    /// The decoder knows better than the header, once it has decoded (AAC with band replication).
    fn first_format(&self, format: &mut MediaFormat) {
        if !self.pipes.is_empty() {
            format.rate = self.first_rate;
            format.channels = u16::try_from(self.pipes.len()).unwrap_or(u16::MAX);
        }
    }

    fn finish(self) -> io::Result<Vec<Spool>> {
        self.pipes.into_iter().map(Pipe::finish).collect()
    }
}

impl Pipe {
    fn push(&mut self, samples: &[f32]) -> io::Result<()> {
        self.resampler.push(samples, &mut self.ready);
        self.drain()
    }

    /// Stops early once the recording is too long anyway, so a broken clock cannot fill the disk.
    fn silence(&mut self, frames: u64, limits: &DecodeLimits) -> io::Result<()> {
        let mut left = frames;
        while left > 0 && self.spool.duration_ms() <= limits.duration_ms_max {
            let run = left.min(SILENCE_RUN);
            self.push(&vec![0.0; run as usize])?;
            left -= run;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.resampler.finish(&mut self.ready);
        self.drain()
    }

    fn drain(&mut self) -> io::Result<()> {
        self.spool.append(&self.ready)?;
        self.ready.clear();
        Ok(())
    }

    fn finish(mut self) -> io::Result<Spool> {
        self.flush()?;
        self.spool.finish()
    }
}

fn resampler(rate: u32) -> Result<ToSixteenKilohertz, DecodeError> {
    let odd_rate = || DecodeError::unsupported(format!("a sample rate of {rate} Hz"));
    let usable = RATES.contains(&rate).then(|| ToSixteenKilohertz::new(rate)).flatten();
    usable.ok_or_else(odd_rate)
}

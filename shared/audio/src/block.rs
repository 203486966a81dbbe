//! What every reader of media hands to the pipeline: short runs of samples, one plane per channel.

use crate::error::DecodeError;
use crate::format::MediaFormat;

/// A run of decoded audio. Reused from read to read.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Hertz; may change from block to block.
    pub rate: u32,
    /// One plane per channel, all of one length, values in `[-1, 1]`.
    pub planes: Vec<Vec<f32>>,
    /// Frames of silence that belong before this block: the stream's clock jumped ahead.
    pub silence_before: u64,
}

impl Block {
    /// Empties the block and gives it `channels` planes.
    pub(crate) fn reset(&mut self, rate: u32, channels: usize) {
        self.rate = rate;
        self.silence_before = 0;
        self.planes.resize_with(channels, Vec::new);
        self.planes.iter_mut().for_each(Vec::clear);
    }

    /// Length in frames.
    pub(crate) fn frames(&self) -> usize {
        self.planes.first().map_or(0, Vec::len)
    }
}

/// How a read ended.
#[derive(Debug)]
pub(crate) enum Progress {
    /// The block was filled (it may be empty).
    Block,
    /// The media ended as it should.
    End,
    /// The media ended before it should have; the reason is for people.
    Cut(String),
}

/// Decodes media from front to back.
pub(crate) trait BlockReader {
    /// What the media is. `rate` and `channels` are those of the first block.
    fn format(&self) -> &MediaFormat;

    /// Decodes the next run into `block`.
    ///
    /// # Errors
    ///
    /// Only for media that must be refused as a whole; a damaged part is `Progress::Cut`.
    fn read(&mut self, block: &mut Block) -> Result<Progress, DecodeError>;
}

//! WAV, read leniently: most call recordings come as WAV, and recorders write its sizes carelessly.
//!
//! Our own reader, because symphonia 0.6.1 refuses chunk lengths that disagree, A-law and mu-law
//! format chunks of other lengths than 18 bytes and the mu-law sub-format of the extensible header,
//! and its sums of header fields overflow.

use std::io::{self, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use crate::block::{Block, BlockReader, Progress};
use crate::error::DecodeError;
use crate::format::{Container, MediaFormat};
use crate::pcm::Encoding;
use crate::source::{Watched, read_up_to};

/// Bytes read at once.
const READ_BYTES: usize = 64 * 1024;

/// Sizes from here up are what streaming encoders write when they cannot know the length:
/// ffmpeg `0xffff_ffff`, SoX and arecord a little under `0x8000_0000`.
const SIZE_UNKNOWN_MIN: u64 = 0x7fff_0000;

/// Chunks that may follow an honestly empty data chunk.
const TRAILERS: [&[u8; 4]; 7] = [b"LIST", b"fact", b"id3 ", b"bext", b"cue ", b"JUNK", b"iXML"];

/// What a WAV file holds.
#[derive(Debug)]
pub(crate) enum Content {
    /// Samples this module decodes.
    Pcm(Layout),
    /// MPEG audio frames from this offset on.
    Mpeg {
        /// Offset in bytes in the source.
        start: u64,
    },
    /// ADPCM: for the demuxing crate, from the start of the file.
    Adpcm,
}

/// Where the samples lie and how they are stored.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    format: MediaFormat,
    encoding: Encoding,
    start: u64,
    /// Bytes of samples; `None` means "to the end of the source".
    len: Option<u64>,
}

/// The fields of the `fmt ` chunk that matter.
#[derive(Debug, Clone, Copy)]
struct Fmt {
    tag: u16,
    channels: u16,
    rate: u32,
    frame_bytes: u16,
    bits: u16,
}

/// Reads chunk after chunk up to the data.
pub(crate) fn read_header(source: &mut Watched, start: u64) -> Result<Content, DecodeError> {
    let mut position = start + 12;
    let (mut fmt, mut long_len) = (None, None);
    loop {
        let Some((id, size)) = chunk_header(source, position)? else {
            return Err(damaged("no data chunk"));
        };
        let body = position + 8;
        match &id {
            b"fmt " => fmt = Some(parse_fmt(&read_body::<40>(source, size)?)?),
            b"ds64" => long_len = Some(long_data_len(&read_body::<24>(source, size)?)),
            b"data" => {
                let fmt = fmt.ok_or_else(|| damaged("data before the format chunk"))?;
                let size = long_len.filter(|_| size == u64::from(u32::MAX)).unwrap_or(size);
                return content(fmt, body, data_len(source, body, size)?);
            }
            _ => {}
        }
        position = body + size + (size & 1);
    }
}

fn chunk_header(source: &mut Watched, at: u64) -> Result<Option<([u8; 4], u64)>, DecodeError> {
    source.seek(SeekFrom::Start(at)).map_err(DecodeError::Read)?;
    let mut header = [0; 8];
    let filled = read_up_to(source, &mut header).map_err(DecodeError::Read)?;
    let [a, b, c, d, size @ ..] = header;
    Ok((filled == 8).then(|| ([a, b, c, d], u64::from(u32::from_le_bytes(size)))))
}

/// The first `N` bytes of a chunk; what the chunk is too short for stays zero.
fn read_body<const N: usize>(source: &mut Watched, size: u64) -> Result<[u8; N], DecodeError> {
    let mut body = [0; N];
    let wanted = usize::try_from(size).unwrap_or(N).min(N);
    read_up_to(source, &mut body[..wanted]).map_err(DecodeError::Read)?;
    Ok(body)
}

fn parse_fmt(body: &[u8; 40]) -> Result<Fmt, DecodeError> {
    let short = |at: usize| u16::from_le_bytes([body[at], body[at + 1]]);
    let rate = u32::from_le_bytes([body[4], body[5], body[6], body[7]]);
    let tag = match short(0) {
        // The first two bytes of the extensible header's sub-format are the plain tag.
        0xfffe => short(24),
        tag => tag,
    };
    if short(2) == 0 || rate == 0 {
        return Err(damaged("a format of no channels or no rate"));
    }
    Ok(Fmt { tag, channels: short(2), rate, frame_bytes: short(12), bits: short(14) })
}

/// RF64 and BW64 (EBU Tech 3306): RIFF size, then data size, each 64 bits.
fn long_data_len(body: &[u8; 24]) -> u64 {
    let mut len = [0; 8];
    len.copy_from_slice(&body[8..16]);
    u64::from_le_bytes(len)
}

/// Bytes of samples that the header promises; `None` where it does not really say.
fn data_len(source: &mut Watched, body: u64, size: u64) -> Result<Option<u64>, DecodeError> {
    let left = source.byte_len().map_or(u64::MAX, |len| len.saturating_sub(body));
    if size >= SIZE_UNKNOWN_MIN && size > left {
        return Ok(None);
    }
    if size > 0 {
        return Ok(Some(size));
    }
    let follows = chunk_header(source, body)?;
    let really_empty = follows.is_none_or(|(id, _)| TRAILERS.contains(&&id));
    Ok(really_empty.then_some(0))
}

fn content(fmt: Fmt, start: u64, len: Option<u64>) -> Result<Content, DecodeError> {
    let encoding = match fmt.tag {
        0x0001 => integer_encoding(fmt)?,
        0x0003 if fmt.bits == 64 => Encoding::F64,
        0x0003 => Encoding::F32,
        0x0006 => Encoding::ALaw,
        0x0007 => Encoding::MuLaw,
        0x0002 | 0x0011 => return Ok(Content::Adpcm),
        0x0050 | 0x0055 => return Ok(Content::Mpeg { start }),
        tag => return Err(DecodeError::unsupported(format!("{} in WAV", codec_name(tag)))),
    };
    let bits = if fmt.bits == 0 { 8 * encoding.width() as u16 } else { fmt.bits };
    let format = MediaFormat {
        container: Container::Wav,
        codec: encoding.name().into(),
        rate: fmt.rate,
        channels: fmt.channels,
        bits: Some(bits),
    };
    Ok(Content::Pcm(Layout { format, encoding, start, len }))
}

/// Samples are left-justified in whole bytes (12 bits lie in 2, 20 in 3), so the byte count decides.
/// It comes from the frame size where that is possible, because headers of 24-in-32-bit files exist.
fn integer_encoding(fmt: Fmt) -> Result<Encoding, DecodeError> {
    let by_bits = fmt.bits.div_ceil(8);
    let by_frame = fmt.frame_bytes / fmt.channels;
    let exact = fmt.frame_bytes.is_multiple_of(fmt.channels) && (by_bits..=4).contains(&by_frame);
    match if exact { by_frame } else { by_bits } {
        1 => Ok(Encoding::U8),
        2 => Ok(Encoding::S16),
        3 => Ok(Encoding::S24),
        4 => Ok(Encoding::S32),
        _ => Err(DecodeError::unsupported(format!("{}-bit PCM in WAV", fmt.bits))),
    }
}

/// Registered format tags (RFC 2361) that telephone systems are known to write.
fn codec_name(tag: u16) -> String {
    match tag {
        0x0022 => "TrueSpeech".into(),
        0x0031 => "GSM 6.10".into(),
        0x0045 | 0x0064 => "G.726".into(),
        0x028f => "G.722".into(),
        0x0083 => "G.729".into(),
        0x0111 => "G.723.1".into(),
        0x0160..=0x0163 => "Windows Media audio".into(),
        0x00ff | 0x1600 | 0x1610 => "AAC".into(),
        other => format!("codec {other:#06x}"),
    }
}

fn damaged(reason: &str) -> DecodeError {
    DecodeError::Damaged { container: Container::Wav.name(), reason: reason.into() }
}

/// Reads the samples of a WAV file.
pub(crate) struct WavPcm {
    source: Watched,
    layout: Layout,
    left: u64,
    bytes: Vec<u8>,
}

impl WavPcm {
    /// # Errors
    ///
    /// `Read` when the source cannot go to the first sample.
    pub(crate) fn new(mut source: Watched, layout: Layout) -> Result<Self, DecodeError> {
        source.seek(SeekFrom::Start(layout.start)).map_err(DecodeError::Read)?;
        let left = layout.len.unwrap_or(u64::MAX);
        Ok(Self { source, layout, left, bytes: vec![0; READ_BYTES] })
    }

    fn frame_bytes(&self) -> usize {
        self.layout.encoding.width() * usize::from(self.layout.format.channels)
    }

    /// Reads whole frames; a last part of a frame is dropped.
    fn fill(&mut self) -> io::Result<usize> {
        let whole = READ_BYTES / self.frame_bytes() * self.frame_bytes();
        let wanted = usize::try_from(self.left).unwrap_or(whole).min(whole);
        let filled = read_up_to(&mut self.source, &mut self.bytes[..wanted])?;
        self.left -= filled as u64;
        Ok(filled / self.frame_bytes() * self.frame_bytes())
    }
}

impl BlockReader for WavPcm {
    fn format(&self) -> &MediaFormat {
        &self.layout.format
    }

    fn read(&mut self, block: &mut Block) -> Result<Progress, DecodeError> {
        let filled = self.fill().map_err(DecodeError::Read)?;
        if filled == 0 {
            let missing = self.left >= self.frame_bytes() as u64 && self.layout.len.is_some();
            return Ok(match missing {
                true => Progress::Cut(format!("{} bytes of samples are missing", self.left)),
                false => Progress::End,
            });
        }
        let format = &self.layout.format;
        block.reset(format.rate, usize::from(format.channels));
        self.layout.encoding.deinterleave(&self.bytes[..filled], &mut block.planes);
        Ok(Progress::Block)
    }
}

//! Recognises a container from its bytes. Strict on purpose: text that happens to hold an MPEG sync
//! word, or PCM without a header, must not be "decoded" into noise.

use std::io::{Seek, SeekFrom};

use crate::error::DecodeError;
use crate::format::Container;
use crate::source::{Watched, read_up_to};

/// Enough for three of the longest MPEG audio frames (1 441 bytes) behind some leading rubbish.
const HEAD_BYTES: usize = 16 * 1024;

/// How far into the file the first MPEG audio frame may lie; recorders cut streams mid-frame.
const SYNC_SEARCH_BYTES: usize = 8 * 1024;

/// Frames in a row that must agree before bytes count as an MPEG or ADTS stream; two are enough
/// when the second ends with the file.
const FRAMES_IN_A_ROW: usize = 3;

/// Where media begins and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sniffed {
    pub container: Container,
    /// Offset in bytes of the first byte of the container, behind any ID3 tags.
    pub start: u64,
}

/// Looks at the first bytes and leaves the source at [`Sniffed::start`].
pub(crate) fn sniff(source: &mut Watched) -> Result<Sniffed, DecodeError> {
    let mut start = 0;
    let mut head = vec![0; HEAD_BYTES];
    loop {
        source.seek(SeekFrom::Start(start)).map_err(DecodeError::Read)?;
        let filled = read_up_to(source, &mut head).map_err(DecodeError::Read)?;
        let head = &head[..filled];
        match id3_len(head) {
            Some(len) => start += len,
            None if head.is_empty() && start == 0 => return Err(DecodeError::Empty),
            None => {
                source.seek(SeekFrom::Start(start)).map_err(DecodeError::Read)?;
                let ends_here = filled < HEAD_BYTES;
                return recognise(head, ends_here).map(|container| Sniffed { container, start });
            }
        }
    }
}

fn recognise(head: &[u8], ends_here: bool) -> Result<Container, DecodeError> {
    if let Some(container) = by_marker(head) {
        return Ok(container);
    }
    if let Some(name) = known_but_unsupported(head) {
        return Err(DecodeError::unsupported(name));
    }
    framed_stream(head, ends_here).ok_or(DecodeError::NotMedia)
}

fn by_marker(head: &[u8]) -> Option<Container> {
    let at = |offset: usize, marker: &[u8]| {
        head.get(offset..).is_some_and(|rest| rest.starts_with(marker))
    };
    let riff = at(0, b"RIFF") || at(0, b"RF64") || at(0, b"BW64");
    match () {
        () if riff && at(8, b"WAVE") => Some(Container::Wav),
        () if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) => Some(Container::Aiff),
        () if at(0, b"caff") => Some(Container::Caf),
        () if at(0, b"fLaC") => Some(Container::Flac),
        () if at(0, b"OggS") => Some(Container::Ogg),
        () if at(4, b"ftyp") => Some(Container::Mp4),
        () if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) => Some(Container::Matroska),
        () => None,
    }
}

/// Formats people do upload and deserve to be told by name that they cannot be read.
fn known_but_unsupported(head: &[u8]) -> Option<&'static str> {
    const MARKERS: &[(usize, &[u8], &str)] = &[
        (0, b"#!AMR", "AMR"),
        (0, b"#!SILK", "SILK"),
        (0, b"RIFX", "big-endian WAV (RIFX)"),
        (8, b"AVI ", "AVI"),
        (0, b"riff\x2e\x91\xcf\x11", "Wave64"),
        (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media"),
        (0, b"FLV\x01", "Flash video"),
        (0, b".snd", "Sun audio (AU)"),
        (0, b"wvpk", "WavPack"),
        (0, b"MAC ", "Monkey's Audio"),
        (0, b"ADIF", "AAC with ADIF header"),
        (0, b"MThd", "MIDI"),
        (0, b"DSD ", "DSD"),
        (0, b"\x00\x00\x01\xba", "MPEG program stream"),
        (0, b"RIFF", "RIFF without audio"),
        (4, b"moov", "QuickTime without a file type"),
        (4, b"mdat", "QuickTime without a file type"),
        (4, b"wide", "QuickTime without a file type"),
    ];
    let transport_stream = head.len() > 376 && [0, 188, 376].iter().all(|&i| head[i] == 0x47);
    MARKERS
        .iter()
        .find(|(offset, marker, _)| head.get(*offset..).is_some_and(|h| h.starts_with(marker)))
        .map(|(_, _, name)| *name)
        .or(transport_stream.then_some("MPEG transport stream"))
}

/// Finds frames that follow one another exactly, as only a real MPEG or ADTS stream has them.
fn framed_stream(head: &[u8], ends_here: bool) -> Option<Container> {
    let last = SYNC_SEARCH_BYTES.min(head.len());
    (0..last).find_map(|offset| {
        if head[offset] != 0xff {
            return None;
        }
        let stream = &head[offset..];
        if frames_follow(stream, ends_here, mpeg_frame) {
            Some(Container::Mpeg)
        } else {
            frames_follow(stream, ends_here, adts_frame).then_some(Container::Adts)
        }
    })
}

/// Length in bytes and the fields that stay constant through a stream.
type Frame = (usize, u32);

fn frames_follow(stream: &[u8], ends_here: bool, parse: fn(&[u8]) -> Option<Frame>) -> bool {
    let Some((first_len, constant)) = parse(stream) else { return false };
    let mut position = first_len;
    for seen in 1..FRAMES_IN_A_ROW {
        if ends_here && position >= stream.len() {
            return position == stream.len() && seen >= 2;
        }
        match stream.get(position..).and_then(parse) {
            Some((len, same)) if same == constant => position += len,
            _ => return false,
        }
    }
    true
}

/// Parses an MPEG-1/2/2.5 audio frame header (ISO 11172-3 2.4.1.3, ISO 13818-3 2.4.2.3).
fn mpeg_frame(bytes: &[u8]) -> Option<Frame> {
    let header = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?);
    let (version, layer) = ((header >> 19) & 3, (header >> 17) & 3);
    let (bitrate, rate) = ((header >> 12) & 15, (header >> 10) & 3);
    if header >> 21 != 0x7ff || version == 1 || layer == 0 || rate == 3 {
        return None;
    }
    let kbps = mpeg_kbps(version == 3, layer, bitrate as usize)?;
    let hertz = [44_100, 48_000, 32_000][rate as usize] >> [2, 0, 1, 0][version as usize];
    let padding = (header >> 9) & 1;
    let len = match (layer, version) {
        (3, _) => (12_000 * kbps / hertz + padding) * 4,
        (1, 0 | 2) => 72_000 * kbps / hertz + padding,
        _ => 144_000 * kbps / hertz + padding,
    };
    Some((len as usize, header & 0xfffe_0c00))
}

/// Bit rate in kbit/s; `None` for "free" (0) and "bad" (15). Layer 3 is I, 2 is II, 1 is III.
fn mpeg_kbps(mpeg1: bool, layer: u32, index: usize) -> Option<u32> {
    const V1_L1: [u32; 14] = [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448];
    const V1_L2: [u32; 14] = [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];
    const V1_L3: [u32; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const V2_L1: [u32; 14] = [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256];
    const V2_L23: [u32; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let table = match (mpeg1, layer) {
        (true, 3) => V1_L1,
        (true, 2) => V1_L2,
        (true, _) => V1_L3,
        (false, 3) => V2_L1,
        (false, _) => V2_L23,
    };
    table.get(index.checked_sub(1)?).copied()
}

/// Parses an ADTS header (ISO 13818-7 6.2).
fn adts_frame(bytes: &[u8]) -> Option<Frame> {
    let b: &[u8; 7] = bytes.get(..7)?.try_into().ok()?;
    let rate_index = (b[2] >> 2) & 15;
    if b[0] != 0xff || b[1] & 0xf6 != 0xf0 || rate_index > 12 {
        return None;
    }
    let len = usize::from(b[3] & 3) << 11 | usize::from(b[4]) << 3 | usize::from(b[5] >> 5);
    let constant = u32::from(b[1]) << 8 | u32::from(b[2] & 0xfc);
    (len > 7).then_some((len, constant))
}

/// Length in bytes of an ID3v2 tag with its header (and footer) at the start of `head`.
fn id3_len(head: &[u8]) -> Option<u64> {
    let h = head.get(..10).filter(|h| h.starts_with(b"ID3"))?;
    let size = h[6..10].iter().fold(0u64, |size, byte| size << 7 | u64::from(byte & 0x7f));
    let footer = if h[5] & 0x10 != 0 { 10 } else { 0 };
    Some(10 + size + footer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_media_even_with_a_sync_word_inside() {
        let mut text = b"Dear sir, the recording is attached. ".repeat(40);
        text[100..104].copy_from_slice(&[0xff, 0xfb, 0x90, 0x00]);
        assert!(matches!(recognise(&text, true), Err(DecodeError::NotMedia)));
    }

    #[test]
    fn an_mpeg_stream_needs_frames_that_follow_one_another() {
        let mut frame = vec![0; 417];
        frame[..4].copy_from_slice(&[0xff, 0xfb, 0x90, 0x00]);
        assert_eq!(recognise(&frame.repeat(4), false).ok(), Some(Container::Mpeg));
        let spaced = [frame.clone(), vec![0; 5], frame].concat();
        assert!(matches!(recognise(&spaced, true), Err(DecodeError::NotMedia)));
    }

    #[test]
    fn formats_that_cannot_be_read_are_named() {
        let amr = recognise(b"#!AMR\n\x3c\x48", true);
        assert!(matches!(amr, Err(DecodeError::Unsupported { format }) if format == "AMR"));
    }

    #[test]
    fn an_id3_tag_is_measured_with_its_seven_bit_length() {
        assert_eq!(id3_len(b"ID3\x04\x00\x00\x00\x00\x02\x01rest"), Some(10 + 257));
        assert_eq!(id3_len(b"RIFFxxxxWAVE"), None);
    }
}

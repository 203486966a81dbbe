//! Every container but plain WAV: symphonia finds the packets and decodes them.

use std::io::{Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{
    AudioCodecId, AudioCodecParameters, AudioDecoder, AudioDecoderOptions,
};
use symphonia::core::errors::Error as MediaError;
use symphonia::core::formats::probe::{Hint, Probe};
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::packet::Packet;
use symphonia::default::{formats, get_codecs};

use crate::block::{Block, BlockReader, Progress};
use crate::codec_name::codec_name;
use crate::error::DecodeError;
use crate::format::{Container, MediaFormat};
use crate::opus::{OPUS_RATE, Opus};
use crate::source::Watched;
use crate::stream_clock::StreamClock;

/// Packets in a row that may fail before the rest of the file is given up.
const BAD_PACKETS_MAX: u32 = 200;

/// Media opened by symphonia, with one audio track chosen.
pub(crate) struct Demuxed {
    reader: Box<dyn FormatReader>,
    track_id: u32,
    decoder: Decoder,
    format: MediaFormat,
    clock: StreamClock,
    bad_in_a_row: u32,
    damage: Option<String>,
}

enum Decoder {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Box<Opus>),
}

impl Demuxed {
    /// Opens the container that begins at byte `start` and chooses its audio track.
    pub(crate) fn open(
        mut source: Watched,
        container: Container,
        start: u64,
    ) -> Result<Self, DecodeError> {
        source.seek(SeekFrom::Start(start)).map_err(DecodeError::Read)?;
        let stream = MediaSourceStream::new(Box::new(source), MediaSourceStreamOptions::default());
        let (formats, meta) = (FormatOptions::default(), MetadataOptions::default());
        let probe = probe_for(container);
        let reader = guarded(|| probe.probe(&Hint::new(), stream, formats, meta))
            .map_err(|error| refusal(container, &error))?;
        let track = audio_track(reader.as_ref(), container)?;
        let (track_id, clock) = (track.id, StreamClock::new(track));
        let params = audio_params(track).ok_or(DecodeError::NoAudio)?;
        let decoder = Decoder::new(params, container)?;
        let format = decoder.format(params, container);
        Ok(Self { reader, track_id, decoder, format, clock, bad_in_a_row: 0, damage: None })
    }

    /// After a chained stream begins anew: the same choice once more, on the running clock.
    fn reopen(&mut self) -> Result<(), DecodeError> {
        let container = self.format.container;
        let track = audio_track(self.reader.as_ref(), container)?;
        self.track_id = track.id;
        self.clock.restart(track);
        let params = audio_params(track).ok_or(DecodeError::NoAudio)?;
        self.decoder = Decoder::new(params, container)?;
        Ok(())
    }

    fn decode(&mut self, packet: &Packet, block: &mut Block) -> Result<(), MediaError> {
        guarded(|| self.decoder.decode(packet, block))?;
        let frames = block.frames() as u64;
        block.silence_before = self.clock.place(packet.pts, block.rate, frames);
        Ok(())
    }

    /// One bad packet is left out; its time stays, because the clock sees the next packet late.
    fn skip_bad_packet(&mut self, error: &MediaError) -> Progress {
        self.bad_in_a_row += 1;
        self.damage.get_or_insert_with(|| error.to_string());
        match self.bad_in_a_row < BAD_PACKETS_MAX {
            true => Progress::Block,
            false => Progress::Cut(error.to_string()),
        }
    }

    fn end(&mut self) -> Progress {
        match self.damage.take().or_else(|| self.clock.shortfall()) {
            Some(reason) => Progress::Cut(reason),
            None => Progress::End,
        }
    }
}

impl BlockReader for Demuxed {
    fn format(&self) -> &MediaFormat {
        &self.format
    }

    fn read(&mut self, block: &mut Block) -> Result<Progress, DecodeError> {
        block.reset(self.format.rate, usize::from(self.format.channels));
        let packet = match guarded(|| self.reader.next_packet()) {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(self.end()),
            Err(MediaError::ResetRequired) => return self.reopen().map(|()| Progress::Block),
            Err(error) => return Ok(Progress::Cut(error.to_string())),
        };
        if packet.track_id != self.track_id {
            return Ok(Progress::Block);
        }
        match self.decode(&packet, block) {
            Ok(()) => self.bad_in_a_row = 0,
            Err(error) => return Ok(self.skip_bad_packet(&error)),
        }
        Ok(Progress::Block)
    }
}

impl Decoder {
    fn new(params: &AudioCodecParameters, container: Container) -> Result<Self, DecodeError> {
        let unsupported =
            || DecodeError::unsupported(format!("{} in {container}", codec_name(params.codec)));
        if params.codec == CODEC_ID_OPUS {
            let head = params.extra_data.as_deref().unwrap_or_default();
            return Opus::new(head).map(|opus| Self::Opus(Box::new(opus))).ok_or_else(unsupported);
        }
        let options = AudioDecoderOptions::default();
        match guarded(|| get_codecs().make_audio_decoder(params, &options)) {
            Ok(decoder) => Ok(Self::Symphonia(decoder)),
            Err(MediaError::Unsupported(_)) => Err(unsupported()),
            Err(error) => Err(refusal(container, &error)),
        }
    }

    fn format(&self, params: &AudioCodecParameters, container: Container) -> MediaFormat {
        let by_header = params.channels.as_ref().map_or(0, |channels| channels.count());
        let (rate, channels) = match self {
            Self::Symphonia(_) => (params.sample_rate.unwrap_or(0), by_header),
            Self::Opus(opus) => (OPUS_RATE, opus.channels()),
        };
        MediaFormat {
            container,
            codec: codec_name(params.codec).into(),
            rate,
            channels: u16::try_from(channels).unwrap_or(u16::MAX),
            bits: bits(params),
        }
    }

    fn decode(&mut self, packet: &Packet, block: &mut Block) -> Result<(), MediaError> {
        match self {
            Self::Symphonia(decoder) => {
                let audio = decoder.decode(packet)?;
                block.reset(audio.spec().rate(), audio.num_planes());
                audio.copy_to_vecs_planar(&mut block.planes);
                for sample in block.planes.iter_mut().flatten() {
                    *sample = if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
                }
                Ok(())
            }
            Self::Opus(opus) => {
                block.reset(OPUS_RATE, opus.channels());
                let trim_end = usize::try_from(packet.trim_end.get()).unwrap_or(0);
                opus.decode(&packet.data, trim_end, &mut block.planes)
                    .map_err(|_| MediaError::DecodeError("opus: broken packet"))
            }
        }
    }
}

/// Turns a panic of the demuxing crate into damage of the media.
///
/// Symphonia 0.6.1 adds and multiplies fields of the file unchecked, and this workspace compiles
/// arithmetic overflow as a panic: a CAF packet table with impossible counts (found by the damage
/// test) would otherwise end the process.
fn guarded<T>(work: impl FnOnce() -> Result<T, MediaError>) -> Result<T, MediaError> {
    let impossible = MediaError::DecodeError("impossible values");
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(impossible))
}

/// A probe that knows one container, so that bytes inside it cannot pass for another.
fn probe_for(container: Container) -> Probe {
    let mut probe = Probe::default();
    match container {
        Container::Wav => probe.register_format::<formats::WavReader<'_>>(),
        Container::Aiff => probe.register_format::<formats::AiffReader<'_>>(),
        Container::Caf => probe.register_format::<formats::CafReader<'_>>(),
        Container::Flac => probe.register_format::<formats::FlacReader<'_>>(),
        Container::Ogg => probe.register_format::<formats::OggReader<'_>>(),
        Container::Mp4 => probe.register_format::<formats::IsoMp4Reader<'_>>(),
        Container::Matroska => probe.register_format::<formats::MkvReader<'_>>(),
        Container::Mpeg => probe.register_format::<formats::MpaReader<'_>>(),
        Container::Adts => probe.register_format::<formats::AdtsReader<'_>>(),
    }
    probe
}

/// The default audio track if it can be decoded, else the first that can, else the refusal that
/// says most.
fn audio_track(reader: &dyn FormatReader, container: Container) -> Result<&Track, DecodeError> {
    let decodable = |track: &&Track| audio_params(track).is_some_and(|p| can_decode(p.codec));
    let default = reader.default_track(TrackType::Audio).filter(decodable);
    if let Some(track) = default.or_else(|| reader.tracks().iter().find(decodable)) {
        return Ok(track);
    }
    let named = reader.tracks().iter().find_map(audio_params).map(|params| params.codec);
    let unnamed = reader.tracks().iter().any(|track| track.codec_params.is_none());
    Err(match named {
        Some(codec) => DecodeError::unsupported(format!("{} in {container}", codec_name(codec))),
        None if unnamed => DecodeError::unsupported(format!("an unknown codec in {container}")),
        None => DecodeError::NoAudio,
    })
}

fn audio_params(track: &Track) -> Option<&AudioCodecParameters> {
    track.codec_params.as_ref()?.audio()
}

/// Only lossless codecs have bits per sample; some containers claim them for others too.
fn bits(params: &AudioCodecParameters) -> Option<u16> {
    let lossless = matches!(codec_name(params.codec), "PCM" | "FLAC" | "Apple Lossless");
    let bits = params.bits_per_sample.and_then(|bits| u16::try_from(bits).ok());
    bits.filter(|bits| lossless && *bits > 0)
}

fn can_decode(codec: AudioCodecId) -> bool {
    codec == CODEC_ID_OPUS || get_codecs().get_audio_decoder(codec).is_some()
}

fn refusal(container: Container, error: &MediaError) -> DecodeError {
    match error {
        MediaError::Unsupported(reason) if reason.contains("codec") => {
            DecodeError::unsupported(format!("{container} ({reason})"))
        }
        other => DecodeError::Damaged { container: container.name(), reason: other.to_string() },
    }
}

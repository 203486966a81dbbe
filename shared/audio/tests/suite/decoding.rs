//! Any container, codec, width and rate becomes the same sound at the same time.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use audio::{Container, DecodeError, DecodeLimits, Decoded, MediaSource, Spool};

use crate::sound::{bursts, decode};
use crate::wav_file::WavFile;

/// Checks that both channels hold their burst: when, how high, how loud.
#[track_caller]
fn assert_bursts(decoded: &Decoded, late_ms: u64) {
    assert_eq!(decoded.channels.len(), 2);
    for (channel, (hertz, from_ms)) in [(440.0, 500), (880.0, 1000)].into_iter().enumerate() {
        let samples = decoded.channels[channel].read_range(0, 64_000).unwrap();
        let loud = |sample: &i16| sample.unsigned_abs() > 5_000;
        let first = samples.iter().position(loud).unwrap() as u64 / 16;
        let last = samples.iter().rposition(loud).unwrap() as u64 / 16;
        let due = from_ms - 2..=from_ms + late_ms;
        assert!(due.contains(&first), "channel {channel} begins at {first} ms");
        assert!((495..=505).contains(&(last - first)), "channel {channel} lasts {first}..{last}");
        let middle = &samples[(first as usize + 100) * 16..(first as usize + 400) * 16];
        let crossings = middle.windows(2).filter(|pair| (pair[0] < 0) != (pair[1] < 0)).count();
        let measured = crossings as f32 / 2.0 / 0.3;
        assert!((measured - hertz).abs() < 8.0, "channel {channel} sounds at {measured} Hz");
        let peak = middle.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((14_000..20_000).contains(&peak), "channel {channel} peaks at {peak}");
    }
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media");
    std::fs::read(folder.join(name)).unwrap()
}

/// Name, container, codec, and how many milliseconds late the codec is where nothing in the file
/// says so: encoders put 1024 (AAC) or 1105 (MP3) frames in front.
const FIXTURES: [(&str, Container, &str, u64); 13] = [
    ("bursts.mp3", Container::Mpeg, "MP3", 3),
    ("bursts.m4a", Container::Mp4, "AAC", 26),
    ("bursts-fragmented.mp4", Container::Mp4, "AAC", 26),
    ("film.mp4", Container::Mp4, "AAC", 26),
    ("bursts.aac", Container::Adts, "AAC", 26),
    ("bursts.ogg", Container::Ogg, "Vorbis", 3),
    ("film.webm", Container::Matroska, "Vorbis", 3),
    ("bursts.opus", Container::Ogg, "Opus", 3),
    ("bursts.webm", Container::Matroska, "Opus", 3),
    ("bursts.flac", Container::Flac, "FLAC", 3),
    ("bursts.caf", Container::Caf, "Apple Lossless", 3),
    ("bursts-ima.wav", Container::Wav, "IMA ADPCM", 3),
    ("bursts-mp3.wav", Container::Mpeg, "MP3", 40),
];

#[test]
fn every_container_and_codec_gives_the_same_bursts() {
    for (name, container, codec, late_ms) in FIXTURES {
        println!("{name}");
        let decoded = decode(&fixture(name)).unwrap();
        assert_eq!((decoded.format.container, &*decoded.format.codec), (container, codec));
        assert!(!decoded.truncated, "{name} is whole");
        assert!((2000..2100).contains(&decoded.duration_ms), "{name}: {}", decoded.duration_ms);
        assert_bursts(&decoded, late_ms);
    }
}

#[test]
fn every_sample_width_gives_the_same_bursts() {
    type Encode = fn(f32, &mut Vec<u8>);
    let integer: [(u16, Encode); 4] = [
        (8, |s, out| out.push((s * 127.0 + 128.0) as u8)),
        (16, |s, out| out.extend_from_slice(&((s * 32_767.0) as i16).to_le_bytes())),
        (24, |s, out| out.extend_from_slice(&((s * 8_388_607.0) as i32).to_le_bytes()[..3])),
        (32, |s, out| out.extend_from_slice(&((s * 2_147_483_000.0) as i32).to_le_bytes())),
    ];
    let float: [(u16, Encode); 2] = [
        (32, |s, out| out.extend_from_slice(&s.to_le_bytes())),
        (64, |s, out| out.extend_from_slice(&f64::from(s).to_le_bytes())),
    ];
    let table = integer.map(|row| (1, row)).into_iter().chain(float.map(|row| (3, row)));
    for (tag, (bits, encode)) in table {
        let mut file = WavFile::with(tag, bits, 8_000, &bursts(8_000), encode);
        for extensible in [false, true] {
            file.extensible = extensible;
            let decoded = decode(&file.bytes()).unwrap();
            assert_eq!(decoded.format.bits, Some(bits));
            assert_eq!(decoded.duration_ms, 2000);
            assert_bursts(&decoded, 2);
        }
    }
}

/// G.711 as an encoder would: the code whose decoded value lies nearest.
fn g711(sample: f32, decode: fn(u8) -> i32) -> u8 {
    let wanted = (sample * 32_767.0) as i32;
    (0..=255).min_by_key(|&code| (decode(code) - wanted).abs()).unwrap()
}

#[test]
fn a_law_and_mu_law_give_the_same_bursts() {
    fn a_law(code: u8) -> i32 {
        let code = code ^ 0x55;
        let (segment, step) = (i32::from(code >> 4 & 7), i32::from(code & 15));
        let size = if segment == 0 { step * 16 + 8 } else { (step * 16 + 264) << (segment - 1) };
        if code & 0x80 == 0 { -size } else { size }
    }
    fn mu_law(code: u8) -> i32 {
        let code = !code;
        let size = ((i32::from(code & 15) * 8 + 132) << (code >> 4 & 7)) - 132;
        if code & 0x80 == 0 { size } else { -size }
    }
    let bursts = bursts(8_000);
    let mut a = WavFile::with(6, 8, 8_000, &bursts, |s, out| out.push(g711(s, a_law)));
    let mut mu = WavFile::with(7, 8, 8_000, &bursts, |s, out| out.push(g711(s, mu_law)));
    for (file, codec) in [(&mut a, "A-law"), (&mut mu, "mu-law")] {
        for extensible in [false, true] {
            file.extensible = extensible;
            let decoded = decode(&file.bytes()).unwrap();
            assert_eq!(decoded.format.codec, codec);
            assert_bursts(&decoded, 2);
        }
    }
}

#[test]
fn every_rate_gives_the_same_bursts() {
    for rate in [8_000, 11_025, 12_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000] {
        let decoded = decode(&WavFile::pcm16(rate, &bursts(rate)).bytes()).unwrap();
        assert_eq!((decoded.format.rate, decoded.duration_ms), (rate, 2000));
        assert_bursts(&decoded, 2);
    }
}

#[test]
fn a_wav_made_by_another_writer_decodes() {
    let mut bytes = io::Cursor::new(Vec::new());
    let (channels, sample_rate, bits_per_sample) = (2, 8_000, 16);
    let sample_format = hound::SampleFormat::Int;
    let spec = hound::WavSpec { channels, sample_rate, bits_per_sample, sample_format };
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    let [left, right] = bursts(8_000);
    for (l, r) in left.iter().zip(&right) {
        writer.write_sample((l * 32_767.0) as i16).unwrap();
        writer.write_sample((r * 32_767.0) as i16).unwrap();
    }
    writer.finalize().unwrap();
    assert_bursts(&decode(bytes.get_ref()).unwrap(), 2);
}

#[test]
fn a_wav_whose_size_says_nothing_is_decoded_to_its_end() {
    let mut file = WavFile::pcm16(8_000, &bursts(8_000));
    for claimed in [0, u32::MAX, 0x7fff_ffff, 0x7fff_f024] {
        file.claimed_size = Some(claimed);
        let decoded = decode(&file.bytes()).unwrap();
        assert_eq!((decoded.duration_ms, decoded.truncated), (2000, false), "{claimed:#x}");
        assert_bursts(&decoded, 2);
    }
}

#[test]
fn a_cut_wav_gives_what_is_there_and_says_so() {
    let bytes = WavFile::pcm16(8_000, &bursts(8_000)).bytes();
    let decoded = decode(&bytes[..bytes.len() / 2]).unwrap();
    assert!(decoded.truncated);
    assert!((990..1000).contains(&decoded.duration_ms));
}

#[test]
fn a_wav_of_no_samples_has_no_audio() {
    let file = WavFile::pcm16(8_000, &[Vec::new()]);
    assert!(matches!(decode(&file.bytes()), Err(DecodeError::NoAudio)));
}

#[test]
fn a_cut_mp4_gives_what_is_there_or_a_clear_refusal() {
    let whole = fixture("bursts.m4a");
    for percent in [30, 60, 90] {
        match decode(&whole[..whole.len() * percent / 100]) {
            Ok(decoded) => assert!(decoded.truncated),
            Err(error) => assert!(matches!(error, DecodeError::Damaged { .. }), "{error:?}"),
        }
    }
}

#[test]
fn a_cut_mp3_gives_what_is_there_and_says_so() {
    let whole = fixture("bursts.mp3");
    let decoded = decode(&whole[..whole.len() / 3]).unwrap();
    assert!(decoded.truncated);
    assert!((500..800).contains(&decoded.duration_ms), "{}", decoded.duration_ms);
}

#[test]
fn a_tag_in_front_of_an_mp3_does_not_matter() {
    let tag = [b"ID3\x04\x00\x00\x00\x00\x0f\x50".to_vec(), vec![0xff; 15 * 128 + 0x50]].concat();
    let decoded = decode(&[tag, fixture("bursts.mp3")].concat()).unwrap();
    assert_bursts(&decoded, 3);
}

#[test]
fn what_is_not_media_is_refused_by_its_own_name() {
    assert!(matches!(decode(b""), Err(DecodeError::Empty)));
    assert!(matches!(decode(b"x"), Err(DecodeError::NotMedia)));
    assert!(matches!(decode(&b"Minutes of the meeting\n".repeat(99)), Err(DecodeError::NotMedia)));
    assert!(matches!(decode(&[0; 5000]), Err(DecodeError::NotMedia)));
    assert!(matches!(decode(&fixture("film-without-sound.mp4")), Err(DecodeError::NoAudio)));
    let headerless = WavFile::pcm16(16_000, &bursts(16_000)).data;
    assert!(matches!(decode(&headerless), Err(DecodeError::NotMedia)));
    let mut gsm = WavFile::pcm16(8_000, &bursts(8_000));
    gsm.tag = 0x31;
    let refusal = decode(&gsm.bytes()).unwrap_err();
    assert_eq!(refusal.to_string(), "GSM 6.10 in WAV is not supported");
}

#[test]
fn eight_channels_are_decoded_and_nine_are_refused() {
    let silent = vec![0.0; 8_000];
    let decoded = decode(&WavFile::pcm16(8_000, &vec![silent.clone(); 8]).bytes()).unwrap();
    assert_eq!(decoded.channels.len(), 8);
    for found in [9, 20] {
        let refusal = decode(&WavFile::pcm16(8_000, &vec![silent.clone(); found]).bytes());
        let expected = found as u16;
        assert!(
            matches!(refusal, Err(DecodeError::TooManyChannels { found, max: 8 }) if found == expected)
        );
    }
}

#[test]
fn a_recording_beyond_the_limit_is_refused() {
    let bytes = WavFile::pcm16(8_000, &bursts(8_000)).bytes();
    let limits = DecodeLimits { duration_ms_max: 1_500, ..Default::default() };
    let scratch = std::env::temp_dir();
    let refusal = audio::decode(Box::new(io::Cursor::new(bytes)), &scratch, &limits);
    assert!(matches!(refusal, Err(DecodeError::TooLong { max_ms: 1_500 })));
}

/// A source whose storage fails after some bytes.
struct FailsAt {
    inner: io::Cursor<Vec<u8>>,
    at: u64,
}

impl Read for FailsAt {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self.inner.position() >= self.at {
            true => Err(io::Error::other("the object store is away")),
            false => {
                let most = buf.len().min((self.at - self.inner.position()) as usize);
                self.inner.read(&mut buf[..most])
            }
        }
    }
}

impl Seek for FailsAt {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

impl MediaSource for FailsAt {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.inner.get_ref().len() as u64)
    }
}

#[test]
fn a_storage_failure_is_never_taken_for_damaged_media() {
    let wav = WavFile::pcm16(8_000, &bursts(8_000)).bytes();
    for bytes in [wav, fixture("bursts.mp3"), fixture("bursts.m4a"), fixture("bursts.webm")] {
        for at in [0, 30, bytes.len() as u64 / 2, bytes.len() as u64 - 100] {
            let source = FailsAt { inner: io::Cursor::new(bytes.clone()), at };
            let scratch = std::env::temp_dir();
            let result = audio::decode(Box::new(source), &scratch, &Default::default());
            assert!(matches!(result, Err(DecodeError::Read(_))), "at {at}: {result:?}");
        }
    }
}

#[test]
fn no_scratch_folder_is_a_scratch_failure() {
    let bytes = WavFile::pcm16(8_000, &bursts(8_000)).bytes();
    let nowhere = Path::new("/nowhere/at/all");
    let result = audio::decode(Box::new(io::Cursor::new(bytes)), nowhere, &Default::default());
    assert!(matches!(result, Err(DecodeError::Scratch(_))));
}

#[test]
fn a_spool_knows_its_length() {
    let spool = Spool::from_samples(&std::env::temp_dir(), &[0; 16_008]).unwrap();
    assert_eq!((spool.len(), spool.duration_ms(), spool.is_empty()), (16_008, 1000, false));
}

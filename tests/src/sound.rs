//! Sounds and files made in code.
#![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

use std::f64::consts::TAU;
use std::io::Cursor;

/// Samples per second of everything made here.
pub const RATE: u32 = 16_000;

/// A WAV file of interleaved channels, each sample -1 to 1.
pub fn wav(channels: &[Vec<f64>]) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: channels.len() as u16,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = Cursor::new(vec![]);
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    for index in 0..channels[0].len() {
        for channel in channels {
            writer.write_sample((channel[index].clamp(-1.0, 1.0) * 32_767.0) as i16).unwrap();
        }
    }
    writer.finalize().unwrap();
    file.into_inner()
}

/// Digital silence.
pub fn silence(seconds: f64) -> Vec<f64> {
    vec![0.0; (seconds * f64::from(RATE)) as usize]
}

/// White noise from a fixed seed.
pub fn noise(seconds: f64, level: f64) -> Vec<f64> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
    };
    silence(seconds).iter().map(|_| next() * level).collect()
}

/// Chords that change twice a second, with overtones: what a line on hold plays.
pub fn music(seconds: f64) -> Vec<f64> {
    const CHORDS: [[f64; 3]; 4] = [
        [261.6, 329.6, 392.0],
        [220.0, 261.6, 329.6],
        [174.6, 220.0, 261.6],
        [196.0, 246.9, 293.7],
    ];
    let note = |hz: f64, at: f64| {
        (1..5).map(|n| (TAU * hz * f64::from(n) * at).sin() / f64::from(n * n)).sum::<f64>()
    };
    (0..(seconds * f64::from(RATE)) as usize)
        .map(|index| {
            let at = index as f64 / f64::from(RATE);
            let chord = CHORDS[(at * 2.0) as usize % CHORDS.len()];
            chord.iter().map(|hz| note(*hz, at)).sum::<f64>()
                * 0.12
                * (1.0 - (at * 2.0).fract() * 0.5)
        })
        .collect()
}

/// A sample call that travels with the repository.
pub fn sample(language: &str) -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/samples");
    std::fs::read(format!("{path}/{language}/call.ogg")).unwrap()
}

/// Some of the names in [`unheard_names`].
pub const UNHEARD_NAMES: [&str; 6] =
    ["Veltrix", "Calderwood", "Nordhaven", "Pellworth", "Brenmore", "Dravik"];

/// A recording of sentences with names that no training text has.
pub fn unheard_names() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/accuracy/sets/en-names/audio.ogg");
    std::fs::read(path).unwrap()
}

/// An MP4 film with sound, cut off in the middle.
pub fn truncated_mp4() -> Vec<u8> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/audio/tests/media/film.mp4");
    let whole = std::fs::read(path).unwrap();
    whole[..whole.len() / 2].to_vec()
}

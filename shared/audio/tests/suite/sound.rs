//! Sounds made in code: the fixtures' bursts, noises, tones, and a voice.

use std::f32::consts::TAU;
use std::io::Cursor;

use audio::{DecodeError, Decoded, Spool};

pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    let source = Box::new(Cursor::new(bytes.to_vec()));
    audio::decode(source, &std::env::temp_dir(), &Default::default())
}

/// Samples in `[-1, 1]` at 16 kHz as a spool.
pub fn spool(samples: &[f32]) -> Spool {
    let samples: Vec<i16> =
        samples.iter().map(|s| (s.clamp(-1.0, 1.0) * 32_767.0) as i16).collect();
    Spool::from_samples(&std::env::temp_dir(), &samples).unwrap()
}

pub fn silence(ms: usize) -> Vec<f32> {
    vec![0.0; ms * 16]
}

/// What `tests/media/make.sh` describes, at any rate: two seconds, left 440 Hz from 500 ms, right
/// 880 Hz from 1000 ms, each for 500 ms.
pub fn bursts(rate: u32) -> [Vec<f32>; 2] {
    let burst = |hertz: f32, from: f32| {
        let at = |i: u32| {
            let t = i as f32 / rate as f32;
            if (from..from + 0.5).contains(&t) { 0.5 * (TAU * hertz * t).sin() } else { 0.0 }
        };
        (0..2 * rate).map(at).collect()
    };
    [burst(440.0, 0.5), burst(880.0, 1.0)]
}

/// Repeatable white noise of peak `level`.
pub fn noise(ms: usize, level: f32, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        level * (state as f32 / 2_147_483_648.0 - 1.0)
    };
    (0..ms * 16).map(|_| next()).collect()
}

/// `on_ms` of the tones, then silence to fill `period_ms`, over and over.
pub fn cadence(ms: usize, tones: &[f32], on_ms: usize, period_ms: usize) -> Vec<f32> {
    let at = |i: usize| {
        let t = i as f32 / 16_000.0;
        let sum: f32 = tones.iter().map(|hertz| (TAU * hertz * t).sin()).sum();
        if i / 16 % period_ms < on_ms { 0.3 * sum / tones.len() as f32 } else { 0.0 }
    };
    (0..ms * 16).map(at).collect()
}

/// A vowel's first three formants in hertz.
const VOWELS: [[f32; 3]; 5] = [
    [750.0, 1200.0, 2500.0],
    [300.0, 2250.0, 3000.0],
    [330.0, 1250.0, 2300.0],
    [480.0, 1900.0, 2550.0],
    [480.0, 900.0, 2500.0],
];

/// Syllables of 180 ms: a puff of noise and a vowel on a gliding pitch, through three formants.
pub fn voice(ms: usize, pitch: f32, seed: u32) -> Vec<f32> {
    let mut out = Vec::new();
    for (number, start) in (0..ms).step_by(180).enumerate() {
        let mix = seed.wrapping_mul(31).wrapping_add(number as u32).wrapping_mul(2_654_435_761);
        let vowel = VOWELS[(mix >> 16) as usize % VOWELS.len()];
        out.extend(syllable((ms - start).min(180), pitch, start as f32 / 1000.0, vowel, mix));
    }
    out
}

fn syllable(ms: usize, pitch: f32, at: f32, vowel: [f32; 3], seed: u32) -> Vec<f32> {
    let len = ms * 16;
    let mut phase = 0.0;
    let pulses: Vec<f32> = (0..len)
        .map(|i| {
            let t = i as f32 / 16_000.0;
            let sway = 1.0 + 0.15 * (TAU * 0.7 * (at + t)).sin();
            phase += pitch * sway * (1.0 - 0.5 * t) / 16_000.0;
            if phase >= 1.0 {
                phase -= 1.0;
                return 1.0;
            }
            0.0
        })
        .collect();
    let bands = [(80.0, 1.0), (100.0, 0.5), (140.0, 0.25)];
    let mut sound = vec![0.0f32; len];
    for (hertz, (width, gain)) in vowel.into_iter().zip(bands) {
        for (to, from) in sound.iter_mut().zip(resonate(&pulses, hertz, width)) {
            *to += gain * from;
        }
    }
    let loudest = sound.iter().fold(1e-6f32, |peak, s| peak.max(s.abs()));
    let puff = noise(ms, 0.03, seed);
    for (i, sample) in sound.iter_mut().enumerate() {
        let (t, left) = (i as f32 / 16_000.0, (len - i) as f32 / 16_000.0);
        let fade = (t / 0.02).min(left / 0.03).min(1.0);
        *sample = 0.5 * fade * *sample / loudest + puff[i] * (-t / 0.015).exp();
    }
    sound
}

/// One two-pole resonator.
fn resonate(input: &[f32], hertz: f32, width: f32) -> Vec<f32> {
    let radius = (-std::f32::consts::PI * width / 16_000.0).exp();
    let (a1, a2) = (-2.0 * radius * (TAU * hertz / 16_000.0).cos(), radius * radius);
    let (mut y1, mut y2) = (0.0, 0.0);
    input
        .iter()
        .map(|x| {
            let y = (1.0 + a1 + a2) * x - a1 * y1 - a2 * y2;
            (y2, y1) = (y1, y);
            y
        })
        .collect()
}

/// Adds `other`, scaled, `delay_ms` later.
pub fn mixed(sound: &[f32], other: &[f32], gain: f32, delay_ms: usize) -> Vec<f32> {
    let delayed = std::iter::repeat_n(0.0, delay_ms * 16).chain(other.iter().copied());
    sound.iter().zip(delayed).map(|(a, b)| a + gain * b).collect()
}

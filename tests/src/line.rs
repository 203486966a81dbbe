//! What a telephone line carries when nobody speaks.

use std::f64::consts::TAU;

use crate::sound::{RATE, music, noise, silence};

/// A sound without speech, by the name people know it by.
pub struct LineSound {
    /// Its name.
    pub name: &'static str,
    /// Samples at [`RATE`], -1 to 1.
    pub samples: Vec<f64>,
}

/// Every sound, each so many seconds long.
pub fn all(seconds: f64) -> Vec<LineSound> {
    let named = |name, samples| LineSound { name, samples };
    vec![
        named("silence", silence(seconds)),
        named("faint noise", noise(seconds, 0.001)),
        named("loud noise", noise(seconds, 0.2)),
        named("rumble", rumble(seconds)),
        named("hold music", music(seconds)),
        named("slow hold music", music(seconds / 2.0).iter().flat_map(|s| [*s, *s]).collect()),
        named("keys", keys(seconds)),
        named("ringback, North America", ringing(seconds, &[440.0, 480.0], 2.0, 6.0)),
        named("ringback, Japan", ringing(seconds, &[384.0, 400.0, 416.0], 1.0, 3.0)),
        named("ringback, Europe", ringing(seconds, &[425.0], 1.0, 5.0)),
        named("busy", ringing(seconds, &[480.0, 620.0], 0.5, 1.0)),
        named("dial tone", ringing(seconds, &[350.0, 440.0], 1.0, 1.0)),
        named("breathing", breathing(seconds)),
        named("typing", typing(seconds)),
    ]
}

fn each(seconds: f64, level: impl Fn(f64) -> f64) -> Vec<f64> {
    let count = (seconds * f64::from(RATE)) as usize;
    (0..count).map(|index| level(index as f64 / f64::from(RATE))).collect()
}

/// Tones that sound together for `on` of every `period` seconds.
fn ringing(seconds: f64, tones: &[f64], on: f64, period: f64) -> Vec<f64> {
    each(seconds, |at| match at % period < on {
        true => {
            tones.iter().map(|hz| (TAU * hz * at).sin()).sum::<f64>() * 0.3 / tones.len() as f64
        }
        false => 0.0,
    })
}

/// Telephone keys (ITU-T Q.23): one low and one high tone each, three a second.
fn keys(seconds: f64) -> Vec<f64> {
    const LOW: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
    const HIGH: [f64; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
    each(seconds, |at| {
        let press = (at * 3.0) as usize;
        let sounds = (at * 3.0).fract() < 0.5;
        let (low, high) = (LOW[press * 7 % 4], HIGH[press * 5 % 3]);
        if sounds { 0.2 * ((TAU * low * at).sin() + (TAU * high * at).sin()) } else { 0.0 }
    })
}

/// Noise without its upper frequencies: traffic, a fan, wind on the microphone.
fn rumble(seconds: f64) -> Vec<f64> {
    smoothed(&noise(seconds, 1.0), 0.02).iter().map(|sample| sample * 0.8).collect()
}

/// In and out every four seconds: noise as the mouth shapes it, louder out than in.
fn breathing(seconds: f64) -> Vec<f64> {
    let air = smoothed(&noise(seconds, 1.0), 0.3);
    let depth = each(seconds, |at| {
        let phase = at % 4.0 / 4.0;
        let loud = if phase < 0.4 { 0.03 } else { 0.06 };
        loud * (TAU * phase * 1.25).sin().abs()
    });
    air.iter().zip(depth).map(|(air, depth)| air * depth).collect()
}

/// Clicks of a keyboard, five a second, not quite even.
fn typing(seconds: f64) -> Vec<f64> {
    let grain = noise(seconds, 1.0);
    let strike = each(seconds, |at| {
        let since = (at * 5.0 + 0.2 * (at * 7.0).sin()).fract() / 5.0;
        0.3 * (-since * 400.0).exp()
    });
    grain.iter().zip(strike).map(|(grain, strike)| grain * strike).collect()
}

/// A first-order low-pass filter: each sample moves by `share` towards the input.
fn smoothed(samples: &[f64], share: f64) -> Vec<f64> {
    let step = |level: &mut f64, sample: &f64| {
        *level += share * (sample - *level);
        Some(*level)
    };
    samples.iter().scan(0.0, step).collect()
}

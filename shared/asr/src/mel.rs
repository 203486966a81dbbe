//! Samples to log-mel features, as the published feature extractors compute them.
//!
//! Frames of 400 samples (25 ms) every 160 (10 ms), periodic Hann window, power spectrum, triangular filters of
//! equal area on the Slaney mel scale, log10 clamped to 8 below the maximum, then `(x + 4) / 4`.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::{SAMPLE_RATE, WINDOW_SAMPLES_MAX};

/// Samples of one Fourier transform: 25 ms.
const FFT_SAMPLES: usize = 400;
/// Samples from frame to frame: 10 ms.
pub(crate) const HOP_SAMPLES: usize = 160;
/// Frames of the longest window: 30 s.
pub(crate) const FRAMES: usize = WINDOW_SAMPLES_MAX / HOP_SAMPLES;
/// Frequencies from 0 to 8 kHz in steps of 40 Hz.
const BINS: usize = FFT_SAMPLES / 2 + 1;
/// Smallest power whose logarithm is taken.
const POWER_MIN: f32 = 1e-10;
/// Features keep 8 powers of ten (80 dB) below the loudest.
const RANGE: f32 = 8.0;

/// The feature extractor for one number of mel bands.
pub(crate) struct LogMel {
    bands: Vec<Band>,
    /// Frames of its output, whatever the audio's length.
    frames: usize,
    window: Vec<f32>,
    fft: Arc<dyn RealToComplex<f32>>,
}

/// One triangular filter: weights over a run of neighbouring frequencies.
struct Band {
    first_bin: usize,
    weights: Vec<f32>,
}

impl LogMel {
    /// An extractor with `n_mels` bands, 80 or 128 in published models, for audio of at most `frames`.
    pub(crate) fn new(n_mels: usize, frames: usize) -> LogMel {
        LogMel {
            frames,
            bands: mel_bands(n_mels),
            window: hann(),
            fft: RealFftPlanner::new().plan_fft_forward(FFT_SAMPLES),
        }
    }

    /// Features of audio, filled up with silence: `[frames, n_mels]` row by row, about -1.5 to 2.
    pub(crate) fn features(&self, pcm: &[f32]) -> Vec<f32> {
        let n_mels = self.bands.len();
        let mut features = vec![POWER_MIN.log10(); self.frames * n_mels];
        // Frames that begin after the last sample hold padding only, which is the smallest power.
        let sounding = pcm.len().saturating_add(FFT_SAMPLES / 2) / HOP_SAMPLES + 1;
        let mut frame = Frame::new(self.fft.as_ref(), self.frames * HOP_SAMPLES);
        for (index, row) in features.chunks_exact_mut(n_mels).take(sounding).enumerate() {
            frame.load(pcm, index, &self.window);
            self.log_powers(frame.power(self.fft.as_ref()), row);
        }
        compress(&mut features);
        features
    }

    fn log_powers(&self, power: &[f32; BINS], row: &mut [f32]) {
        for (out, band) in row.iter_mut().zip(&self.bands) {
            let bins = &power[band.first_bin..];
            let sum: f32 = band.weights.iter().zip(bins).map(|(w, p)| w * p).sum();
            *out = sum.max(POWER_MIN).log10();
        }
    }
}

/// Clamps to the range below the maximum and brings the values near -1…1.
fn compress(features: &mut [f32]) {
    let loudest = features.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for value in features {
        *value = (value.max(loudest - RANGE) + 4.0) / 4.0;
    }
}

/// Buffers for one frame.
struct Frame {
    /// Samples of the longest audio, silence after it included.
    length: usize,
    samples: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    power: [f32; BINS],
}

impl Frame {
    fn new(fft: &dyn RealToComplex<f32>, length: usize) -> Frame {
        Frame {
            length,
            samples: fft.make_input_vec(),
            spectrum: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            power: [0.0; BINS],
        }
    }

    /// Takes the samples around `index * 160`; before the start they are mirrored, and so after the end.
    fn load(&mut self, pcm: &[f32], index: usize, window: &[f32]) {
        let from = index * HOP_SAMPLES;
        for (offset, (out, w)) in self.samples.iter_mut().zip(window).enumerate() {
            let position = (from + offset).abs_diff(FFT_SAMPLES / 2);
            let mirrored = position.min((2 * (self.length - 1)).saturating_sub(position));
            *out = pcm.get(mirrored).copied().unwrap_or(0.0) * w;
        }
    }

    fn power(&mut self, fft: &dyn RealToComplex<f32>) -> &[f32; BINS] {
        // The buffers came from this very transform, so their lengths are right and it cannot fail.
        let done =
            fft.process_with_scratch(&mut self.samples, &mut self.spectrum, &mut self.scratch);
        debug_assert!(done.is_ok());
        for (power, value) in self.power.iter_mut().zip(&self.spectrum) {
            *power = value.norm_sqr();
        }
        &self.power
    }
}

/// The periodic Hann window: its period is the frame, not the frame less one.
fn hann() -> Vec<f32> {
    let turn = std::f64::consts::TAU / FFT_SAMPLES as f64;
    (0..FFT_SAMPLES).map(|i| (0.5 - 0.5 * (turn * i as f64).cos()) as f32).collect()
}

/// Triangles between neighbouring corner frequencies, each scaled to unit area (in Hz).
fn mel_bands(n_mels: usize) -> Vec<Band> {
    let top = hertz_to_mel(f64::from(SAMPLE_RATE) / 2.0);
    let corner = |i: usize| mel_to_hertz(top * i as f64 / (n_mels + 1) as f64);
    (0..n_mels).map(|i| band(corner(i), corner(i + 1), corner(i + 2))).collect()
}

fn band(low: f64, middle: f64, high: f64) -> Band {
    let bin_hertz = f64::from(SAMPLE_RATE) / FFT_SAMPLES as f64;
    let weight = |bin: usize| {
        let hertz = bin as f64 * bin_hertz;
        let rising = (hertz - low) / (middle - low);
        let falling = (high - hertz) / (high - middle);
        rising.min(falling).max(0.0) * 2.0 / (high - low)
    };
    let first_bin = (0..BINS).find(|&bin| weight(bin) > 0.0).unwrap_or(0);
    let weights = (first_bin..BINS).map(weight).take_while(|w| *w > 0.0).map(|w| w as f32);
    Band { first_bin, weights: weights.collect() }
}

/// Slaney's scale: 200/3 Hz a mel up to 1 kHz, above it 27 mels to the factor 6.4 (Auditory Toolbox, 1998).
const LINEAR_HERTZ: f64 = 200.0 / 3.0;
const BREAK_HERTZ: f64 = 1000.0;
const BREAK_MEL: f64 = BREAK_HERTZ / LINEAR_HERTZ;

fn log_step() -> f64 {
    6.4_f64.ln() / 27.0
}

fn hertz_to_mel(hertz: f64) -> f64 {
    if hertz < BREAK_HERTZ {
        hertz / LINEAR_HERTZ
    } else {
        BREAK_MEL + (hertz / BREAK_HERTZ).ln() / log_step()
    }
}

fn mel_to_hertz(mel: f64) -> f64 {
    if mel < BREAK_MEL {
        mel * LINEAR_HERTZ
    } else {
        BREAK_HERTZ * ((mel - BREAK_MEL) * log_step()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_one_constant() {
        let features = LogMel::new(80, FRAMES).features(&[0.0; 16_000]);
        assert_eq!(features.len(), 3000 * 80);
        assert!(features.iter().all(|v| (v - -1.5).abs() < 1e-6));
    }

    #[test]
    fn a_tone_is_loudest_in_the_band_of_its_frequency() {
        let pcm: Vec<f32> =
            (0..16_000).map(|i| (i as f32 * std::f32::consts::FRAC_PI_8).sin() * 0.5).collect();
        let features = LogMel::new(80, FRAMES).features(&pcm); // 1 kHz
        let frame = &features[50 * 80..51 * 80];
        let loudest = (0..80).max_by(|a, b| frame[*a].total_cmp(&frame[*b]));
        let top = hertz_to_mel(8000.0);
        let centre = loudest.map(|band| mel_to_hertz(top * (band + 1) as f64 / 81.0));
        assert!(centre.is_some_and(|hertz| (hertz - 1000.0).abs() < 40.0), "{centre:?}");
    }

    #[test]
    fn the_mel_scale_inverts() {
        for hertz in [0.0, 40.0, 999.0, 1000.0, 4321.0, 8000.0] {
            assert!((mel_to_hertz(hertz_to_mel(hertz)) - hertz).abs() < 1e-9);
        }
    }

    #[test]
    fn features_after_the_last_sample_do_not_depend_on_being_computed() {
        let pcm: Vec<f32> = (0..4321).map(|i| (i as f32).sin() * 0.3).collect();
        let mut padded = pcm.clone();
        padded.resize(WINDOW_SAMPLES_MAX, 0.0);
        let mel = LogMel::new(80, FRAMES);
        assert_eq!(mel.features(&pcm), mel.features(&padded));
    }
}

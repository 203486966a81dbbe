//! Signalling tones: ringback, busy, dial, fax. To a voice detector they look like vowels.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::frame::FRAME;

/// Two frames: 31 Hz per bin.
const WINDOW: usize = 2 * FRAME;

/// Bins each side that a tone spreads to under the Hann window, with the 16 Hz beat of Japanese
/// ringback inside.
const SPREAD: usize = 2;

/// Share of the energy that the two strongest tones must hold. Speech reaches it for a frame or two.
const SHARE_MIN: f32 = 0.96;

/// Frames for which the strongest tone must stand still: 320 ms. No speaker holds a pitch this well
/// for so long with nothing else in the spectrum; the shortest busy tones last 350 ms.
const FRAMES_MIN: usize = 20;

/// Watches a stream of frames for tones that stand still.
pub(crate) struct ToneWatch {
    fft: Arc<dyn RealToComplex<f32>>,
    hann: Vec<f32>,
    recent: Vec<f32>,
    windowed: Vec<f32>,
    spectrum: Vec<Complex<f32>>,
    /// Strongest bin and number of frames it has been so.
    held: (usize, usize),
}

impl Default for ToneWatch {
    fn default() -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(WINDOW);
        let step = std::f32::consts::TAU / WINDOW as f32;
        let hann = (0..WINDOW).map(|i| 0.5 - 0.5 * (step * i as f32).cos()).collect();
        let spectrum = fft.make_output_vec();
        let (recent, windowed) = (vec![0.0; WINDOW], vec![0.0; WINDOW]);
        Self { fft, hann, recent, windowed, spectrum, held: (0, 0) }
    }
}

impl ToneWatch {
    /// Takes the next frame. Returns how many frames back from and with this one are now known to
    /// be tone: 0, or on the frame that makes it certain the whole run, or 1 while it goes on.
    pub(crate) fn frame(&mut self, samples: &[i16; FRAME]) -> usize {
        self.recent.copy_within(FRAME.., 0);
        for (to, from) in self.recent[FRAME..].iter_mut().zip(samples) {
            *to = f32::from(*from);
        }
        let peak = self.steady_peak();
        self.held = match peak {
            Some(bin) if bin.abs_diff(self.held.0) <= 1 => (bin, self.held.1 + 1),
            Some(bin) => (bin, 1),
            None => (0, 0),
        };
        match self.held.1 {
            // The window looks one frame back, so the run began a frame before it was first seen.
            FRAMES_MIN => FRAMES_MIN + 1,
            more if more > FRAMES_MIN => 1,
            _ => 0,
        }
    }

    /// The strongest bin, when one or two tones make up nearly all of the sound.
    fn steady_peak(&mut self) -> Option<usize> {
        for ((to, from), weight) in self.windowed.iter_mut().zip(&self.recent).zip(&self.hann) {
            *to = from * weight;
        }
        self.fft.process(&mut self.windowed, &mut self.spectrum).ok()?;
        let mut power: Vec<f32> = self.spectrum.iter().map(Complex::norm_sqr).collect();
        power[..SPREAD].fill(0.0);
        let total: f32 = power.iter().sum();
        let (first, first_power) = take_peak(&mut power);
        let (_, second_power) = take_peak(&mut power);
        (total > 0.0 && first_power + second_power >= SHARE_MIN * total).then_some(first)
    }
}

/// Removes the strongest bin with its neighbours; returns its place and their power.
fn take_peak(power: &mut [f32]) -> (usize, f32) {
    let strongest = |best, i| if power[i] > power[best] { i } else { best };
    let peak = (0..power.len()).fold(0, strongest);
    let around = &mut power[peak.saturating_sub(SPREAD)..];
    let len = around.len().min(2 * SPREAD + 1);
    let sum = around[..len].iter().sum();
    around[..len].fill(0.0);
    (peak, sum)
}

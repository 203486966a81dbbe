//! How alike two signals are, at the lag where they are most alike.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

/// Accumulates the cross-correlation of two signals over any number of blocks.
///
/// Blocks are added in the frequency domain and transformed back once, so a whole recording costs
/// two transforms a block and constant memory.
pub(crate) struct Correlation {
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    lag_max: usize,
    padded: Vec<f32>,
    ours: Vec<Complex<f32>>,
    theirs: Vec<Complex<f32>>,
    cross: Vec<Complex<f32>>,
}

impl Correlation {
    /// For blocks of `block` samples and lags of up to `lag_max` samples either way.
    pub(crate) fn new(block: usize, lag_max: usize) -> Self {
        let size = (block + 2 * lag_max).next_power_of_two();
        let mut planner = RealFftPlanner::new();
        let (forward, inverse) = (planner.plan_fft_forward(size), planner.plan_fft_inverse(size));
        let (ours, theirs) = (forward.make_output_vec(), forward.make_output_vec());
        let cross = forward.make_output_vec();
        Self { forward, inverse, lag_max, padded: vec![0.0; size], ours, theirs, cross }
    }

    /// Adds one block. `theirs` must begin `lag_max` samples before `ours` and end as much after.
    pub(crate) fn add(&mut self, ours: &[f32], theirs: &[f32], weight: f32) {
        transform(&*self.forward, &mut self.padded, ours, &mut self.ours);
        transform(&*self.forward, &mut self.padded, theirs, &mut self.theirs);
        for ((sum, a), b) in self.cross.iter_mut().zip(&self.ours).zip(&self.theirs) {
            *sum += a.conj() * b * weight;
        }
    }

    /// The strongest correlation's size and lag: `theirs[t + lag]` is like `ours[t]`. Starts anew.
    pub(crate) fn take_peak(&mut self) -> (f32, i64) {
        let mut lags = vec![0.0; self.padded.len()];
        if let [first, .., last] = &mut self.cross[..] {
            (first.im, last.im) = (0.0, 0.0);
        }
        let transformed = self.inverse.process(&mut self.cross, &mut lags).is_ok();
        self.cross.fill(Complex::default());
        let lags = &lags[..if transformed { 2 * self.lag_max + 1 } else { 1 }];
        let loudest =
            |best: usize, i: usize| if lags[i].abs() > lags[best].abs() { i } else { best };
        let peak = (0..lags.len()).fold(0, loudest);
        (lags[peak].abs() / self.padded.len() as f32, peak as i64 - self.lag_max as i64)
    }
}

fn transform(
    fft: &dyn RealToComplex<f32>,
    padded: &mut [f32],
    samples: &[f32],
    out: &mut [Complex<f32>],
) {
    let filled = samples.len().min(padded.len());
    padded[..filled].copy_from_slice(&samples[..filled]);
    padded[filled..].fill(0.0);
    if fft.process(padded, out).is_err() {
        out.fill(Complex::default());
    }
}

/// Sum of squares.
pub(crate) fn energy(samples: &[f32]) -> f32 {
    samples.iter().map(|sample| sample * sample).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delayed_copy_is_found_at_its_delay() {
        let mut state = 1u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        let signal: Vec<f32> = (0..1200).map(|_| noise()).collect();
        let mut correlation = Correlation::new(1000, 100);
        // ours[t] = signal[t + 100 - 37], so theirs[t + lag] with theirs[t] = signal[t + 100 - 100]
        let ours = &signal[63..1063];
        correlation.add(ours, &signal, 1.0);
        let (peak, lag) = correlation.take_peak();
        assert_eq!(lag, -37);
        assert!((peak - energy(ours)).abs() < 0.01 * peak);
    }
}

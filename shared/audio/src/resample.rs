//! Any rate to 16 kHz, one channel at a time, without moving anything in time.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

use crate::SAMPLE_RATE;

/// Target length of one FFT block in output samples. Longer blocks make the anti-alias filter
/// steeper: at 512, 7.4 kHz passes whole and 8.6 kHz is below the last bit (tests below).
const BLOCK_OUT: usize = 512;

/// Streams one channel from `rate` to 16 kHz. The filter's delay is taken off the front and the
/// tail is flushed, so sample `n` of the output is the sound at time `n / 16 000` of the input.
pub(crate) struct ToSixteenKilohertz {
    rate: u32,
    /// `None` when the input already has the right rate.
    fft: Option<Fft<f32>>,
    pending: Vec<f32>,
    scratch: Vec<f32>,
    /// Output samples still to be dropped from the front.
    delay: usize,
    frames_in: u64,
    frames_out: u64,
}

impl ToSixteenKilohertz {
    /// `rate` is in hertz. `None` for a rate that cannot be converted, such as zero.
    pub(crate) fn new(rate: u32) -> Option<Self> {
        let fft = if rate == SAMPLE_RATE { None } else { Some(converter(rate)?) };
        let delay = fft.as_ref().map_or(0, Resampler::output_delay);
        let scratch = vec![0.0; fft.as_ref().map_or(0, Resampler::output_frames_max)];
        Some(Self { rate, fft, pending: Vec::new(), scratch, delay, frames_in: 0, frames_out: 0 })
    }

    /// Takes samples in `[-1, 1]` and appends what is ready to `out`.
    pub(crate) fn push(&mut self, samples: &[f32], out: &mut Vec<i16>) {
        self.frames_in += samples.len() as u64;
        if self.fft.is_none() {
            self.frames_out += samples.len() as u64;
            out.extend(samples.iter().copied().map(to_i16));
            return;
        }
        self.pending.extend_from_slice(samples);
        self.convert_pending(out);
    }

    /// Flushes the filter; afterwards the output is as long as the input, to the nearest sample.
    pub(crate) fn finish(&mut self, out: &mut Vec<i16>) {
        let wanted = self.frames_wanted();
        let chunk = self.fft.as_ref().map_or(0, Resampler::input_frames_next);
        // The delay is half a block, so two blocks of zeros always bring the tail out.
        for _ in 0..2 {
            let filled = self.pending.len().next_multiple_of(chunk.max(1)).max(chunk);
            self.pending.resize(filled, 0.0);
            self.convert_pending(out);
        }
        let surplus = self.frames_out.saturating_sub(wanted) as usize;
        out.truncate(out.len().saturating_sub(surplus));
        self.frames_out = wanted;
    }

    fn frames_wanted(&self) -> u64 {
        let (rate_in, rate_out) = (u64::from(self.rate), u64::from(SAMPLE_RATE));
        (self.frames_in * rate_out + rate_in / 2) / rate_in
    }

    fn convert_pending(&mut self, out: &mut Vec<i16>) {
        let mut used = 0;
        while let Some(produced) = self.convert_chunk(used) {
            let skipped = produced.frames_out.min(self.delay);
            self.delay -= skipped;
            out.extend(self.scratch[skipped..produced.frames_out].iter().copied().map(to_i16));
            self.frames_out += (produced.frames_out - skipped) as u64;
            used += produced.frames_in;
        }
        self.pending.drain(..used);
    }

    /// Converts the chunk of `pending` that begins at `from` into `scratch`, if it is complete.
    fn convert_chunk(&mut self, from: usize) -> Option<Chunk> {
        let fft = self.fft.as_mut()?;
        let needed = fft.input_frames_next();
        let input = self.pending.get(from..from + needed)?;
        let input = InterleavedSlice::new(input, 1, needed).ok()?;
        let room = self.scratch.len();
        let mut output = InterleavedSlice::new_mut(&mut self.scratch, 1, room).ok()?;
        let (frames_in, frames_out) = fft.process_into_buffer(&input, &mut output, None).ok()?;
        Some(Chunk { frames_in, frames_out })
    }
}

struct Chunk {
    frames_in: usize,
    frames_out: usize,
}

fn converter(rate: u32) -> Option<Fft<f32>> {
    let (rate_in, rate_out) = (rate as usize, SAMPLE_RATE as usize);
    let smallest = rate_in / common_divisor(rate_in, rate_out).max(1);
    let wanted = (BLOCK_OUT * rate_in / rate_out).div_ceil(smallest.max(1)).max(1);
    // A block of odd length has its centre between two samples and would shift the sound by half
    // of one.
    let blocks = if smallest.is_multiple_of(2) { wanted } else { wanted.next_multiple_of(2) };
    let window = WindowFunction::BlackmanHarris2;
    Fft::new_custom(rate_in, rate_out, blocks * smallest, 1, 1, window, FixedSync::Both).ok()
}

fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

/// Full scale is 32 768, so 16-bit input at 16 kHz passes through bit for bit.
fn to_i16(sample: f32) -> i16 {
    (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [u32; 10] =
        [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000];

    fn convert(rate: u32, input: &[f32], push: usize) -> Vec<i16> {
        let mut resampler = ToSixteenKilohertz::new(rate).unwrap();
        let mut out = Vec::new();
        input.chunks(push).for_each(|samples| resampler.push(samples, &mut out));
        resampler.finish(&mut out);
        out
    }

    fn tone(rate: u32, hertz: f64, seconds: f64) -> Vec<f32> {
        let step = std::f64::consts::TAU * hertz / f64::from(rate);
        let len = (f64::from(rate) * seconds) as usize;
        (0..len).map(|i| (0.5 * (step * i as f64).sin()) as f32).collect()
    }

    fn rms(samples: &[i16]) -> f64 {
        let sum: f64 = samples.iter().map(|&s| f64::from(s).powi(2)).sum();
        (sum / samples.len() as f64).sqrt()
    }

    #[test]
    fn an_impulse_stays_where_it_was() {
        for rate in RATES {
            let mut input = vec![0.0; rate as usize];
            let at = rate as usize * 7 / 10;
            input[at] = 1.0;
            let out = convert(rate, &input, 999);
            let peak = (0..out.len()).max_by_key(|&i| out[i].unsigned_abs()).unwrap();
            let error_ms = (peak as f64 / 16.0 - at as f64 * 1000.0 / f64::from(rate)).abs();
            assert!(error_ms < 0.1, "{rate} Hz moved the impulse by {error_ms} ms");
        }
    }

    #[test]
    fn the_length_is_exact() {
        for rate in RATES {
            for len in [1, 100, 4_410, 12_345, 100_001] {
                let out = convert(rate, &vec![0.1; len], 1152);
                let exact = len as f64 * 16_000.0 / f64::from(rate);
                assert!((out.len() as f64 - exact).abs() <= 0.5, "{rate} Hz, {len} frames");
            }
        }
    }

    #[test]
    fn block_borders_leave_no_trace() {
        for rate in RATES {
            let out = convert(rate, &tone(rate, 440.0, 1.0), 777);
            let step = std::f64::consts::TAU * 440.0 / 16_000.0;
            for (i, &got) in out.iter().enumerate().skip(800).take(14_400) {
                let want = 16_384.0 * (step * i as f64).sin();
                assert!((f64::from(got) - want).abs() < 8.0, "{rate} Hz at {i}: {got} {want}");
            }
        }
    }

    #[test]
    fn speech_passes_and_what_would_alias_does_not() {
        for rate in [22_050, 44_100, 48_000] {
            let kept = rms(&convert(rate, &tone(rate, 7_400.0, 1.0), 4096)[1000..15_000]);
            let stopped = rms(&convert(rate, &tone(rate, 8_600.0, 1.0), 4096)[1000..15_000]);
            assert!(kept > 11_000.0, "{rate} Hz: 7.4 kHz fell to {kept}");
            assert!(stopped < 1.0, "{rate} Hz: 8.6 kHz leaks {stopped}");
        }
    }

    #[test]
    fn sixteen_kilohertz_passes_bit_for_bit() {
        let input: Vec<f32> = (-300..300).map(|s| s as f32 / 32_768.0).collect();
        assert_eq!(convert(16_000, &input, 7), (-300..300).collect::<Vec<i16>>());
    }
}

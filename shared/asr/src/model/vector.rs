//! Whole rows at once: softmax, the sum of exponentials, layer norm.
//!
//! Each function is written once, over plain slices in runs of sixteen, so that the compiler vectorises it, and
//! is compiled for the instruction sets below; the best one the processor has is chosen when it is called.

use std::f32::consts::LOG2_E;

/// Numbers per step: one 512-bit register, or several smaller ones.
const LANES: usize = 16;

/// Compiles `$body` for several instruction sets and dispatches to the best one present.
macro_rules! for_each_instruction_set {
    ($(#[$doc:meta])* $name:ident => $body:ident($($arg:ident: $type:ty),*) $(-> $out:ty)?) => {
        $(#[$doc])*
        pub(crate) fn $name($($arg: $type),*) $(-> $out)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
                fn with_avx512($($arg: $type),*) $(-> $out)? {
                    $body($($arg),*)
                }
                #[target_feature(enable = "avx2,fma")]
                fn with_avx2($($arg: $type),*) $(-> $out)? {
                    $body($($arg),*)
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512bw")
                {
                    // SAFETY: the processor has just said that it has the features compiled for; AVX2 and FMA
                    // come with every processor that has AVX-512.
                    #[allow(unsafe_code)]
                    return unsafe { with_avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
                    // SAFETY: the processor has just said that it has both features.
                    #[allow(unsafe_code)]
                    return unsafe { with_avx2($($arg),*) };
                }
            }
            $body($($arg),*)
        }
    };
}

for_each_instruction_set! {
    /// Turns a row of scores into probabilities that sum to 1. Scores may be -∞, but not all of them.
    softmax => softmax_body(row: &mut [f32])
}

for_each_instruction_set! {
    /// Natural logarithm of the sum of exponentials of a row; -∞ for an empty row.
    log_sum_exp => log_sum_exp_body(row: &[f32]) -> f32
}

for_each_instruction_set! {
    /// Normalises every row to mean 0 and variance 1, then scales and shifts it.
    layer_norm => layer_norm_body(rows: &mut [f32], gain: &[f32], bias: &[f32])
}

/// Added to a small number, this leaves the nearest integer in the low bits (1.5 · 2^23).
const ROUNDER: f32 = 12_582_912.0;

/// ln 2 in two parts, the first exact in few bits, so that a multiple of it loses nothing.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// `e^x` within two units in the last place for -87 ≤ x ≤ 88, clamped outside.
///
/// Reduction by powers of two and the degree-5 polynomial of Cephes `expf` (S. Moshier, public domain).
#[inline(always)]
fn exp(x: f32) -> f32 {
    let x = if x > -87.0 { x } else { -87.0 };
    let x = if x < 88.0 { x } else { 88.0 };
    let shifted = x * LOG2_E + ROUNDER;
    let n = shifted - ROUNDER;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 5e-1;
    let value = p * r * r + r + 1.0;
    let power = shifted.to_bits().wrapping_sub(ROUNDER.to_bits()).wrapping_add(127) << 23;
    value * f32::from_bits(power)
}

#[inline(always)]
fn softmax_body(row: &mut [f32]) {
    let highest = highest(row);
    let mut sums = [0.0_f32; LANES];
    let mut chunks = row.chunks_exact_mut(LANES);
    for chunk in &mut chunks {
        for (value, sum) in chunk.iter_mut().zip(&mut sums) {
            *value = exp(*value - highest);
            *sum += *value;
        }
    }
    let mut sum = total(&sums);
    for value in chunks.into_remainder() {
        *value = exp(*value - highest);
        sum += *value;
    }
    let scale = 1.0 / sum;
    for value in row {
        *value *= scale;
    }
}

#[inline(always)]
fn log_sum_exp_body(row: &[f32]) -> f32 {
    let highest = highest(row);
    if highest == f32::NEG_INFINITY {
        return highest;
    }
    let mut sums = [0.0_f32; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|value| exp(value - highest)).sum();
    for chunk in chunks {
        for (value, sum) in chunk.iter().zip(&mut sums) {
            *sum += exp(value - highest);
        }
    }
    highest + (total(&sums) + rest).ln()
}

/// Added to the variance, as in the reference.
const EPSILON: f32 = 1e-5;

#[inline(always)]
fn layer_norm_body(rows: &mut [f32], gain: &[f32], bias: &[f32]) {
    let count = gain.len() as f32;
    for row in rows.chunks_exact_mut(gain.len()) {
        let mean = sum_of(row, |value| value) / count;
        let variance = sum_of(row, |value| (value - mean) * (value - mean)) / count;
        let scale = 1.0 / (variance + EPSILON).sqrt();
        for ((value, gain), bias) in row.iter_mut().zip(gain).zip(bias) {
            *value = (*value - mean) * scale * gain + bias;
        }
    }
}

#[inline(always)]
fn highest(row: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest = chunks.remainder().iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for chunk in chunks {
        for (best, value) in lanes.iter_mut().zip(chunk) {
            *best = if *value > *best { *value } else { *best };
        }
    }
    lanes.iter().copied().fold(rest, f32::max)
}

#[inline(always)]
fn sum_of(row: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0_f32; LANES];
    let chunks = row.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().map(|value| term(*value)).sum();
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += term(*value);
        }
    }
    total(&sums) + rest
}

#[inline(always)]
fn total(lanes: &[f32; LANES]) -> f32 {
    lanes.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_two_units_in_the_last_place() {
        for step in -8_700..8_800 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(error < 2.4e-7, "exp({x}): {error}");
        }
        assert!(exp(f32::NEG_INFINITY) < 1e-37);
    }

    #[test]
    fn softmax_rows_sum_to_one_at_every_length() {
        for length in 1..70 {
            let mut row: Vec<f32> = (0..length).map(|i| (i as f32 * 1.7).sin() * 9.0).collect();
            softmax(&mut row);
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "length {length}");
        }
    }

    #[test]
    fn a_suppressed_score_gets_no_probability() {
        let mut row = [f32::NEG_INFINITY, 1.0, 1.0];
        softmax(&mut row);
        assert!(row[0] < 1e-30 && (row[1] - 0.5).abs() < 1e-6);
    }

    #[test]
    fn log_sum_exp_agrees_with_double_precision() {
        let row: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.37).cos() * 20.0).collect();
        let exact = row.iter().map(|v| f64::from(*v).exp()).sum::<f64>().ln();
        assert!((f64::from(log_sum_exp(&row)) - exact).abs() < 1e-5);
        assert_eq!(log_sum_exp(&[]), f32::NEG_INFINITY);
    }

    #[test]
    fn layer_norm_centres_and_scales() {
        let mut rows: Vec<f32> = (0..96).map(|i| (i * i % 37) as f32).collect();
        layer_norm(&mut rows, &[2.0; 48], &[1.0; 48]);
        for row in rows.chunks(48) {
            let mean = row.iter().sum::<f32>() / 48.0;
            let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 48.0;
            assert!((mean - 1.0).abs() < 1e-5 && (variance - 4.0).abs() < 1e-3);
        }
    }
}

//! How much of what the processor can do at most the engine's matrix products reach, as one JSON line.
//!
//! ```sh
//! cargo run --release -p asr --example peak -- MODEL_DIR
//! ```
//!
//! The most is measured too: multiply-accumulate instructions on registers alone, enough of them at once that none waits.
//! Both are in billions of operations a second of one thread's processor time, a multiplication and an addition being two.

#![allow(clippy::disallowed_methods, reason = "a benchmark measures time")]
#![allow(unsafe_code, reason = "the instructions measured are behind intrinsics")]

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use asr::{Engine, InstructionSet, LoadOptions, Precision};
use clap::Parser;

/// Measures matrix products against what the processor can do.
#[derive(Parser)]
struct Arguments {
    /// Folder of a Whisper model in the Hugging Face layout.
    model: PathBuf,
}

/// Positions of a full window.
const ROWS: usize = 1_500;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global()?;
    let mut lines = Vec::new();
    for instructions in InstructionSet::available() {
        for precision in [Precision::F32, Precision::Int8] {
            let Some(peak) = peak(instructions, precision) else { continue };
            let options = LoadOptions { precision, instructions: Some(instructions) };
            let product = product(&Engine::load_with(&arguments.model, &options)?);
            lines.push(serde_json::json!({
                "instructions": format!("{instructions:?}"),
                "precision": format!("{precision:?}"),
                "peakGops": peak.round(),
                "productGops": product.round(),
                "fraction": (product / peak * 100.0).round() / 100.0,
            }));
        }
    }
    println!("{}", serde_json::Value::Array(lines));
    Ok(())
}

/// The best of several runs: whatever disturbs, slows.
fn fastest(operations: f64, mut work: impl FnMut()) -> f64 {
    let run = |_| {
        let began = Instant::now();
        work();
        operations / began.elapsed().as_secs_f64() / 1e9
    };
    (0..20).map(run).fold(0.0, f64::max)
}

/// The widest product of an encoder layer, activations to 8 bits and sums to `f32` included.
fn product(engine: &Engine) -> f64 {
    let stages = engine.stages();
    let width = stages.width();
    let rows: Vec<f32> = (0..ROWS * width).map(|i| (i as f32 * 0.37).sin()).collect();
    fastest((2 * ROWS * width * 4 * width) as f64, || {
        std::hint::black_box(stages.widen(std::hint::black_box(&rows)));
    })
}

/// Turns of the measuring loops: about a millisecond. What they work on goes through a black box, so that the compiler
/// cannot find sums that are alike.
const TURNS: usize = 100_000;

#[cfg(target_arch = "x86_64")]
fn peak(instructions: InstructionSet, precision: Precision) -> Option<f64> {
    use x86::{avx2_f32, avx2_int8, avx512_f32, avx512_int8};

    // SAFETY: an instruction set that is listed as available is one this processor has.
    let measure = |operations: usize, work: unsafe fn() -> i32| {
        fastest((operations * TURNS) as f64, || {
            std::hint::black_box(unsafe { work() });
        })
    };
    match (instructions, precision) {
        (InstructionSet::Avx512, Precision::F32) => Some(measure(16 * 2 * 16, avx512_f32)),
        (InstructionSet::Avx512, Precision::Int8) => Some(measure(16 * 2 * 64, avx512_int8)),
        (InstructionSet::Avx2, Precision::F32) => Some(measure(12 * 2 * 8, avx2_f32)),
        (InstructionSet::Avx2, Precision::Int8) => Some(measure(12 * 2 * 32, avx2_int8)),
        _ => None,
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn peak(_: InstructionSet, _: Precision) -> Option<f64> {
    None
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::TURNS;

    /// Sixteen independent sums of 16 products.
    #[target_feature(enable = "avx512f")]
    pub(super) fn avx512_f32() -> i32 {
        let a = std::hint::black_box(_mm512_set1_ps(0.999));
        let b = std::hint::black_box(_mm512_set1_ps(0.001));
        let mut sums = std::hint::black_box([_mm512_set1_ps(1.0); 16]);
        for _ in 0..TURNS {
            for sum in &mut sums {
                *sum = _mm512_fmadd_ps(a, *sum, b);
            }
        }
        let mut total = 0_i32;
        for sum in &sums {
            total = total.wrapping_add(_mm512_reduce_add_ps(*sum) as i32);
        }
        total
    }

    /// Sixteen independent sums of 64 products of bytes.
    #[target_feature(enable = "avx512f,avx512vnni")]
    pub(super) fn avx512_int8() -> i32 {
        let a = std::hint::black_box(_mm512_set1_epi8(3));
        let b = std::hint::black_box(_mm512_set1_epi8(-2));
        let mut sums = std::hint::black_box([_mm512_setzero_si512(); 16]);
        for _ in 0..TURNS {
            for sum in &mut sums {
                *sum = _mm512_dpbusd_epi32(*sum, a, b);
            }
        }
        let mut total = 0_i32;
        for sum in &sums {
            total = total.wrapping_add(_mm512_reduce_add_epi32(*sum));
        }
        total
    }

    /// Twelve independent sums of 8 products.
    #[target_feature(enable = "avx2,fma")]
    pub(super) fn avx2_f32() -> i32 {
        let a = std::hint::black_box(_mm256_set1_ps(0.999));
        let b = std::hint::black_box(_mm256_set1_ps(0.001));
        let mut sums = std::hint::black_box([_mm256_set1_ps(1.0); 12]);
        for _ in 0..TURNS {
            for sum in &mut sums {
                *sum = _mm256_fmadd_ps(a, *sum, b);
            }
        }
        let mut total = 0_i32;
        for sum in &sums {
            total = total.wrapping_add(_mm256_cvtss_f32(*sum) as i32);
        }
        total
    }

    /// Twelve independent sums of 32 products of bytes, in the two instructions that never saturate on 16-bit pairs.
    #[target_feature(enable = "avx2")]
    pub(super) fn avx2_int8() -> i32 {
        let a = std::hint::black_box(_mm256_set1_epi16(3));
        let b = std::hint::black_box(_mm256_set1_epi16(-2));
        let mut sums = std::hint::black_box([_mm256_setzero_si256(); 12]);
        for _ in 0..TURNS {
            for sum in &mut sums {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(a, *sum));
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(b, *sum));
            }
        }
        let mut total = 0_i32;
        for sum in &sums {
            total = total.wrapping_add(_mm256_extract_epi32::<0>(*sum));
        }
        total
    }
}

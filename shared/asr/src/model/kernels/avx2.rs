//! AVX2 with FMA.

use std::arch::x86_64::*;

use super::panels::GROUP;
use super::{Isa, Kernel, Lanes, tile_in_registers};

/// AVX2 with FMA: Intel from Haswell, AMD from Zen.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    /// The instruction set, if this processor has it.
    pub(super) fn detect() -> Option<Avx2> {
        let has = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        has.then_some(Avx2(()))
    }

    /// Runs `kernel` in a function compiled for these instructions.
    pub(super) fn enter<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx2,fma")]
        fn compiled<K: Kernel>(isa: Avx2, kernel: K) -> K::Output {
            kernel.run(isa)
        }
        // SAFETY: `self` exists only if the processor has these features.
        unsafe { compiled(self, kernel) }
    }
}

// SAFETY of all blocks below: `self` proves that the processor has the instructions; where pointers are read or
// written, the caller promises the room that the trait asks for.
impl Lanes for Avx2 {
    const WIDTH: usize = 8;
    type Vector = __m256;

    #[inline(always)]
    fn splat(self, x: f32) -> __m256 {
        // SAFETY: as said above the impl.
        unsafe { _mm256_set1_ps(x) }
    }
    one_instruction! { __m256:
        add(a, b) => _mm256_add_ps(a, b);
        sub(a, b) => _mm256_sub_ps(a, b);
        mul(a, b) => _mm256_mul_ps(a, b);
        div(a, b) => _mm256_div_ps(a, b);
        max(a, b) => _mm256_max_ps(a, b);
        mul_add(a, b, c) => _mm256_fmadd_ps(a, b, c);
        round(a) => _mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a);
        abs(a) => _mm256_andnot_ps(_mm256_set1_ps(-0.0), a);
    }
    #[inline(always)]
    fn copysign(self, a: __m256, sign: __m256) -> __m256 {
        // SAFETY: as said above the impl.
        unsafe {
            let mask = _mm256_set1_ps(-0.0);
            _mm256_or_ps(_mm256_andnot_ps(mask, a), _mm256_and_ps(mask, sign))
        }
    }
    #[inline(always)]
    fn scale_by_power(self, a: __m256, n: __m256) -> __m256 {
        // SAFETY: as said above the impl.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
            _mm256_mul_ps(a, _mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)))
        }
    }
    #[inline(always)]
    fn sum(self, a: __m256) -> f32 {
        let mut lanes = [0.0_f32; 8];
        // SAFETY: as said above the impl; the array has eight numbers.
        unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), a) };
        ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6]))
            + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
    }
    #[inline(always)]
    fn greatest(self, a: __m256) -> f32 {
        // SAFETY: as said above the impl.
        unsafe {
            let four = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps::<1>(a));
            let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m256 {
        // SAFETY: as said above the impl.
        unsafe { _mm256_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn load_i32(self, from: *const i32) -> __m256 {
        // SAFETY: as said above the impl.
        unsafe { _mm256_cvtepi32_ps(_mm256_loadu_si256(from.cast())) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, a: __m256) {
        // SAFETY: as said above the impl.
        unsafe { _mm256_storeu_ps(to, a) }
    }
}

impl Isa for Avx2 {
    const PANEL: usize = 16;
    /// 16 bits: the instruction that multiplies bytes saturates its sums, this one cannot.
    type Quantised = i16;

    #[inline(always)]
    unsafe fn tile<const R: usize>(
        self,
        depth: usize,
        a: [*const f32; R],
        b: *const f32,
        out: [*mut f32; R],
        keep: Option<[f32; R]>,
    ) {
        // SAFETY: the caller promises the same; two registers are a panel. One after the other leave room for 8 rows.
        unsafe {
            if R <= 6 {
                tile_in_registers::<_, R, 2>(self, depth, a, b, 16, out, keep);
            } else {
                tile_in_registers::<_, R, 1>(self, depth, a, b, 16, out, keep);
                let out = out.map(|out| out.add(8));
                tile_in_registers::<_, R, 1>(self, depth, a, b.add(8), 16, out, keep);
            }
        }
    }

    #[inline(always)]
    unsafe fn store_quantised(self, to: *mut i16, a: __m256) {
        // SAFETY: as said above the other impl.
        unsafe {
            let whole = _mm256_cvtps_epi32(a);
            let (low, high) = (_mm256_castsi256_si128(whole), _mm256_extracti128_si256::<1>(whole));
            _mm_storeu_si128(to.cast(), _mm_packs_epi32(low, high));
        }
    }

    #[inline(always)]
    unsafe fn dots<const R: usize>(
        self,
        quads: usize,
        a: [*const i16; R],
        weights: *const i8,
        _sums: *const i32,
        out: &mut [[i32; GROUP]; R],
    ) {
        // SAFETY: the caller promises a group of 64 columns; the steps cover it. Twelve registers hold sums.
        unsafe {
            if R <= 3 {
                for first in (0..GROUP).step_by(16) {
                    self.dots_of::<R, 4>(quads, a, weights, out, first);
                }
            } else {
                for first in (0..GROUP).step_by(8) {
                    self.dots_of::<R, 2>(quads, a, weights, out, first);
                }
            }
        }
    }
}

impl Avx2 {
    /// [`Isa::dots`] for `4 · C` of the 64 columns, from column `first`.
    #[inline(always)]
    unsafe fn dots_of<const R: usize, const C: usize>(
        self,
        quads: usize,
        a: [*const i16; R],
        weights: *const i8,
        out: &mut [[i32; GROUP]; R],
        first: usize,
    ) {
        // SAFETY: offsets stay within the 64 columns of `quads · 4` bytes and `4 · quads` activations.
        unsafe {
            // A register holds four columns, each as the sum of its even and of its odd pair of inputs.
            let mut found = [[_mm256_setzero_si256(); C]; R];
            let mut column = weights.add(first * 4);
            for quad in 0..quads {
                let mut here = [_mm256_setzero_si256(); C];
                for c in 0..C {
                    here[c] = _mm256_cvtepi8_epi16(_mm_loadu_si128(column.add(c * 16).cast()));
                }
                column = column.add(GROUP * 4);
                for r in 0..R {
                    let x = _mm256_set1_epi64x(a[r].add(quad * 4).cast::<i64>().read_unaligned());
                    for c in 0..C {
                        let pairs = _mm256_madd_epi16(x, here[c]);
                        found[r][c] = _mm256_add_epi32(found[r][c], pairs);
                    }
                }
            }
            for r in 0..R {
                for c in (0..C).step_by(2) {
                    let mixed = _mm256_hadd_epi32(found[r][c], found[r][c + 1]);
                    let ordered = _mm256_permute4x64_epi64::<0b11_01_10_00>(mixed);
                    let to = out[r].as_mut_ptr().add(first + c * 4);
                    _mm256_storeu_si256(to.cast(), ordered);
                }
            }
        }
    }
}

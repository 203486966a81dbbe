//! AVX-512 with VNNI.

use std::arch::x86_64::*;

use super::panels::GROUP;
use super::{Isa, Kernel, Lanes, tile_in_registers};

/// AVX-512 F, BW, DQ, VL and VNNI: Intel from Ice Lake, AMD from Zen 4.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    /// The instruction set, if this processor has it.
    pub(super) fn detect() -> Option<Avx512> {
        let has = is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma");
        has.then_some(Avx512(()))
    }

    /// Runs `kernel` in a function compiled for these instructions.
    pub(super) fn enter<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
        fn compiled<K: Kernel>(isa: Avx512, kernel: K) -> K::Output {
            kernel.run(isa)
        }
        // SAFETY: `self` exists only if the processor has these features.
        unsafe { compiled(self, kernel) }
    }
}

// SAFETY of all blocks below: `self` proves that the processor has the instructions; where pointers are read or
// written, the caller promises the room that the trait asks for.
impl Lanes for Avx512 {
    const WIDTH: usize = 16;
    type Vector = __m512;

    #[inline(always)]
    fn splat(self, x: f32) -> __m512 {
        // SAFETY: as said above the impl.
        unsafe { _mm512_set1_ps(x) }
    }
    one_instruction! { __m512:
        add(a, b) => _mm512_add_ps(a, b);
        sub(a, b) => _mm512_sub_ps(a, b);
        mul(a, b) => _mm512_mul_ps(a, b);
        div(a, b) => _mm512_div_ps(a, b);
        max(a, b) => _mm512_max_ps(a, b);
        mul_add(a, b, c) => _mm512_fmadd_ps(a, b, c);
        round(a) => _mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(a);
        abs(a) => _mm512_abs_ps(a);
        scale_by_power(a, n) => _mm512_scalef_ps(a, n);
    }
    #[inline(always)]
    fn copysign(self, a: __m512, sign: __m512) -> __m512 {
        // SAFETY: as said above the impl.
        unsafe {
            let mask = _mm512_set1_ps(-0.0);
            _mm512_or_ps(_mm512_andnot_ps(mask, a), _mm512_and_ps(mask, sign))
        }
    }
    #[inline(always)]
    fn sum(self, a: __m512) -> f32 {
        // SAFETY: as said above the impl.
        unsafe { _mm512_reduce_add_ps(a) }
    }
    #[inline(always)]
    fn greatest(self, a: __m512) -> f32 {
        // SAFETY: as said above the impl.
        unsafe { _mm512_reduce_max_ps(a) }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> __m512 {
        // SAFETY: as said above the impl.
        unsafe { _mm512_loadu_ps(from) }
    }
    #[inline(always)]
    unsafe fn load_i32(self, from: *const i32) -> __m512 {
        // SAFETY: as said above the impl.
        unsafe { _mm512_cvtepi32_ps(_mm512_loadu_si512(from.cast())) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, a: __m512) {
        // SAFETY: as said above the impl.
        unsafe { _mm512_storeu_ps(to, a) }
    }
}

impl Isa for Avx512 {
    const PANEL: usize = 64;
    /// Unsigned, 128 above the value: `vpdpbusd` multiplies unsigned with signed bytes.
    type Quantised = u8;

    #[inline(always)]
    unsafe fn tile<const R: usize>(
        self,
        depth: usize,
        a: [*const f32; R],
        b: *const f32,
        out: [*mut f32; R],
        keep: Option<[f32; R]>,
    ) {
        // SAFETY: the caller promises the same; four registers are a panel. Two times two leave room for 8 rows.
        unsafe {
            if R <= 6 {
                tile_in_registers::<_, R, 4>(self, depth, a, b, 64, out, keep);
            } else {
                tile_in_registers::<_, R, 2>(self, depth, a, b, 64, out, keep);
                let out = out.map(|out| out.add(32));
                tile_in_registers::<_, R, 2>(self, depth, a, b.add(32), 64, out, keep);
            }
        }
    }

    #[inline(always)]
    unsafe fn store_quantised(self, to: *mut u8, a: __m512) {
        // SAFETY: as said above the other impl.
        unsafe {
            let whole = _mm512_add_epi32(_mm512_cvtps_epi32(a), _mm512_set1_epi32(128));
            _mm_storeu_si128(to.cast(), _mm512_cvtusepi32_epi8(whole));
        }
    }

    #[inline(always)]
    unsafe fn dots<const R: usize>(
        self,
        quads: usize,
        a: [*const u8; R],
        weights: *const i8,
        sums: *const i32,
        out: &mut [[i32; GROUP]; R],
    ) {
        // SAFETY: the caller promises a group of four panels; the halves cover it. 8 rows of four registers would not
        // fit, two times two do.
        unsafe {
            if R <= 6 {
                self.dots_of::<R, 4>(quads, a, weights, sums, out, 0);
            } else {
                self.dots_of::<R, 2>(quads, a, weights, sums, out, 0);
                self.dots_of::<R, 2>(quads, a, weights, sums, out, 2);
            }
        }
    }
}

impl Avx512 {
    /// [`Isa::dots`] for `C` of the four panels, from panel `first`.
    #[inline(always)]
    unsafe fn dots_of<const R: usize, const C: usize>(
        self,
        quads: usize,
        a: [*const u8; R],
        weights: *const i8,
        sums: *const i32,
        out: &mut [[i32; GROUP]; R],
        first: usize,
    ) {
        // SAFETY: offsets stay within the four panels of `quads · 64` bytes, the 64 sums, and `4 · quads` activations.
        unsafe {
            let mut found = [[_mm512_setzero_si512(); C]; R];
            for c in 0..C {
                // Activations are 128 too large, so each weight counts 128 times too often: start that far below.
                let sum = _mm512_loadu_si512(sums.add((first + c) * 16).cast());
                let start = _mm512_sub_epi32(_mm512_setzero_si512(), _mm512_slli_epi32::<7>(sum));
                for row in &mut found {
                    row[c] = start;
                }
            }
            let mut column = weights.add(first * 64);
            for quad in 0..quads {
                let mut here = [_mm512_setzero_si512(); C];
                for c in 0..C {
                    here[c] = _mm512_loadu_si512(column.add(c * 64).cast());
                }
                column = column.add(GROUP * 4);
                for r in 0..R {
                    let x = _mm512_set1_epi32(a[r].add(quad * 4).cast::<i32>().read_unaligned());
                    for c in 0..C {
                        found[r][c] = _mm512_dpbusd_epi32(found[r][c], x, here[c]);
                    }
                }
            }
            for r in 0..R {
                for c in 0..C {
                    let to = out[r].as_mut_ptr().add((first + c) * 16);
                    _mm512_storeu_si512(to.cast(), found[r][c]);
                }
            }
        }
    }
}

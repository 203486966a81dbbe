//! NEON, with the dot product instructions of ARMv8.2 where there are any: Graviton2 and later have them.

use std::arch::aarch64::*;
use std::arch::asm;

use super::panels::GROUP;
use super::{Isa, Kernel, Lanes, tile_in_registers};

/// NEON and the integer dot product.
#[derive(Clone, Copy)]
pub(super) struct Neon(());

impl Neon {
    /// The instruction set, if this processor has it.
    pub(super) fn detect() -> Option<Neon> {
        let has = std::arch::is_aarch64_feature_detected!("neon")
            && std::arch::is_aarch64_feature_detected!("dotprod");
        has.then_some(Neon(()))
    }

    /// Runs `kernel` in a function compiled for these instructions.
    pub(super) fn enter<K: Kernel>(self, kernel: K) -> K::Output {
        #[target_feature(enable = "neon,dotprod")]
        fn compiled<K: Kernel>(isa: Neon, kernel: K) -> K::Output {
            kernel.run(isa)
        }
        // SAFETY: `self` exists only if the processor has these features.
        unsafe { compiled(self, kernel) }
    }
}

// SAFETY of all blocks below: `self` proves that the processor has the instructions; where pointers are read or
// written, the caller promises the room that the trait asks for.
impl Lanes for Neon {
    const WIDTH: usize = 4;
    type Vector = float32x4_t;

    #[inline(always)]
    fn splat(self, x: f32) -> float32x4_t {
        // SAFETY: as said above the impl.
        unsafe { vdupq_n_f32(x) }
    }
    one_instruction! { float32x4_t:
        add(a, b) => vaddq_f32(a, b);
        sub(a, b) => vsubq_f32(a, b);
        mul(a, b) => vmulq_f32(a, b);
        div(a, b) => vdivq_f32(a, b);
        max(a, b) => vmaxnmq_f32(a, b);
        mul_add(a, b, c) => vfmaq_f32(c, a, b);
        round(a) => vrndnq_f32(a);
        abs(a) => vabsq_f32(a);
        copysign(a, sign) => vbslq_f32(vdupq_n_u32(0x8000_0000), sign, a);
    }
    #[inline(always)]
    fn scale_by_power(self, a: float32x4_t, n: float32x4_t) -> float32x4_t {
        // SAFETY: as said above the impl.
        unsafe {
            let exponent = vaddq_s32(vcvtq_s32_f32(n), vdupq_n_s32(127));
            vmulq_f32(a, vreinterpretq_f32_s32(vshlq_n_s32::<23>(exponent)))
        }
    }
    #[inline(always)]
    fn sum(self, a: float32x4_t) -> f32 {
        // SAFETY: as said above the impl.
        unsafe { vaddvq_f32(a) }
    }
    #[inline(always)]
    fn greatest(self, a: float32x4_t) -> f32 {
        // SAFETY: as said above the impl.
        unsafe { vmaxnmvq_f32(a) }
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> float32x4_t {
        // SAFETY: as said above the impl.
        unsafe { vld1q_f32(from) }
    }
    #[inline(always)]
    unsafe fn load_i32(self, from: *const i32) -> float32x4_t {
        // SAFETY: as said above the impl.
        unsafe { vcvtq_f32_s32(vld1q_s32(from)) }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, a: float32x4_t) {
        // SAFETY: as said above the impl.
        unsafe { vst1q_f32(to, a) }
    }
}

impl Isa for Neon {
    const PANEL: usize = 16;
    type Quantised = i8;

    #[inline(always)]
    unsafe fn tile<const R: usize>(
        self,
        depth: usize,
        a: [*const f32; R],
        b: *const f32,
        out: [*mut f32; R],
        keep: Option<[f32; R]>,
    ) {
        // SAFETY: the caller promises the same; four registers are a panel.
        unsafe { tile_in_registers::<_, R, 4>(self, depth, a, b, 16, out, keep) }
    }

    #[inline(always)]
    unsafe fn store_quantised(self, to: *mut i8, a: float32x4_t) {
        // SAFETY: as said above the other impl; four bytes are written.
        unsafe {
            let words = vqmovn_s32(vcvtnq_s32_f32(a));
            let bytes = vqmovn_s16(vcombine_s16(words, words));
            to.cast::<u32>().write_unaligned(vget_lane_u32::<0>(vreinterpret_u32_s8(bytes)));
        }
    }

    #[inline(always)]
    unsafe fn dots<const R: usize>(
        self,
        quads: usize,
        a: [*const i8; R],
        weights: *const i8,
        _sums: *const i32,
        out: &mut [[i32; GROUP]; R],
    ) {
        // SAFETY: the caller promises a group of 64 columns; the steps cover it. Up to 24 registers hold sums.
        unsafe {
            if R == 1 {
                for first in (0..GROUP).step_by(32) {
                    self.dots_of::<R, 8>(quads, a, weights, out, first);
                }
            } else if R <= 6 {
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

impl Neon {
    /// `sum` plus, in each lane, the products of four bytes.
    ///
    /// Written as the instruction itself: the standard library does not offer it in stable Rust yet.
    #[inline(always)]
    fn dot(self, mut sum: int32x4_t, w: int8x16_t, x: int8x16_t) -> int32x4_t {
        // SAFETY: `self` proves that the processor has the instruction; it reads and writes registers only.
        unsafe {
            asm!(
                ".arch_extension dotprod",
                "sdot {sum:v}.4s, {w:v}.16b, {x:v}.16b",
                sum = inout(vreg) sum,
                w = in(vreg) w,
                x = in(vreg) x,
                options(pure, nomem, nostack, preserves_flags),
            );
        }
        sum
    }

    /// [`Isa::dots`] for `4 · C` of the 64 columns, from column `first`.
    #[inline(always)]
    unsafe fn dots_of<const R: usize, const C: usize>(
        self,
        quads: usize,
        a: [*const i8; R],
        weights: *const i8,
        out: &mut [[i32; GROUP]; R],
        first: usize,
    ) {
        // SAFETY: offsets stay within the 64 columns of `quads · 4` bytes and `4 · quads` activations.
        unsafe {
            let mut found = [[vdupq_n_s32(0); C]; R];
            let mut column = weights.add(first * 4);
            for quad in 0..quads {
                let mut here = [vdupq_n_s8(0); C];
                for c in 0..C {
                    here[c] = vld1q_s8(column.add(c * 16));
                }
                column = column.add(GROUP * 4);
                for r in 0..R {
                    let x = vdupq_n_u32(a[r].add(quad * 4).cast::<u32>().read_unaligned());
                    for c in 0..C {
                        found[r][c] = self.dot(found[r][c], here[c], vreinterpretq_s8_u32(x));
                    }
                }
            }
            for r in 0..R {
                for c in 0..C {
                    vst1q_s32(out[r].as_mut_ptr().add(first + c * 4), found[r][c]);
                }
            }
        }
    }
}

//! Plain Rust, for processors without the instruction sets beside this file, and as the yardstick of their tests.

use super::panels::GROUP;
use super::{Isa, Lanes, tile_in_registers};

/// Every processor.
#[derive(Clone, Copy)]
pub(super) struct Portable;

/// One number a lane: the compiler widens what it can.
impl Lanes for Portable {
    const WIDTH: usize = 4;
    type Vector = [f32; 4];

    #[inline(always)]
    fn splat(self, x: f32) -> [f32; 4] {
        [x; 4]
    }
    #[inline(always)]
    fn add(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] + b[i])
    }
    #[inline(always)]
    fn sub(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] - b[i])
    }
    #[inline(always)]
    fn mul(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] * b[i])
    }
    #[inline(always)]
    fn div(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] / b[i])
    }
    #[inline(always)]
    fn max(self, a: [f32; 4], b: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| if a[i] > b[i] { a[i] } else { b[i] })
    }
    #[inline(always)]
    fn mul_add(self, a: [f32; 4], b: [f32; 4], c: [f32; 4]) -> [f32; 4] {
        // Not `f32::mul_add`: without the instruction it is a slow library call.
        std::array::from_fn(|i| a[i] * b[i] + c[i])
    }
    #[inline(always)]
    fn round(self, a: [f32; 4]) -> [f32; 4] {
        a.map(f32::round_ties_even)
    }
    #[inline(always)]
    fn abs(self, a: [f32; 4]) -> [f32; 4] {
        a.map(f32::abs)
    }
    #[inline(always)]
    fn copysign(self, a: [f32; 4], sign: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i].copysign(sign[i]))
    }
    #[inline(always)]
    fn scale_by_power(self, a: [f32; 4], n: [f32; 4]) -> [f32; 4] {
        std::array::from_fn(|i| a[i] * f32::from_bits(((n[i] as i32 + 127) as u32) << 23))
    }
    #[inline(always)]
    fn sum(self, a: [f32; 4]) -> f32 {
        (a[0] + a[2]) + (a[1] + a[3])
    }
    #[inline(always)]
    fn greatest(self, a: [f32; 4]) -> f32 {
        a.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }
    #[inline(always)]
    unsafe fn load(self, from: *const f32) -> [f32; 4] {
        // SAFETY: the caller promises four numbers.
        unsafe { from.cast::<[f32; 4]>().read() }
    }
    #[inline(always)]
    unsafe fn load_i32(self, from: *const i32) -> [f32; 4] {
        // SAFETY: the caller promises four integers.
        unsafe { from.cast::<[i32; 4]>().read() }.map(|x| x as f32)
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32, a: [f32; 4]) {
        // SAFETY: the caller promises room for four numbers.
        unsafe { to.cast::<[f32; 4]>().write(a) }
    }
}

impl Isa for Portable {
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
    unsafe fn store_quantised(self, to: *mut i8, a: [f32; 4]) {
        // SAFETY: the caller promises room for four values.
        unsafe { to.cast::<[i8; 4]>().write(a.map(|x| x.round_ties_even() as i8)) }
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
        *out = [[0; GROUP]; R];
        for quad in 0..quads {
            // SAFETY: the caller promises `quads` runs of 64 columns of four weights, and as many activations.
            let here = unsafe { weights.cast::<[[i8; 4]; GROUP]>().add(quad).read() };
            for r in 0..R {
                // SAFETY: as above.
                let x = unsafe { a[r].cast::<[i8; 4]>().add(quad).read() }.map(i32::from);
                for (sum, w) in out[r].iter_mut().zip(&here) {
                    let w = w.map(i32::from);
                    *sum += x[0] * w[0] + x[1] * w[1] + x[2] * w[2] + x[3] * w[3];
                }
            }
        }
    }
}

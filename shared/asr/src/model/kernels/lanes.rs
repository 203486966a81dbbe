//! Vector registers of `f32`: what a processor must offer, and the arithmetic built on it once for all.

use std::f32::consts::{FRAC_1_SQRT_2, LOG2_E};

/// A processor with vector registers. A value of the type is the proof that the processor has them, so that safe
/// methods may use their instructions.
pub(crate) trait Lanes: Copy + Send + Sync {
    /// Numbers in one register.
    const WIDTH: usize;
    /// One register of `f32`.
    type Vector: Copy;

    /// The same number in every lane.
    fn splat(self, x: f32) -> Self::Vector;
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The greater of both in each lane; the second if one is not a number.
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a · b + c`, rounded once where the processor can.
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// The nearest whole number.
    fn round(self, a: Self::Vector) -> Self::Vector;
    fn abs(self, a: Self::Vector) -> Self::Vector;
    /// The size of `a` with the sign of `sign`.
    fn copysign(self, a: Self::Vector, sign: Self::Vector) -> Self::Vector;
    /// `a · 2^n` for whole `n` from -127 to 127; -127 may give 0.
    fn scale_by_power(self, a: Self::Vector, n: Self::Vector) -> Self::Vector;
    /// The sum of all lanes.
    fn sum(self, a: Self::Vector) -> f32;
    /// The greatest of all lanes.
    fn greatest(self, a: Self::Vector) -> f32;

    /// # Safety
    /// [`Lanes::WIDTH`] numbers must be readable at `from`.
    unsafe fn load(self, from: *const f32) -> Self::Vector;
    /// # Safety
    /// [`Lanes::WIDTH`] integers must be readable at `from`.
    unsafe fn load_i32(self, from: *const i32) -> Self::Vector;
    /// # Safety
    /// [`Lanes::WIDTH`] numbers must be writable at `to`.
    unsafe fn store(self, to: *mut f32, a: Self::Vector);

    /// `e^x` within two units in the last place for -87 ≤ x ≤ 88; smaller ones give almost nothing.
    ///
    /// Reduction by powers of two and the degree-5 polynomial of Cephes `expf` (S. Moshier, public domain).
    #[inline(always)]
    fn exp(self, x: Self::Vector) -> Self::Vector {
        let x = self.max(x, self.splat(-87.0));
        let n = self.round(self.mul(x, self.splat(LOG2_E)));
        let r = self.mul_add(n, self.splat(-LN_2_HIGH), x);
        let r = self.mul_add(n, self.splat(-LN_2_LOW), r);
        let mut p = self.splat(EXP[0]);
        for coefficient in &EXP[1..] {
            p = self.mul_add(p, r, self.splat(*coefficient));
        }
        let square = self.mul(r, r);
        let p = self.mul_add(p, square, self.add(r, self.splat(1.0)));
        self.scale_by_power(p, n)
    }

    /// The exact GELU, `x / 2 · (1 + erf(x / √2))`, its error function within 1.5e-7 (Abramowitz and Stegun,
    /// Handbook of Mathematical Functions, 7.1.26).
    #[inline(always)]
    fn gelu(self, x: Self::Vector) -> Self::Vector {
        let one = self.splat(1.0);
        let z = self.mul(x, self.splat(FRAC_1_SQRT_2));
        let size = self.abs(z);
        let t = self.div(one, self.mul_add(size, self.splat(0.327_591_1), one));
        let mut p = self.splat(ERF[0]);
        for coefficient in &ERF[1..] {
            p = self.mul_add(p, t, self.splat(*coefficient));
        }
        let square = self.mul(size, size);
        let tail = self.exp(self.sub(self.splat(0.0), square));
        let erf = self.sub(one, self.mul(self.mul(p, t), tail));
        let half = self.mul(x, self.splat(0.5));
        self.mul_add(half, self.copysign(erf, z), half)
    }
}

/// ln 2 in two parts, the first exact in few bits, so that a multiple of it loses nothing.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// Cephes `expf`, from the highest power down.
const EXP: [f32; 6] =
    [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 5e-1];

/// Abramowitz and Stegun 7.1.26, from the highest power down.
const ERF: [f32; 5] = [1.061_405_4, -1.453_152, 1.421_413_8, -0.284_496_74, 0.254_829_6];

#[cfg(test)]
mod tests {
    use super::super::{InstructionSet, Isa, Kernel};

    /// Both functions of one number.
    struct Both(f32);

    impl Kernel for Both {
        type Output = (f32, f32);

        #[inline(always)]
        fn run<I: Isa>(self, isa: I) -> (f32, f32) {
            let (x, mut exp, mut gelu) = (isa.splat(self.0), [0.0_f32; 64], [0.0_f32; 64]);
            // SAFETY: no register is wider than 64 numbers.
            unsafe {
                isa.store(exp.as_mut_ptr(), isa.exp(x));
                isa.store(gelu.as_mut_ptr(), isa.gelu(x));
            }
            (exp[0], gelu[0])
        }
    }

    /// Error function from its power series, in double precision.
    fn erf_exact(x: f64) -> f64 {
        let (mut term, mut sum) = (x, x);
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * 2.0 / std::f64::consts::PI.sqrt()
    }

    #[test]
    fn the_exponential_is_right_to_two_units_in_the_last_place() {
        for instructions in InstructionSet::available() {
            for step in -870..880 {
                let x = step as f32 / 10.0;
                let exact = f64::from(x).exp();
                let error = (f64::from(instructions.run(Both(x)).0) - exact).abs() / exact;
                assert!(error < 2.4e-7, "{instructions:?}: exp({x}): {error}");
            }
            assert!(instructions.run(Both(f32::NEG_INFINITY)).0 < 1e-37);
        }
    }

    #[test]
    fn gelu_is_the_exact_form_and_not_the_tanh_form() {
        for instructions in InstructionSet::available() {
            for step in -500..500 {
                let x = step as f32 / 100.0;
                let wide = f64::from(x);
                let exact = 0.5 * wide * (1.0 + erf_exact(wide / 2.0_f64.sqrt()));
                let error = (f64::from(instructions.run(Both(x)).1) - exact).abs();
                assert!(error < 7e-7, "{instructions:?}: gelu({x}): {error}");
            }
        }
    }
}

//! The hot arithmetic, written once and compiled for several instruction sets; the best one the processor has is
//! chosen when the program runs.
//!
//! - [`lanes`]: vector registers of `f32` and what is computed in them.
//! - `avx512`, `avx2`, `neon`, [`portable`]: the instruction sets.
//! - [`panels`]: matrices laid out in the order the products read them.
//! - [`product`]: rows of activations times a matrix of weights, in `f32` or in 8-bit integers.
//! - [`attention`], [`int_attention`]: rows of queries over keys and values, without a matrix of scores in memory.
//!
//! All that is `unsafe` in the model's arithmetic is below this module. Two kinds of promise occur: that the processor
//! has the instructions (a value of an [`Isa`] type is only made after asking it), and that pointers have room
//! (the safe functions of `product` and `attention` check lengths before they enter a loop).
#![allow(unsafe_code, reason = "vector instructions; every block says why it is sound")]
#![allow(
    clippy::needless_range_loop,
    reason = "rows and columns of registers are told apart by index"
)]

/// Calls `$call` with a constant `$R` for tiles that cover `$count` rows: full tiles, then the rest. Up to
/// [`ROWS_MAX`] rows are one tile, so that a small batch reads the weights once.
macro_rules! for_each_tile {
    (@$rows:ident, $R:ident, $call:expr, $($n:literal),*) => {
        match $rows {
            $($n => {
                const $R: usize = $n;
                $call
            })*
            _ => {}
        }
    };
    ($count:expr, $R:ident, $at:ident => $call:expr) => {{
        let mut $at = 0;
        while $at < $count {
            let left = $count - $at;
            let rows = if left <= $crate::model::kernels::ROWS_MAX {
                left
            } else {
                $crate::model::kernels::ROWS
            };
            for_each_tile!(@rows, $R, $call, 1, 2, 3, 4, 5, 6, 7, 8);
            $at += rows;
        }
    }};
}

/// Methods of [`lanes::Lanes`] that are one instruction, or hardly more.
macro_rules! one_instruction {
    ($vector:ty: $($method:ident($($argument:ident),+) => $instruction:expr;)+) => {$(
        #[inline(always)]
        fn $method(self, $($argument: $vector),+) -> $vector {
            // SAFETY: as said above the impl: `self` proves that the processor has the instruction.
            unsafe { $instruction }
        }
    )+};
}

pub(crate) mod attention;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
pub(crate) mod int_attention;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
pub(crate) mod panels;
mod portable;
pub(crate) mod product;

use lanes::Lanes;
use portable::Portable;

/// Most rows one tile takes at once.
pub(crate) const ROWS_MAX: usize = 8;
/// Rows of a full tile where there are many: with [`Isa::PANEL`] columns it fills the registers.
pub(crate) const ROWS: usize = 6;

/// An instruction set: registers of `f32`, and tiles of matrix products that fit its registers.
pub(crate) trait Isa: Lanes {
    /// Columns of a tile of `f32` products.
    const PANEL: usize;
    /// The form in which this instruction set reads activations of -127…127.
    type Quantised: Copy + Default + Send + Sync;

    /// `R` rows times a panel: `out[r][c] = keep[r] · out[r][c] + Σ a[r][d] · b[d][c]`, without `keep` as if 0.
    ///
    /// # Safety
    /// `depth` numbers at every `a`, `depth · PANEL` at `b`, and `PANEL` writable ones at every `out`.
    unsafe fn tile<const R: usize>(
        self,
        depth: usize,
        a: [*const f32; R],
        b: *const f32,
        out: [*mut f32; R],
        keep: Option<[f32; R]>,
    );

    /// Writes whole numbers of -127…127 in the form [`Isa::dots`] reads.
    ///
    /// # Safety
    /// [`Lanes::WIDTH`] values must be writable at `to`.
    unsafe fn store_quantised(self, to: *mut Self::Quantised, a: Self::Vector);

    /// `R` rows times 64 weight columns in 8-bit integers, exact: `out[r][c] = Σ a[r][d] · w[d][c]`.
    ///
    /// # Safety
    /// `4 · quads` values at every `a`; at `weights` a group as [`panels::IntPanels`] lays it out, with its 64 sums at
    /// `sums`.
    unsafe fn dots<const R: usize>(
        self,
        quads: usize,
        a: [*const Self::Quantised; R],
        weights: *const i8,
        sums: *const i32,
        out: &mut [[i32; panels::GROUP]; R],
    );
}

/// Work written once for every instruction set.
///
/// `run` must be `#[inline(always)]`, and so must everything in it that touches a vector: the instructions exist only
/// inside the function that was compiled for them.
pub(crate) trait Kernel {
    /// What the work gives.
    type Output;
    fn run<I: Isa>(self, isa: I) -> Self::Output;
}

/// An instruction set this processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InstructionSet {
    /// AVX-512 with VNNI: Intel from Ice Lake, AMD from Zen 4.
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// AVX2 with FMA: Intel from Haswell, AMD from Zen.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// NEON with the integer dot product: ARMv8.2, Graviton2 and later.
    #[cfg(target_arch = "aarch64")]
    Neon,
    /// Plain Rust.
    Portable,
}

impl InstructionSet {
    /// All that this processor has, the best first.
    pub fn available() -> Vec<InstructionSet> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(avx512::Avx512::detect().map(|_| InstructionSet::Avx512));
            all.extend(avx2::Avx2::detect().map(|_| InstructionSet::Avx2));
        }
        #[cfg(target_arch = "aarch64")]
        all.extend(neon::Neon::detect().map(|_| InstructionSet::Neon));
        all.push(InstructionSet::Portable);
        all
    }

    /// The best one this processor has.
    pub(crate) fn best() -> InstructionSet {
        static BEST: std::sync::OnceLock<InstructionSet> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| InstructionSet::available()[0])
    }

    /// Columns of a tile of `f32` products, which the layout of `f32` panels follows.
    pub(crate) fn panel(self) -> usize {
        struct Panel;
        impl Kernel for Panel {
            type Output = usize;
            #[inline(always)]
            fn run<I: Isa>(self, _: I) -> usize {
                I::PANEL
            }
        }
        self.run(Panel)
    }

    /// Runs work with these instructions.
    pub(crate) fn run<K: Kernel>(self, kernel: K) -> K::Output {
        match self {
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx512 => match avx512::Avx512::detect() {
                Some(isa) => isa.enter(kernel),
                None => kernel.run(Portable),
            },
            #[cfg(target_arch = "x86_64")]
            InstructionSet::Avx2 => match avx2::Avx2::detect() {
                Some(isa) => isa.enter(kernel),
                None => kernel.run(Portable),
            },
            #[cfg(target_arch = "aarch64")]
            InstructionSet::Neon => match neon::Neon::detect() {
                Some(isa) => isa.enter(kernel),
                None => kernel.run(Portable),
            },
            InstructionSet::Portable => kernel.run(Portable),
        }
    }
}

/// The product of `R` rows with `C` registers of a panel of `panel` columns; see [`Isa::tile`].
///
/// # Safety
/// As [`Isa::tile`], but `b` and every `out` point to the first of the `C · WIDTH` columns taken.
#[inline(always)]
unsafe fn tile_in_registers<L: Lanes, const R: usize, const C: usize>(
    lanes: L,
    depth: usize,
    a: [*const f32; R],
    b: *const f32,
    panel: usize,
    out: [*mut f32; R],
    keep: Option<[f32; R]>,
) {
    let mut sums = [[lanes.splat(0.0); C]; R];
    // SAFETY: the caller promises `C · WIDTH` columns in each of `depth` rows at `b`, `depth` numbers at each `a`, and
    // as many columns at each `out`; every offset below stays within those (the last step of `column` may end one
    // panel after them, where it is not read).
    unsafe {
        if let Some(keep) = keep {
            for r in 0..R {
                let keep = lanes.splat(keep[r]);
                for c in 0..C {
                    sums[r][c] = lanes.mul(lanes.load(out[r].add(c * L::WIDTH)), keep);
                }
            }
        }
        let mut column = b;
        for d in 0..depth {
            let mut here = [lanes.splat(0.0); C];
            for c in 0..C {
                here[c] = lanes.load(column.add(c * L::WIDTH));
            }
            column = column.add(panel);
            for r in 0..R {
                let x = lanes.splat(*a[r].add(d));
                for c in 0..C {
                    sums[r][c] = lanes.mul_add(x, here[c], sums[r][c]);
                }
            }
        }
        for r in 0..R {
            for c in 0..C {
                lanes.store(out[r].add(c * L::WIDTH), sums[r][c]);
            }
        }
    }
}

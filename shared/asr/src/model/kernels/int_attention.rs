//! Attention in 8-bit integers: as [`super::attention`], with both products exact in integers and everything between
//! them in `f32`.
//!
//! Queries, keys and values have a scale for each row of a head. The weights of a block of positions times the scales
//! of its values are rounded to 255 steps of the greatest of the block, so that a block of small weights keeps its
//! precision.

use rayon::prelude::*;

use super::attention::{BLOCK, Softmax, Watch, greatest_of, multiply};
use super::panels::{GROUP, LARGEST, QUAD, round_row};
use super::product::{Quantised, Rows};
use super::{Isa, Kernel};

/// Keys and values of all positions of one window, by head.
pub(crate) struct IntKeyValue {
    heads: Vec<IntHead>,
    /// Width of one head.
    width: usize,
    /// Positions held.
    len: usize,
}

/// One head, in blocks of 64 positions; positions after the last are zero.
struct IntHead {
    /// `[blocks][width / 4][64][4]`: a block of positions is a group of outputs of a product with queries.
    keys: Vec<i8>,
    /// Of each position, the sum of its key's integers, and what one of them is worth.
    key_sums: Vec<i32>,
    key_scales: Vec<f32>,
    /// `[blocks][width / 64][64 / 4][64][4]`: the width is the outputs of a product with weights of positions.
    values: Vec<i8>,
    /// Of each column, the sum over a block: `[blocks][width filled up to 64]`.
    value_sums: Vec<i32>,
    /// Of each position.
    value_scales: Vec<f32>,
}

/// Bytes of 64 positions of 64 values.
const VALUE_BYTES: usize = BLOCK * GROUP;
/// Quads of positions in a block.
const BLOCK_QUADS: usize = BLOCK / QUAD;
/// Weights of positions become integers of -127…127: so many steps.
const STEPS: f32 = 2.0 * LARGEST;

impl IntKeyValue {
    /// Rounds and lays out keys and values, rows of all heads side by side.
    pub(crate) fn new(heads: usize, keys: Rows<'_>, values: Rows<'_>) -> IntKeyValue {
        let width = keys.width / heads;
        let head = |head| {
            IntHead::new(keys.columns(head * width, width), values.columns(head * width, width))
        };
        let heads = match rayon::current_num_threads() {
            1 => (0..heads).map(head).collect(),
            _ => (0..heads).into_par_iter().map(head).collect(),
        };
        IntKeyValue { heads, width, len: keys.count }
    }
}

impl IntHead {
    fn new(keys: Rows<'_>, values: Rows<'_>) -> IntHead {
        let (blocks, quads) = (keys.count.div_ceil(BLOCK), keys.width.div_ceil(QUAD));
        let groups = values.width.div_ceil(GROUP);
        let mut head = IntHead {
            keys: vec![0; blocks * quads * BLOCK * QUAD],
            key_sums: vec![0; blocks * BLOCK],
            key_scales: vec![0.0; blocks * BLOCK],
            values: vec![0; blocks * groups * VALUE_BYTES],
            value_sums: vec![0; blocks * groups * GROUP],
            value_scales: vec![0.0; blocks * BLOCK],
        };
        let mut row = vec![0; quads * QUAD];
        for at in 0..keys.count {
            head.key_scales[at] = round_row(keys.row(at), &mut row);
            head.key_sums[at] = row.iter().map(|x| i32::from(*x)).sum();
            let runs =
                head.keys[at / BLOCK * quads * BLOCK * QUAD..].chunks_exact_mut(BLOCK * QUAD);
            for (run, quad) in runs.zip(row.chunks_exact(QUAD)) {
                run[at % BLOCK * QUAD..][..QUAD].copy_from_slice(quad);
            }
        }
        let mut four = vec![[0; QUAD]; groups * GROUP];
        for from in (0..values.count).step_by(QUAD) {
            head.put_values(from, values, &mut row, &mut four);
        }
        head
    }

    /// Four positions from `from` on: one quad of every column. `row` and `four` are room to work in.
    fn put_values(
        &mut self,
        from: usize,
        values: Rows<'_>,
        row: &mut [i8],
        four: &mut [[i8; QUAD]],
    ) {
        four.fill([0; QUAD]);
        for at in from..values.count.min(from + QUAD) {
            self.value_scales[at] = round_row(values.row(at), row);
            for (quad, x) in four.iter_mut().zip(row.iter()) {
                quad[at - from] = *x;
            }
        }
        let (block, groups) = (from / BLOCK, four.len() / GROUP);
        for (group, four) in four.chunks_exact(GROUP).enumerate() {
            let at = (block * groups + group) * VALUE_BYTES + from % BLOCK / QUAD * GROUP * QUAD;
            self.values[at..at + GROUP * QUAD].copy_from_slice(four.as_flattened());
        }
        let sums = &mut self.value_sums[block * four.len()..];
        for (sum, quad) in sums.iter_mut().zip(four.iter()) {
            *sum += quad.iter().map(|x| i32::from(*x)).sum::<i32>();
        }
    }
}

/// Attention of some rows to all positions of a window.
pub(crate) struct IntAttend<'a> {
    /// All heads side by side, not yet scaled.
    pub queries: Rows<'a>,
    pub memory: &'a IntKeyValue,
    /// As the queries: `[rows, heads · width]`.
    pub out: &'a mut [f32],
    pub watch: Option<Watch<'a>>,
}

/// Queries of one head on their way over the positions.
struct Work<'a, T> {
    head: &'a IntHead,
    width: usize,
    queries: Quantised<T>,
    /// Sums of values so far, `[rows][width filled up to 64]`.
    sums: Vec<f32>,
    softmax: Softmax<'a>,
}

impl Kernel for IntAttend<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(mut self, isa: I) {
        let (memory, rows) = (self.memory, self.queries.count);
        let (width, len) = (memory.width, memory.len);
        assert!(len > 0 && self.out.len() == rows * self.queries.width);
        for (at, head) in memory.heads.iter().enumerate() {
            let watched = self.watch.as_mut().and_then(|watch| watch.of(at, rows * len));
            let queries = Quantised::of(isa, self.queries.columns(at * width, width));
            let softmax = Softmax::new(rows, len, watched);
            let sums = vec![0.0; rows * width.next_multiple_of(GROUP)];
            let mut work = Work { head, width, queries, sums, softmax };
            for from in (0..len).step_by(BLOCK) {
                for_each_tile!(rows, R, row => work.block::<I, R>(isa, row, from));
            }
            for (row, out) in self.out.chunks_exact_mut(self.queries.width).enumerate() {
                let sums = &work.sums[row * width.next_multiple_of(GROUP)..][..width];
                work.softmax.give(row, sums, &mut out[at * width..][..width]);
            }
        }
    }
}

impl<T: Copy + Default> Work<'_, T> {
    /// Takes `R` rows from row `at` on over the block of positions from `from` on.
    #[inline(always)]
    fn block<I: Isa<Quantised = T>, const R: usize>(&mut self, isa: I, at: usize, from: usize) {
        let mut scores = [[0.0_f32; BLOCK]; R];
        self.score(isa, at, from, &mut scores);
        self.softmax.reach(at, from, &mut scores);
        let keep = self.softmax.weigh(isa, at, &mut scores);
        let scales = &self.head.value_scales[from..from + BLOCK];
        let mut weights = [[T::default(); BLOCK]; R];
        let mut steps = [0.0; R];
        for (r, row) in scores.iter_mut().enumerate() {
            multiply(isa, row, scales);
            steps[r] = round_weights(isa, row, &mut weights[r]);
        }
        for group in 0..self.width.div_ceil(GROUP) {
            self.gather(isa, at, from, group, &weights, steps, keep);
        }
    }

    /// Scores of `R` rows over one block.
    #[inline(always)]
    fn score<I: Isa<Quantised = T>, const R: usize>(
        &self,
        isa: I,
        at: usize,
        from: usize,
        scores: &mut [[f32; BLOCK]; R],
    ) {
        let (head, quads) = (self.head, self.width.div_ceil(QUAD));
        let bytes = quads * BLOCK * QUAD;
        let keys = &head.keys[from / BLOCK * bytes..][..bytes];
        let sums = &head.key_sums[from..from + BLOCK];
        let scales = &head.key_scales[from..from + BLOCK];
        let a = std::array::from_fn(|r| self.queries.row(at + r).as_ptr());
        let mut whole = [[0; GROUP]; R];
        // SAFETY: a quantised row is at least four times `quads` long; keys and sums were cut to a block.
        unsafe { isa.dots::<R>(quads, a, keys.as_ptr(), sums.as_ptr(), &mut whole) };
        let root = 1.0 / (self.width as f32).sqrt();
        for (r, (whole, row)) in whole.iter().zip(scores).enumerate() {
            let of_row = isa.splat(self.queries.scales[at + r] * root);
            for c in (0..BLOCK).step_by(I::WIDTH) {
                // SAFETY: a register's width divides 64, the length of all three.
                unsafe {
                    let scale = isa.mul(of_row, isa.load(scales.as_ptr().add(c)));
                    let score = isa.mul(isa.load_i32(whole.as_ptr().add(c)), scale);
                    isa.store(row.as_mut_ptr().add(c), score);
                }
            }
        }
    }

    /// Adds the weighted values of one block to the sums of `R` rows, for 64 columns of the head.
    #[inline(always)]
    #[allow(
        clippy::too_many_arguments,
        reason = "the state of a tile, kept in registers and on the stack"
    )]
    fn gather<I: Isa<Quantised = T>, const R: usize>(
        &mut self,
        isa: I,
        at: usize,
        from: usize,
        group: usize,
        weights: &[[T; BLOCK]; R],
        steps: [f32; R],
        keep: [f32; R],
    ) {
        let groups = self.width.div_ceil(GROUP);
        let place = from / BLOCK * groups + group;
        let values = &self.head.values[place * VALUE_BYTES..][..VALUE_BYTES];
        let sums = &self.head.value_sums[place * GROUP..][..GROUP];
        let a = std::array::from_fn(|r| weights[r].as_ptr());
        let mut whole = [[0; GROUP]; R];
        // SAFETY: a row of weights is a block; values and sums were cut to a group of one block.
        unsafe { isa.dots::<R>(BLOCK_QUADS, a, values.as_ptr(), sums.as_ptr(), &mut whole) };
        for (r, whole) in whole.iter().enumerate() {
            let to = &mut self.sums[((at + r) * groups + group) * GROUP..][..GROUP];
            let (step, keep) = (isa.splat(steps[r]), isa.splat(keep[r]));
            for c in (0..GROUP).step_by(I::WIDTH) {
                // SAFETY: a register's width divides 64, the length of all three.
                unsafe {
                    // A weight of 0 is the integer -127: every value was counted -127 times too often.
                    let above = isa.mul(isa.load_i32(sums.as_ptr().add(c)), isa.splat(LARGEST));
                    let sum = isa.add(isa.load_i32(whole.as_ptr().add(c)), above);
                    let before = isa.mul(isa.load(to.as_ptr().add(c)), keep);
                    isa.store(to.as_mut_ptr().add(c), isa.mul_add(sum, step, before));
                }
            }
        }
    }
}

/// Rounds weights of 0 and more to integers from -127, for 0, to 127; returns what one step is worth.
#[inline(always)]
fn round_weights<I: Isa>(isa: I, row: &[f32; BLOCK], to: &mut [I::Quantised; BLOCK]) -> f32 {
    let greatest = greatest_of(isa, row);
    let inverse = isa.splat(if greatest > 0.0 { STEPS / greatest } else { 0.0 });
    for c in (0..BLOCK).step_by(I::WIDTH) {
        // SAFETY: a register's width divides the length of both.
        unsafe {
            let steps = isa.mul_add(isa.load(row.as_ptr().add(c)), inverse, isa.splat(-LARGEST));
            isa.store_quantised(to.as_mut_ptr().add(c), steps);
        }
    }
    greatest / STEPS
}

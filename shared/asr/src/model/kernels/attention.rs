//! Rows of queries over the keys and values of one memory, a block of positions at a time.
//!
//! The scores of a tile of queries against 64 positions live in the first-level cache and nowhere else. The greatest
//! score so far and the sum of the exponentials are carried from block to block, and what was summed before is scaled
//! down when a greater score appears (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018).

use super::product::Rows;
use super::{InstructionSet, Isa, Kernel, ROWS_MAX};

/// Positions of one block. Its keys and values (16 KB each for a head of 64 in `f32`) fit a first-level cache.
pub(super) const BLOCK: usize = 64;

/// Keys and values of some positions, split into heads and laid out in panels, with room for more.
pub(crate) struct KeyValue {
    heads: usize,
    /// Width of one head.
    width: usize,
    /// Positions held.
    len: usize,
    /// Room, in whole blocks.
    capacity: usize,
    panel: usize,
    /// `[heads][capacity / panel][width][panel]`.
    keys: Vec<f32>,
    /// `[heads][width / panel][capacity][panel]`, the width filled up with zeros.
    values: Vec<f32>,
}

impl KeyValue {
    /// Room for `capacity` positions.
    pub(crate) fn with_room(
        heads: usize,
        width: usize,
        capacity: usize,
        instructions: InstructionSet,
    ) -> KeyValue {
        let (panel, capacity) = (instructions.panel(), capacity.next_multiple_of(BLOCK));
        KeyValue {
            heads,
            width,
            len: 0,
            capacity,
            panel,
            keys: vec![0.0; heads * capacity * width],
            values: vec![0.0; heads * capacity * width.next_multiple_of(panel)],
        }
    }

    /// Adds positions: rows of all heads side by side.
    pub(crate) fn extend(&mut self, keys: Rows<'_>, values: Rows<'_>) {
        assert!(self.len + keys.count <= self.capacity && keys.count == values.count);
        for head in 0..self.heads {
            for at in 0..keys.count {
                let columns = head * self.width..(head + 1) * self.width;
                self.put_key(head, self.len + at, &keys.row(at)[columns.clone()]);
                self.put_value(head, self.len + at, &values.row(at)[columns]);
            }
        }
        self.len += keys.count;
    }

    fn put_key(&mut self, head: usize, position: usize, row: &[f32]) {
        let from = (head * self.capacity + position / self.panel * self.panel) * self.width;
        let to = &mut self.keys[from + position % self.panel..];
        to.iter_mut().step_by(self.panel).zip(row).for_each(|(to, x)| *to = *x);
    }

    fn put_value(&mut self, head: usize, position: usize, row: &[f32]) {
        let panels = self.width.div_ceil(self.panel);
        for (panel, part) in row.chunks(self.panel).enumerate() {
            let from = ((head * panels + panel) * self.capacity + position) * self.panel;
            self.values[from..from + part.len()].copy_from_slice(part);
        }
    }

    fn key_panels(&self, head: usize, position: usize) -> &[f32] {
        &self.keys[(head * self.capacity + position) * self.width..][..BLOCK * self.width]
    }

    fn value_panel(&self, head: usize, panel: usize, position: usize) -> &[f32] {
        let panels = self.width.div_ceil(self.panel);
        let from = ((head * panels + panel) * self.capacity + position) * self.panel;
        &self.values[from..][..BLOCK * self.panel]
    }
}

/// Attention of some rows to all positions of a memory.
pub(crate) struct Attend<'a> {
    /// All heads side by side, not yet scaled.
    pub queries: Rows<'a>,
    pub memory: &'a KeyValue,
    /// As the queries: `[rows, heads · width]`.
    pub out: &'a mut [f32],
    pub watch: Option<Watch<'a>>,
}

/// Takes note of scores before softmax.
pub(crate) struct Watch<'a> {
    pub heads: &'a [usize],
    /// `[heads.len()][rows][positions]`.
    pub scores: &'a mut [f32],
}

impl Watch<'_> {
    /// The scores of one head, so many, if they are wanted.
    pub(super) fn of(&mut self, head: usize, len: usize) -> Option<&mut [f32]> {
        let at = self.heads.iter().position(|of| *of == head)?;
        self.scores.chunks_exact_mut(len).nth(at)
    }
}

/// Queries of one head on their way over the positions.
struct Work<'a> {
    memory: &'a KeyValue,
    head: usize,
    /// Scaled, `[rows][width]`.
    queries: Vec<f32>,
    /// Sums of values so far, `[rows][width filled up to panels]`.
    sums: Vec<f32>,
    softmax: Softmax<'a>,
}

impl Kernel for Attend<'_> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(mut self, isa: I) {
        let (memory, rows, width) = (self.memory, self.queries.count, self.memory.width);
        assert_eq!(memory.panel, I::PANEL);
        assert!(memory.len > 0 && self.out.len() == rows * self.queries.width);
        let stride = width.next_multiple_of(I::PANEL);
        for head in 0..memory.heads {
            let watched = self.watch.as_mut().and_then(|watch| watch.of(head, rows * memory.len));
            let queries = scaled(self.queries.columns(head * width, width));
            let softmax = Softmax::new(rows, memory.len, watched);
            let mut work = Work { memory, head, queries, sums: vec![0.0; rows * stride], softmax };
            for from in (0..memory.len).step_by(BLOCK) {
                for_each_tile!(rows, R, at => work.block::<I, R>(isa, at, from));
            }
            for (row, out) in self.out.chunks_exact_mut(self.queries.width).enumerate() {
                let sums = &work.sums[row * stride..][..width];
                work.softmax.give(row, sums, &mut out[head * width..][..width]);
            }
        }
    }
}

/// Queries over the square root of their width.
fn scaled(queries: Rows<'_>) -> Vec<f32> {
    let scale = 1.0 / (queries.width as f32).sqrt();
    (0..queries.count).flat_map(|at| queries.row(at)).map(|x| x * scale).collect()
}

impl Work<'_> {
    /// Takes `R` rows from row `at` on over the block of positions from `from` on.
    #[inline(always)]
    fn block<I: Isa, const R: usize>(&mut self, isa: I, at: usize, from: usize) {
        let mut scores = [[0.0_f32; BLOCK]; R];
        self.score(isa, at, from, &mut scores);
        self.softmax.reach(at, from, &mut scores);
        let keep = self.softmax.weigh(isa, at, &mut scores);
        let memory = self.memory;
        let stride = memory.width.next_multiple_of(I::PANEL);
        let sums = &mut self.sums[at * stride..(at + R) * stride];
        for panel in 0..stride / I::PANEL {
            let values = memory.value_panel(self.head, panel, from);
            let a = std::array::from_fn(|r| scores[r].as_ptr());
            // SAFETY: the slice holds `R` rows of `stride`, which is a multiple of the panel; a row of scores has a
            // block of numbers, and `value_panel` cuts a block of panel rows.
            unsafe {
                let to = sums.as_mut_ptr();
                let out = std::array::from_fn(|r| to.add(r * stride + panel * I::PANEL));
                isa.tile::<R>(BLOCK, a, values.as_ptr(), out, Some(keep));
            }
        }
    }

    /// Scores of `R` rows over one block.
    #[inline(always)]
    fn score<I: Isa, const R: usize>(
        &self,
        isa: I,
        at: usize,
        from: usize,
        scores: &mut [[f32; BLOCK]; R],
    ) {
        let (memory, width) = (self.memory, self.memory.width);
        let keys = memory.key_panels(self.head, from);
        let queries = &self.queries[at * width..(at + R) * width];
        let a = std::array::from_fn(|r| queries[r * width..(r + 1) * width].as_ptr());
        for (panel, keys) in keys.chunks_exact(I::PANEL * width).enumerate() {
            let out = scores.each_mut().map(|row| row[panel * I::PANEL..][..I::PANEL].as_mut_ptr());
            // SAFETY: every query has `width` numbers, every output a panel, and the chunk is `width` panel rows.
            unsafe { isa.tile::<R>(width, a, keys.as_ptr(), out, None) };
        }
    }
}

/// The softmax of some rows over positions that come block by block.
pub(super) struct Softmax<'a> {
    /// Positions in all.
    len: usize,
    /// Of each row, the greatest score so far.
    greatest: Vec<f32>,
    /// Of each row, the sum of exponentials so far, relative to the greatest score.
    totals: Vec<f32>,
    /// `[rows][positions]`, if wanted.
    watched: Option<&'a mut [f32]>,
}

impl<'a> Softmax<'a> {
    pub(super) fn new(rows: usize, len: usize, watched: Option<&'a mut [f32]>) -> Softmax<'a> {
        let (greatest, totals) = (vec![f32::NEG_INFINITY; rows], vec![0.0; rows]);
        Softmax { len, greatest, totals, watched }
    }

    /// Puts positions after the last out of reach, and takes note of the others if that is wanted.
    #[inline(always)]
    pub(super) fn reach<const R: usize>(
        &mut self,
        at: usize,
        from: usize,
        scores: &mut [[f32; BLOCK]; R],
    ) {
        let reached = BLOCK.min(self.len - from);
        for row in scores.iter_mut() {
            row[reached..].fill(f32::NEG_INFINITY);
        }
        if let Some(watched) = &mut self.watched {
            for (r, row) in scores.iter().enumerate() {
                let to = (at + r) * self.len + from;
                watched[to..to + reached].copy_from_slice(&row[..reached]);
            }
        }
    }

    /// Turns scores into weights relative to the greatest score so far; returns how much of each row's sums before is
    /// to be kept.
    #[inline(always)]
    pub(super) fn weigh<I: Isa, const R: usize>(
        &mut self,
        isa: I,
        at: usize,
        scores: &mut [[f32; BLOCK]; R],
    ) -> [f32; R] {
        let mut keep = [0.0; BLOCK];
        for (r, row) in scores.iter().enumerate() {
            let before = self.greatest[at + r];
            let greatest = before.max(greatest_of(isa, row));
            keep[r] = before - greatest;
            self.greatest[at + r] = greatest;
        }
        for c in (0..ROWS_MAX).step_by(I::WIDTH) {
            let lanes = &mut keep[c..c + I::WIDTH];
            // SAFETY: the slice is a register wide.
            unsafe { isa.store(lanes.as_mut_ptr(), isa.exp(isa.load(lanes.as_ptr()))) };
        }
        for (r, row) in scores.iter_mut().enumerate() {
            let total = exponentials(isa, row, self.greatest[at + r]);
            self.totals[at + r] = self.totals[at + r] * keep[r] + total;
        }
        std::array::from_fn(|r| keep[r])
    }

    /// The result of one row, from its sums of weighted values.
    pub(super) fn give(&self, row: usize, sums: &[f32], out: &mut [f32]) {
        let scale = 1.0 / self.totals[row];
        out.iter_mut().zip(sums).for_each(|(out, sum)| *out = sum * scale);
    }
}

/// Multiplies number by number.
#[inline(always)]
pub(super) fn multiply<I: Isa>(isa: I, row: &mut [f32; BLOCK], by: &[f32]) {
    assert_eq!(by.len(), BLOCK);
    for c in (0..BLOCK).step_by(I::WIDTH) {
        // SAFETY: a register's width divides the length of both.
        unsafe {
            let product = isa.mul(isa.load(row.as_ptr().add(c)), isa.load(by.as_ptr().add(c)));
            isa.store(row.as_mut_ptr().add(c), product);
        }
    }
}

#[inline(always)]
pub(super) fn greatest_of<I: Isa>(isa: I, row: &[f32; BLOCK]) -> f32 {
    let mut lanes = isa.splat(f32::NEG_INFINITY);
    for c in (0..BLOCK).step_by(I::WIDTH) {
        // SAFETY: a register's width divides the length of the row.
        lanes = isa.max(lanes, unsafe { isa.load(row.as_ptr().add(c)) });
    }
    isa.greatest(lanes)
}

/// Replaces each score by the exponential of its distance from `greatest`; returns their sum.
#[inline(always)]
fn exponentials<I: Isa>(isa: I, row: &mut [f32; BLOCK], greatest: f32) -> f32 {
    let greatest = isa.splat(greatest);
    let mut total = isa.splat(0.0);
    for c in (0..BLOCK).step_by(I::WIDTH) {
        // SAFETY: a register's width divides the length of the row.
        unsafe {
            let weight = isa.exp(isa.sub(isa.load(row.as_ptr().add(c)), greatest));
            isa.store(row.as_mut_ptr().add(c), weight);
            total = isa.add(total, weight);
        }
    }
    isa.sum(total)
}

#[cfg(test)]
mod tests {
    use super::super::int_attention::{IntAttend, IntKeyValue};
    use super::*;

    /// Queries over positions, heads side by side.
    struct Case {
        rows: usize,
        positions: usize,
        heads: usize,
        width: usize,
    }

    /// Full and partial tiles, blocks and heads; heads narrower and wider than a panel.
    const CASES: [Case; 6] = [
        Case { rows: 1, positions: 1, heads: 1, width: 16 },
        Case { rows: 7, positions: 64, heads: 2, width: 64 },
        Case { rows: 8, positions: 65, heads: 1, width: 64 },
        Case { rows: 13, positions: 200, heads: 3, width: 20 },
        Case { rows: 5, positions: 130, heads: 2, width: 80 },
        Case { rows: 2, positions: 1500, heads: 1, width: 64 },
    ];

    impl Case {
        fn numbers(&self, rows: usize, seed: usize) -> Vec<f32> {
            let count = rows * self.heads * self.width;
            (0..count).map(|i| ((i * 7 + seed * 131) as f32 * 0.618_034).sin() * 1.5).collect()
        }

        fn parts(&self) -> [Vec<f32>; 3] {
            [
                self.numbers(self.rows, 1),
                self.numbers(self.positions, 2),
                self.numbers(self.positions, 3),
            ]
        }

        /// Result and scores of every head, in double precision.
        fn exact(&self) -> (Vec<f64>, Vec<f64>) {
            let [queries, keys, values] = self.parts();
            let full = self.heads * self.width;
            let (mut out, mut all) = (vec![0.0; self.rows * full], Vec::new());
            for head in 0..self.heads {
                for row in 0..self.rows {
                    let column = |rows: &[f32], at: usize, d: usize| {
                        f64::from(rows[at * full + head * self.width + d])
                    };
                    let score = |at: usize| -> f64 {
                        let terms = (0..self.width)
                            .map(|d| column(&queries, row, d) * column(&keys, at, d));
                        terms.sum::<f64>() / (self.width as f64).sqrt()
                    };
                    let scores: Vec<f64> = (0..self.positions).map(score).collect();
                    let total: f64 = scores.iter().map(|score| score.exp()).sum();
                    for d in 0..self.width {
                        let terms =
                            (0..self.positions).map(|at| scores[at].exp() * column(&values, at, d));
                        out[row * full + head * self.width + d] = terms.sum::<f64>() / total;
                    }
                    all.extend(scores);
                }
            }
            (out, all)
        }

        /// Result and scores of the first `rows`.
        fn found(
            &self,
            instructions: InstructionSet,
            rows: usize,
            int: bool,
        ) -> (Vec<f32>, Vec<f32>) {
            let [queries, keys, values] = self.parts();
            let full = self.heads * self.width;
            let heads: Vec<usize> = (0..self.heads).collect();
            let mut scores = vec![0.0; self.heads * rows * self.positions];
            let mut out = vec![0.0; rows * full];
            let watch = Some(Watch { heads: &heads, scores: &mut scores });
            let queries = Rows::new(&queries, full).part(0..rows);
            let (keys, values) = (Rows::new(&keys, full), Rows::new(&values, full));
            if int {
                let memory = &IntKeyValue::new(self.heads, keys, values);
                instructions.run(IntAttend { queries, memory, out: &mut out, watch });
            } else {
                let mut memory =
                    KeyValue::with_room(self.heads, self.width, self.positions + 3, instructions);
                let half = self.positions / 2;
                memory.extend(keys.part(0..half), values.part(0..half));
                memory.extend(keys.part(half..keys.count), values.part(half..keys.count));
                let memory = &memory;
                instructions.run(Attend { queries, memory, out: &mut out, watch });
            }
            (out, scores)
        }
    }

    fn each() -> impl Iterator<Item = (&'static Case, InstructionSet)> {
        CASES.iter().flat_map(|case| {
            InstructionSet::available().into_iter().map(move |instructions| (case, instructions))
        })
    }

    fn worst(found: &[f32], exact: &[f64]) -> f64 {
        assert_eq!(found.len(), exact.len());
        let apart = found.iter().zip(exact).map(|(found, exact)| (f64::from(*found) - exact).abs());
        apart.fold(0.0, f64::max)
    }

    #[test]
    fn attention_is_that_of_double_precision() {
        for (case, instructions) in each() {
            let (exact, exact_scores) = case.exact();
            let (out, scores) = case.found(instructions, case.rows, false);
            // Rounding of sums of at most 80 terms of about 2, and of a softmax of values up to 1.5.
            assert!(worst(&scores, &exact_scores) < 2e-5, "{instructions:?}");
            assert!(worst(&out, &exact) < 2e-5, "{instructions:?}");
        }
    }

    #[test]
    fn attention_in_integers_is_near() {
        for (case, instructions) in each() {
            let (exact, exact_scores) = case.exact();
            let (out, scores) = case.found(instructions, case.rows, true);
            // Half a step of 1/127 in queries, keys and values of up to 1.5; scores move weights, weights move sums.
            assert!(worst(&scores, &exact_scores) < 0.1, "{instructions:?}");
            assert!(worst(&out, &exact) < 0.08, "{instructions:?}");
        }
    }

    #[test]
    fn a_row_has_the_same_bits_whatever_rows_are_beside_it() {
        for (case, instructions) in each() {
            for int in [false, true] {
                let (all, _) = case.found(instructions, case.rows, int);
                for rows in 1..case.rows {
                    let (some, _) = case.found(instructions, rows, int);
                    assert_eq!(some, all[..some.len()], "{instructions:?}");
                }
            }
        }
    }
}

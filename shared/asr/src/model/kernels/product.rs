//! Rows of activations times a matrix of weights, and what is done with each product while it is in a register.
//!
//! Both number formats add the terms of an output in the order of the inputs, whatever the number of rows: a row's
//! result does not depend on the rows beside it, nor on how the work is divided.

use std::ops::Range;

use super::panels::{FloatPanels, GROUP, IntPanels, LARGEST};
use super::{Isa, Kernel};

/// Rows of activations: row `r` begins at `r · stride` and has `width` numbers. Rows may overlap, as the inputs of a
/// convolution do.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub values: &'a [f32],
    pub stride: usize,
    pub width: usize,
    pub count: usize,
}

impl<'a> Rows<'a> {
    /// Rows one after another.
    pub(crate) fn new(values: &'a [f32], width: usize) -> Rows<'a> {
        Rows { values, stride: width, width, count: values.len() / width }
    }

    /// Some of the rows.
    pub(crate) fn part(self, rows: Range<usize>) -> Rows<'a> {
        Rows { values: &self.values[rows.start * self.stride..], count: rows.len(), ..self }
    }

    /// Some of the columns.
    pub(super) fn columns(self, from: usize, width: usize) -> Rows<'a> {
        Rows { values: &self.values[from..], width, ..self }
    }

    pub(crate) fn row(&self, at: usize) -> &'a [f32] {
        &self.values[at * self.stride..][..self.width]
    }
}

/// What becomes of `x · Wᵀ + b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// It is the result.
    Store,
    /// GELU of it is the result.
    Gelu,
    /// It is added to what is there.
    Add,
}

/// The products of some rows with some outputs.
pub(crate) struct Product<'a, 'o, W> {
    pub rows: Rows<'a>,
    pub weights: &'a W,
    /// One for each output.
    pub bias: &'a [f32],
    pub finish: Finish,
    /// First output; a multiple of 64.
    pub first: usize,
    /// For each row, the outputs from the first on.
    pub out: &'a mut [&'o mut [f32]],
}

impl Kernel for Product<'_, '_, FloatPanels> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(mut self, isa: I) {
        let weights = self.weights;
        assert_eq!(weights.panel, I::PANEL);
        assert_eq!((weights.inputs, self.rows.count), (self.rows.width, self.out.len()));
        let outputs = self.out.first().map_or(0, |row| row.len());
        for from in (0..outputs).step_by(I::PANEL) {
            let panel = &weights.values[(self.first + from) * weights.inputs..];
            let panel = &panel[..I::PANEL * weights.inputs];
            let columns = from..outputs.min(from + I::PANEL);
            for_each_tile!(self.rows.count, R, at => self.float_tile::<I, R>(isa, at, panel, columns.clone()));
        }
    }
}

impl Product<'_, '_, FloatPanels> {
    /// `R` rows from row `at` on, times one panel.
    #[inline(always)]
    fn float_tile<I: Isa, const R: usize>(
        &mut self,
        isa: I,
        at: usize,
        panel: &[f32],
        columns: Range<usize>,
    ) {
        let mut tile = [[0.0_f32; GROUP]; R];
        let a = std::array::from_fn(|r| self.rows.row(at + r).as_ptr());
        let out = tile.each_mut().map(|row| row.as_mut_ptr());
        // SAFETY: every row has `width` numbers, which is the depth; `panel` was cut to depth times panel; no panel is
        // wider than the 64 columns of a tile's row.
        unsafe { isa.tile::<R>(self.rows.width, a, panel.as_ptr(), out, None) };
        let bias = &self.bias[self.first + columns.start..self.first + columns.end];
        for (r, values) in tile.iter_mut().enumerate() {
            finish(isa, self.finish, values, bias, &mut self.out[at + r][columns.clone()]);
        }
    }
}

impl Kernel for Product<'_, '_, IntPanels> {
    type Output = ();

    #[inline(always)]
    fn run<I: Isa>(mut self, isa: I) {
        let weights = self.weights;
        assert_eq!((weights.inputs, self.rows.count), (self.rows.width, self.out.len()));
        assert!(self.first.is_multiple_of(GROUP));
        let quantised = Quantised::of(isa, self.rows);
        let outputs = self.out.first().map_or(0, |row| row.len());
        for from in (0..outputs).step_by(GROUP) {
            let columns = from..outputs.min(from + GROUP);
            for_each_tile!(self.rows.count, R, at => self.int_tile::<I, R>(isa, &quantised, at, columns.clone()));
        }
    }
}

impl Product<'_, '_, IntPanels> {
    /// `R` rows from row `at` on, times one group.
    #[inline(always)]
    fn int_tile<I: Isa, const R: usize>(
        &mut self,
        isa: I,
        rows: &Quantised<I::Quantised>,
        at: usize,
        columns: Range<usize>,
    ) {
        let (weights, first) = (self.weights, self.first + columns.start);
        let bytes = GROUP * 4 * weights.quads;
        let group = &weights.values[first / GROUP * bytes..][..bytes];
        let sums = &weights.sums[first..][..GROUP];
        let scales = &weights.scales[first..][..GROUP];
        let a = std::array::from_fn(|r| rows.row(at + r).as_ptr());
        let mut whole = [[0; GROUP]; R];
        // SAFETY: a quantised row is at least four times `quads` long; group and sums were cut to their lengths.
        unsafe { isa.dots::<R>(weights.quads, a, group.as_ptr(), sums.as_ptr(), &mut whole) };
        let bias = &self.bias[first..self.first + columns.end];
        for (r, whole) in whole.iter().enumerate() {
            let mut values = [0.0; GROUP];
            let of_row = isa.splat(rows.scales[at + r]);
            for c in (0..GROUP).step_by(I::WIDTH) {
                // SAFETY: a register's width divides 64, the length of all three arrays.
                unsafe {
                    let scale = isa.mul(of_row, isa.load(scales.as_ptr().add(c)));
                    let value = isa.mul(isa.load_i32(whole.as_ptr().add(c)), scale);
                    isa.store(values.as_mut_ptr().add(c), value);
                }
            }
            finish(isa, self.finish, &mut values, bias, &mut self.out[at + r][columns.clone()]);
        }
    }
}

/// Adds the bias to one row of a tile and brings it to its place.
#[inline(always)]
fn finish<I: Isa>(isa: I, how: Finish, values: &mut [f32; GROUP], bias: &[f32], out: &mut [f32]) {
    let whole = out.len() / I::WIDTH * I::WIDTH;
    for c in (0..whole).step_by(I::WIDTH) {
        let (bias, out) = (&bias[c..c + I::WIDTH], &mut out[c..c + I::WIDTH]);
        // SAFETY: all three have a register's width of numbers from `c` on.
        unsafe {
            let value = isa.add(isa.load(values.as_ptr().add(c)), isa.load(bias.as_ptr()));
            let value = match how {
                Finish::Store => value,
                Finish::Gelu => isa.gelu(value),
                Finish::Add => isa.add(value, isa.load(out.as_ptr())),
            };
            isa.store(out.as_mut_ptr(), value);
        }
    }
    // The last columns of a matrix whose width is no multiple of a register's.
    for c in whole..out.len() {
        let value = values[c] + bias[c];
        out[c] = match how {
            Finish::Store => value,
            Finish::Gelu => {
                let mut lanes = [0.0; GROUP];
                // SAFETY: no register is wider than 64 numbers.
                unsafe { isa.store(lanes.as_mut_ptr(), isa.gelu(isa.splat(value))) };
                lanes[0]
            }
            Finish::Add => value + out[c],
        };
    }
}

/// Rows as integers of -127…127 with one scale each.
pub(super) struct Quantised<T> {
    values: Vec<T>,
    stride: usize,
    pub(super) scales: Vec<f32>,
}

/// Rows are filled up to this many values: the widest register, and a multiple of four.
const FILL: usize = 16;

impl<T: Copy + Default> Quantised<T> {
    /// One row, filled up with values that meet weights of 0.
    #[inline(always)]
    pub(super) fn row(&self, at: usize) -> &[T] {
        &self.values[at * self.stride..][..self.stride]
    }

    #[inline(always)]
    pub(super) fn of<I: Isa<Quantised = T>>(isa: I, rows: Rows<'_>) -> Quantised<T> {
        let stride = rows.width.next_multiple_of(FILL);
        let mut values = vec![T::default(); stride * rows.count];
        let mut scales = Vec::with_capacity(rows.count);
        for (at, to) in values.chunks_exact_mut(stride).enumerate() {
            scales.push(quantise(isa, rows.row(at), to));
        }
        Quantised { values, stride, scales }
    }
}

/// Rounds one row to integers; returns what one of them is worth.
#[inline(always)]
fn quantise<I: Isa>(isa: I, row: &[f32], to: &mut [I::Quantised]) -> f32 {
    let (whole, rest) = row.split_at(row.len() / FILL * FILL);
    let mut last = [0.0; FILL];
    last[..rest.len()].copy_from_slice(rest);
    let tail: &[f32] = if rest.is_empty() { &[] } else { &last };
    let mut lanes = isa.splat(0.0);
    for part in [whole, tail] {
        for from in part.chunks_exact(I::WIDTH) {
            // SAFETY: the chunk is a register wide.
            lanes = isa.max(lanes, isa.abs(unsafe { isa.load(from.as_ptr()) }));
        }
    }
    let largest = isa.greatest(lanes);
    let inverse = isa.splat(if largest > 0.0 { LARGEST / largest } else { 0.0 });
    let mut to = to.chunks_exact_mut(I::WIDTH);
    for part in [whole, tail] {
        for (from, to) in part.chunks_exact(I::WIDTH).zip(&mut to) {
            // SAFETY: both chunks are a register wide.
            unsafe {
                let value = isa.mul(isa.load(from.as_ptr()), inverse);
                isa.store_quantised(to.as_mut_ptr(), value);
            }
        }
    }
    largest / LARGEST
}

#[cfg(test)]
mod tests {
    use super::super::InstructionSet;
    use super::*;

    /// Numbers of about -1…1 without a pattern that a wrong index could hide in.
    fn numbers(count: usize, seed: usize) -> Vec<f32> {
        (0..count).map(|i| ((i * 7 + seed * 131) as f32 * 0.618_034).sin()).collect()
    }

    /// One product to compute in every way.
    struct Case {
        rows: usize,
        inputs: usize,
        outputs: usize,
    }

    /// Full and partial tiles of rows, panels of columns and registers of inputs.
    const CASES: [Case; 6] = [
        Case { rows: 1, inputs: 4, outputs: 1 },
        Case { rows: 5, inputs: 33, outputs: 70 },
        Case { rows: 6, inputs: 64, outputs: 64 },
        Case { rows: 8, inputs: 48, outputs: 130 },
        Case { rows: 9, inputs: 240, outputs: 65 },
        Case { rows: 20, inputs: 96, outputs: 192 },
    ];

    impl Case {
        fn x(&self) -> Vec<f32> {
            numbers(self.rows * self.inputs, 1)
        }

        fn weights(&self) -> Vec<f32> {
            numbers(self.outputs * self.inputs, 2)
        }

        /// In double precision, without bias.
        fn exact(&self) -> Vec<f64> {
            let (x, weights) = (self.x(), self.weights());
            let dot = |row: &[f32], w: &[f32]| {
                row.iter().zip(w).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
            };
            let rows = x.chunks_exact(self.inputs);
            rows.flat_map(|row| weights.chunks_exact(self.inputs).map(move |w| dot(row, w)))
                .collect()
        }

        fn float(&self, instructions: InstructionSet, finish: Finish, rows: usize) -> Vec<f32> {
            let mut weights = FloatPanels::with_room(self.outputs, self.inputs, instructions);
            weights.put(0, &self.weights());
            self.compute(instructions, &weights, finish, rows)
        }

        fn int(&self, instructions: InstructionSet, finish: Finish, rows: usize) -> Vec<f32> {
            let weights = IntPanels::of(&self.weights(), self.inputs);
            self.compute(instructions, &weights, finish, rows)
        }

        /// The products of the first rows, onto ones.
        fn compute<W>(
            &self,
            instructions: InstructionSet,
            weights: &W,
            finish: Finish,
            rows: usize,
        ) -> Vec<f32>
        where
            for<'a, 'o> Product<'a, 'o, W>: Kernel<Output = ()>,
        {
            let (x, bias) = (self.x(), numbers(self.outputs, 3));
            let mut out = vec![1.0; rows * self.outputs];
            let mut slices: Vec<&mut [f32]> = out.chunks_exact_mut(self.outputs).collect();
            let (rows, out_rows) = (Rows::new(&x, self.inputs).part(0..rows), &mut slices);
            instructions.run(Product {
                rows,
                weights,
                bias: &bias,
                finish,
                first: 0,
                out: out_rows,
            });
            out
        }
    }

    #[test]
    fn float_products_are_those_of_double_precision() {
        for (case, instructions) in each() {
            let found = case.float(instructions, Finish::Store, case.rows);
            let bias = numbers(case.outputs, 3);
            for (at, (found, exact)) in found.iter().zip(case.exact()).enumerate() {
                let error = (f64::from(*found) - exact - f64::from(bias[at % case.outputs])).abs();
                // Rounding of as many terms of at most 1 as there are inputs.
                assert!(error < 4e-7 * case.inputs as f64, "{instructions:?}: {error}");
            }
        }
    }

    #[test]
    fn int_products_are_off_by_no_more_than_the_rounding_of_both_factors() {
        for (case, instructions) in each() {
            let found = case.int(instructions, Finish::Store, case.rows);
            let bias = numbers(case.outputs, 3);
            for (at, (found, exact)) in found.iter().zip(case.exact()).enumerate() {
                let error = (f64::from(*found) - exact - f64::from(bias[at % case.outputs])).abs();
                // Each factor is off by half a step of 1/127: at worst all in one direction.
                assert!(error < 1.01 / 127.0 * case.inputs as f64, "{instructions:?}: {error}");
            }
        }
    }

    #[test]
    fn int_products_are_the_same_bits_with_every_instruction_set() {
        for (case, instructions) in each() {
            for finish in [Finish::Store, Finish::Add] {
                let found = case.int(instructions, finish, case.rows);
                assert_eq!(found, case.int(InstructionSet::Portable, finish, case.rows));
            }
        }
    }

    #[test]
    fn a_row_has_the_same_bits_whatever_rows_are_beside_it() {
        for (case, instructions) in each() {
            for finish in [Finish::Store, Finish::Gelu, Finish::Add] {
                let float = case.float(instructions, finish, case.rows);
                let int = case.int(instructions, finish, case.rows);
                for rows in 1..case.rows {
                    let first = ..rows * case.outputs;
                    assert_eq!(case.float(instructions, finish, rows), float[first]);
                    assert_eq!(case.int(instructions, finish, rows), int[first]);
                }
            }
        }
    }

    #[test]
    fn each_finish_does_what_it_says() {
        for (case, instructions) in each() {
            let plain = case.float(instructions, Finish::Store, case.rows);
            let added = case.float(instructions, Finish::Add, case.rows);
            assert!(plain.iter().zip(&added).all(|(plain, added)| *added == plain + 1.0));
            let bent = case.float(instructions, Finish::Gelu, case.rows);
            for (plain, bent) in plain.iter().zip(&bent) {
                // GELU lies between 0 and x, and is x for large x and 0 for small.
                assert!(*bent >= plain.min(-0.17) && *bent <= plain.max(0.0), "{plain}: {bent}");
            }
        }
    }

    #[test]
    fn a_row_of_zeros_gives_the_bias() {
        let case = Case { rows: 2, inputs: 20, outputs: 10 };
        let weights = IntPanels::of(&case.weights(), case.inputs);
        let (x, bias) = (vec![0.0; 40], numbers(10, 3));
        for instructions in InstructionSet::available() {
            let mut out = vec![0.0; 20];
            let mut slices: Vec<&mut [f32]> = out.chunks_exact_mut(10).collect();
            let (rows, weights, out_rows) = (Rows::new(&x, 20), &weights, &mut slices);
            let finish = Finish::Store;
            instructions.run(Product {
                rows,
                weights,
                bias: &bias,
                finish,
                first: 0,
                out: out_rows,
            });
            assert_eq!(out, [bias.clone(), bias.clone()].concat());
        }
    }

    fn each() -> impl Iterator<Item = (&'static Case, InstructionSet)> {
        CASES.iter().flat_map(|case| {
            InstructionSet::available().into_iter().map(move |instructions| (case, instructions))
        })
    }
}

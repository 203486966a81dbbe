//! Weight matrices in the order the products read them: some columns of every input after another.

use super::InstructionSet;

/// Columns of a group of 8-bit weights, the same for every instruction set.
pub(crate) const GROUP: usize = 64;
/// Inputs that lie together for each column, because one instruction multiplies four bytes.
pub(super) const QUAD: usize = 4;
/// Largest size of a quantised number; -128 is left out so that signs are symmetric.
pub(super) const LARGEST: f32 = 127.0;

/// The nearest integer to a number of -127…127. Adding and taking away 1.5 · 2^23 rounds in any instruction set.
#[inline]
pub(super) fn nearest(x: f32) -> i8 {
    const ROUNDER: f32 = 12_582_912.0;
    (x + ROUNDER).to_bits().wrapping_sub(ROUNDER.to_bits()) as i8
}

/// Rounds a row to integers of -127…127; returns what one of them is worth. What follows the row in `to` stays.
#[inline]
pub(crate) fn round_row(row: &[f32], to: &mut [i8]) -> f32 {
    let largest = largest_size(row);
    let inverse = if largest > 0.0 { LARGEST / largest } else { 0.0 };
    to.iter_mut().zip(row).for_each(|(to, x)| *to = nearest(x * inverse));
    largest / LARGEST
}

/// The largest size in a row, what is no number left out. Sixteen lanes, or each comparison would wait for the last.
#[inline]
fn largest_size(row: &[f32]) -> f32 {
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let (whole, rest) = row.as_chunks::<16>();
    let mut lanes = [0.0; 16];
    for chunk in whole {
        lanes.iter_mut().zip(chunk).for_each(|(lane, x)| *lane = larger(*lane, x.abs()));
    }
    lanes.into_iter().chain(rest.iter().map(|x| x.abs())).fold(0.0, larger)
}

/// A matrix of `f32`: `[outputs / panel][inputs][panel]`, filled up with zeros.
pub(crate) struct FloatPanels {
    pub(super) values: Vec<f32>,
    pub(super) panel: usize,
    pub(super) inputs: usize,
}

impl FloatPanels {
    /// Room for a matrix, laid out for an instruction set.
    pub(crate) fn with_room(
        outputs: usize,
        inputs: usize,
        instructions: InstructionSet,
    ) -> FloatPanels {
        let panel = instructions.panel();
        FloatPanels { values: vec![0.0; outputs.next_multiple_of(panel) * inputs], panel, inputs }
    }

    /// Lays out the rows of some outputs, from output `first` on.
    pub(crate) fn put(&mut self, first: usize, rows: &[f32]) {
        for (output, row) in (first..).zip(rows.chunks_exact(self.inputs)) {
            let of_panel = &mut self.values[output / self.panel * self.panel * self.inputs..];
            let column = of_panel[output % self.panel..].iter_mut().step_by(self.panel);
            column.zip(row).for_each(|(to, w)| *to = *w);
        }
    }

    /// Adds the weights of one output to `to`.
    pub(crate) fn add_row(&self, output: usize, to: &mut [f32]) {
        let of_panel = &self.values[output / self.panel * self.panel * self.inputs..];
        let column = of_panel[output % self.panel..].iter().step_by(self.panel);
        to.iter_mut().zip(column).for_each(|(to, from)| *to += from);
    }
}

/// A matrix of 8-bit integers with one scale for each output: `[outputs / 64][inputs / 4][64][4]`, filled up with
/// zeros. A weight is its integer times the scale of its output.
pub(crate) struct IntPanels {
    pub(super) values: Vec<i8>,
    /// Of each output, the sum of its integers.
    pub(super) sums: Vec<i32>,
    pub(super) scales: Vec<f32>,
    pub(super) quads: usize,
    pub(super) inputs: usize,
}

impl IntPanels {
    /// Room for a matrix.
    pub(crate) fn with_room(outputs: usize, inputs: usize) -> IntPanels {
        let (columns, quads) = (outputs.next_multiple_of(GROUP), inputs.div_ceil(QUAD));
        IntPanels {
            values: vec![0; columns * quads * QUAD],
            sums: vec![0; columns],
            scales: vec![0.0; columns],
            quads,
            inputs,
        }
    }

    /// Lays out the integers of one output, each worth `scale`.
    pub(crate) fn put(&mut self, output: usize, row: &[i8], scale: f32) {
        self.scales[output] = scale;
        // A sum that is checked for overflow is added one by one; no row is long enough to overflow.
        self.sums[output] = row.iter().fold(0, |sum, w| sum.wrapping_add(i32::from(*w)));
        let (quads, rest) = row.as_chunks::<QUAD>();
        let group = &mut self.values[output / GROUP * GROUP * self.quads * QUAD..];
        let mut runs = group.chunks_exact_mut(GROUP * QUAD);
        let column = output % GROUP * QUAD..;
        for (quad, run) in quads.iter().zip(&mut runs) {
            run[column.clone()][..QUAD].copy_from_slice(quad);
        }
        if let (false, Some(run)) = (rest.is_empty(), runs.next()) {
            run[column][..rest.len()].copy_from_slice(rest);
        }
    }

    /// Adds the weights of one output to `to`.
    pub(crate) fn add_row(&self, output: usize, to: &mut [f32]) {
        let group = &self.values[output / GROUP * GROUP * self.quads * QUAD..];
        let runs = group[output % GROUP * QUAD..].chunks(GROUP * QUAD);
        let scale = self.scales[output];
        for (to, run) in to.chunks_mut(QUAD).zip(runs) {
            to.iter_mut().zip(run).for_each(|(to, w)| *to += f32::from(*w) * scale);
        }
    }
}

#[cfg(test)]
impl IntPanels {
    /// Rounds and lays out a whole matrix.
    pub(crate) fn of(rows: &[f32], inputs: usize) -> IntPanels {
        let mut panels = IntPanels::with_room(rows.len() / inputs, inputs);
        let mut whole = vec![0; inputs];
        for (output, row) in rows.chunks_exact(inputs).enumerate() {
            let scale = round_row(row, &mut whole);
            panels.put(output, &whole, scale);
        }
        panels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_from_both_layouts() {
        for (outputs, inputs) in [(1, 4), (70, 6), (64, 16), (130, 33)] {
            let rows: Vec<f32> = (0..outputs * inputs).map(|i| (i as f32 * 0.7).sin()).collect();
            let ints = IntPanels::of(&rows, inputs);
            for instructions in InstructionSet::available() {
                let mut floats = FloatPanels::with_room(outputs, inputs, instructions);
                floats.put(0, &rows[..inputs]);
                floats.put(1, &rows[inputs..]);
                for (output, row) in rows.chunks(inputs).enumerate() {
                    let (mut exact, mut near) = (vec![0.0; inputs], vec![0.0; inputs]);
                    floats.add_row(output, &mut exact);
                    ints.add_row(output, &mut near);
                    assert_eq!(exact, row);
                    // Half a step of 1/127 of the largest, which is at most 1.
                    assert!(near.iter().zip(row).all(|(a, b)| (a - b).abs() < 0.51 / 127.0));
                }
            }
        }
    }

    #[test]
    fn an_output_of_zeros_stays_zero() {
        let ints = IntPanels::of(&[0.0; 8], 8);
        let mut row = [1.0; 8];
        ints.add_row(0, &mut row);
        assert_eq!(row, [1.0; 8]);
    }

    #[test]
    fn the_largest_size_is_found_anywhere_in_a_row_and_what_is_no_number_is_left_out() {
        for (length, at) in [(1, 0), (15, 3), (16, 15), (40, 17), (40, 39)] {
            let mut row = vec![0.5; length];
            row[length / 2] = f32::NAN;
            row[at] = -2.0;
            let mut whole = vec![0; length];
            assert_eq!(round_row(&row, &mut whole), 2.0 / 127.0);
            assert_eq!(whole[at], -127);
        }
    }
}

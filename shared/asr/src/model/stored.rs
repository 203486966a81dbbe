//! Weights as their file stores them, read in the number format they are computed in.

use safetensors::Dtype;
use safetensors::tensor::TensorView;

use super::kernels::panels::round_row;

/// Numbers in one of the float formats, little-endian, where the file has them.
#[derive(Clone, Copy)]
pub(crate) struct Floats<'a> {
    bytes: &'a [u8],
    format: FloatFormat,
}

#[derive(Clone, Copy)]
enum FloatFormat {
    F32,
    F16,
    Bf16,
}

impl<'a> Floats<'a> {
    /// `None` if they are in another format.
    pub(crate) fn new(stored: &TensorView<'a>) -> Option<Floats<'a>> {
        let format = match stored.dtype() {
            Dtype::F32 => FloatFormat::F32,
            Dtype::F16 => FloatFormat::F16,
            Dtype::BF16 => FloatFormat::Bf16,
            _ => return None,
        };
        Some(Floats { bytes: stored.data(), format })
    }

    /// Reads as many numbers as there is room for, from number `from` on.
    pub(crate) fn read(&self, from: usize, to: &mut [f32]) {
        match self.format {
            FloatFormat::F32 => convert(&self.bytes[from * 4..], to, f32::from_le_bytes),
            FloatFormat::F16 => convert(&self.bytes[from * 2..], to, from_half),
            FloatFormat::Bf16 => convert(&self.bytes[from * 2..], to, from_brain),
        }
    }
}

#[inline]
fn convert<const N: usize>(bytes: &[u8], to: &mut [f32], number: impl Fn([u8; N]) -> f32) {
    let (numbers, _) = bytes.as_chunks::<N>();
    to.iter_mut().zip(numbers).for_each(|(to, bytes)| *to = number(*bytes));
}

/// BF16 is the upper half of an `f32`.
#[inline]
fn from_brain(bytes: [u8; 2]) -> f32 {
    f32::from_bits(u32::from(u16::from_le_bytes(bytes)) << 16)
}

/// F16: a sign, 5 bits of exponent counted from 2^-15, 10 bits of fraction. Written without a branch, so that the
/// compiler converts several at once.
#[inline]
fn from_half(bytes: [u8; 2]) -> f32 {
    /// The exponents of `f32` are counted from 2^-127.
    const LATER: u32 = (127 - 15) << 23;
    const INFINITE: u32 = 0x7F80_0000;
    let half = u32::from(u16::from_le_bytes(bytes));
    let (sign, size) = ((half & 0x8000) << 16, (half & 0x7FFF) << 13);
    let normal = size + LATER;
    // Below the least exponent the fraction stands alone: let it follow a 1 of that exponent, and take the 1 away.
    let one = LATER + (1 << 23);
    let small = (f32::from_bits(size + one) - f32::from_bits(one)).to_bits();
    let size = match half & 0x7C00 {
        0 => small,
        0x7C00 => size | INFINITE,
        _ => normal,
    };
    f32::from_bits(sign | size)
}

/// A matrix of weights, a row of inputs for each output.
pub(crate) struct StoredMatrix<'a> {
    numbers: Numbers<'a>,
    outputs: usize,
    inputs: usize,
    /// For each input in the order of use, its place in a stored row; `None` where it is the same.
    order: Option<Vec<usize>>,
}

enum Numbers<'a> {
    Float(Floats<'a>),
    /// Integers of 8 bits, and for each output what one of them is worth.
    Int {
        bytes: &'a [u8],
        scales: Vec<f32>,
    },
}

impl<'a> StoredMatrix<'a> {
    /// A matrix stored in a float format.
    pub(crate) fn of_floats(numbers: Floats<'a>, outputs: usize, inputs: usize) -> Self {
        StoredMatrix { numbers: Numbers::Float(numbers), outputs, inputs, order: None }
    }

    /// A matrix stored in 8 bits, with a scale for each output.
    pub(crate) fn of_integers(bytes: &'a [u8], scales: Vec<f32>, inputs: usize) -> Self {
        let outputs = scales.len();
        StoredMatrix { numbers: Numbers::Int { bytes, scales }, outputs, inputs, order: None }
    }

    /// The same matrix with its inputs in another order: for each, its place in a stored row.
    pub(crate) fn in_order(self, order: Vec<usize>) -> Self {
        StoredMatrix { order: Some(order), ..self }
    }

    pub(crate) fn outputs(&self) -> usize {
        self.outputs
    }

    pub(crate) fn inputs(&self) -> usize {
        self.inputs
    }

    /// Gives each output and its weights.
    pub(crate) fn for_each_row(&self, mut take: impl FnMut(usize, &[f32])) {
        let (mut row, mut ordered) = (vec![0.0; self.inputs], vec![0.0; self.inputs]);
        for output in 0..self.outputs {
            match &self.numbers {
                Numbers::Float(floats) => floats.read(output * self.inputs, &mut row),
                Numbers::Int { bytes, scales } => {
                    let whole = &bytes[output * self.inputs..];
                    row.iter_mut().zip(whole).for_each(|(to, whole)| {
                        *to = f32::from(whole.cast_signed()) * scales[output];
                    });
                }
            }
            take(output, self.ordered(&row, &mut ordered));
        }
    }

    /// Gives each output, its weights as integers of 8 bits, and what one of them is worth.
    pub(crate) fn for_each_rounded_row(&self, mut take: impl FnMut(usize, &[i8], f32)) {
        let (mut row, mut whole) = (vec![0.0; self.inputs], vec![0; self.inputs]);
        let mut ordered = whole.clone();
        for output in 0..self.outputs {
            let scale = match &self.numbers {
                Numbers::Float(floats) => {
                    floats.read(output * self.inputs, &mut row);
                    round_row(&row, &mut whole)
                }
                Numbers::Int { bytes, scales } => {
                    let stored = &bytes[output * self.inputs..];
                    whole.iter_mut().zip(stored).for_each(|(to, byte)| *to = byte.cast_signed());
                    scales[output]
                }
            };
            take(output, self.ordered(&whole, &mut ordered), scale);
        }
    }

    /// A row in the order of use, in `room` if that is not the stored one.
    fn ordered<'r, T: Copy>(&self, row: &'r [T], room: &'r mut [T]) -> &'r [T] {
        let Some(order) = &self.order else { return row };
        room.iter_mut().zip(order).for_each(|(to, from)| *to = row[*from]);
        room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_precision_number_is_read_exactly() {
        for bits in 0..=u16::MAX {
            let (exponent, fraction) = (i32::from((bits >> 10) & 31), f32::from(bits & 0x3FF));
            let size = match exponent {
                0 => fraction * 2.0_f32.powi(-24),
                31 if fraction == 0.0 => f32::INFINITY,
                31 => f32::NAN,
                _ => (1024.0 + fraction) * 2.0_f32.powi(exponent - 25),
            };
            let expected = if bits >> 15 == 1 { -size } else { size };
            let found = from_half(bits.to_le_bytes());
            let same = found.to_bits() == expected.to_bits();
            assert!(same || found.is_nan() && expected.is_nan(), "{bits:#06x}: {found}");
        }
    }

    #[test]
    fn all_float_formats_store_the_same_numbers() {
        let stored: [(Dtype, Vec<u8>); 3] = [
            (Dtype::F32, [1.5_f32, -2.0, 0.0].map(f32::to_le_bytes).concat()),
            (Dtype::F16, [0x3E00_u16, 0xC000, 0].map(u16::to_le_bytes).concat()),
            (Dtype::BF16, [0x3FC0_u16, 0xC000, 0].map(u16::to_le_bytes).concat()),
        ];
        for (format, bytes) in stored {
            let view = TensorView::new(format, vec![3], &bytes).unwrap();
            let floats = Floats::new(&view).unwrap();
            let (mut all, mut last) = ([9.0; 3], [9.0; 1]);
            floats.read(0, &mut all);
            floats.read(2, &mut last);
            assert_eq!((all, last), ([1.5, -2.0, 0.0], [0.0]), "{format}");
        }
    }

    #[test]
    fn integers_are_read_as_they_are_and_as_numbers_in_either_order() {
        let bytes = [1, 255, 127, 0, 129, 2];
        let matrix = || StoredMatrix::of_integers(&bytes, vec![0.5, 2.0], 3);
        let turned = matrix().in_order(vec![2, 0, 1]);
        assert_eq!(rows(&matrix()), [[0.5, -0.5, 63.5], [0.0, -254.0, 4.0]]);
        assert_eq!(rows(&turned), [[63.5, 0.5, -0.5], [4.0, 0.0, -254.0]]);
        let mut rounded = Vec::new();
        turned.for_each_rounded_row(|_, row, scale| rounded.push((row.to_vec(), scale)));
        assert_eq!(rounded, [(vec![127, 1, -1], 0.5), (vec![2, 0, -127], 2.0)]);
    }

    fn rows(matrix: &StoredMatrix<'_>) -> Vec<Vec<f32>> {
        let mut rows = Vec::new();
        matrix.for_each_row(|_, row| rows.push(row.to_vec()));
        rows
    }
}

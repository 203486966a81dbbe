//! How a model is loaded: the number format of its weights, and the instructions computed with.

pub use crate::model::kernels::InstructionSet;

/// How a model is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadOptions {
    /// The number format of weights. A folder whose weights are stored in 8 bits is computed with in 8 bits whatever is
    /// asked: it was made for that, and holds nothing finer. [`crate::EngineInfo::precision`] says what came of it.
    pub precision: Precision,
    /// Instructions to compute with; `None` takes the best the processor has. For comparing them: an instruction set
    /// the processor lacks is replaced by plain Rust.
    pub instructions: Option<InstructionSet>,
}

/// The number format in which weights are kept and multiplied. Whatever it is, sums, norms, softmax and the attention
/// of text to text are computed in `f32`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floating point: the numbers of the reference implementation, to rounding.
    #[default]
    F32,
    /// 8-bit integers with a scale for each output, activations rounded to 8 bits with a scale for each row.
    Int8,
}

//! Attention: whole windows in the encoder, one recording's keys and values in the decoder.
//!
//! Activations are `[rows, width]`; a head is a run of `width / heads` neighbouring columns.

use candle_core::{DType, Device, Result, Tensor};

use super::layers::{Linear, softmax_in_place};
use super::weights::Weights;
use crate::LoadError;

/// The four projections of one attention.
pub(crate) struct Attention {
    query: Linear,
    key: Linear,
    value: Linear,
    out: Linear,
    heads: usize,
    /// 1/√(head width), applied to queries.
    scale: f64,
}

/// Keys and values split into heads: `[heads, positions, head width]` each.
#[derive(Clone)]
pub(crate) struct KeyValue {
    keys: Tensor,
    values: Tensor,
}

/// Query rows of one tile. Its scores against 1500 positions are 1.5 MB, which a second-level cache holds, so the
/// 1500 × 1500 matrix of a head never reaches memory. Measured for the tiny size: 64 rows cost 8 % more of the
/// encoder's time (keys are packed again for every tile), 1500 rows up to 4 %.
const TILE_ROWS: usize = 256;

impl Attention {
    /// Reads the projections below `name`; keys have no bias.
    pub(crate) fn load(
        weights: &Weights,
        name: &str,
        width: usize,
        heads: usize,
    ) -> std::result::Result<Attention, LoadError> {
        let linear = |part: &str| Linear::load(weights, &format!("{name}.{part}"), width, width);
        let key = format!("{name}.k_proj");
        Ok(Attention {
            query: linear("q_proj")?,
            key: Linear::load_without_bias(weights, &key, width, width)?,
            value: linear("v_proj")?,
            out: linear("out_proj")?,
            heads,
            scale: 1.0 / ((width / heads) as f64).sqrt(),
        })
    }

    /// Every position attends to every position: `[positions, width]` to the same.
    pub(crate) fn forward_full(&self, x: &Tensor) -> Result<Tensor> {
        let queries = self.queries(x)?;
        let (keys, values) = (self.key.forward(x)?, self.value.forward(x)?);
        let head_width = x.dim(1)? / self.heads;
        let heads = (0..self.heads).map(|head| {
            let columns = |x: &Tensor| x.narrow(1, head * head_width, head_width);
            attend_in_tiles(&columns(&queries)?, &columns(&keys)?, &columns(&values)?)
        });
        let heads = heads.collect::<Result<Vec<_>>>()?;
        self.out.forward(&Tensor::cat(&heads, 1)?)
    }

    /// Keys and values of `x` (`[positions, width]`), computed once and attended to many times.
    pub(crate) fn key_value(&self, x: &Tensor) -> Result<KeyValue> {
        Ok(KeyValue {
            keys: self.split(&self.key.forward(x)?)?.contiguous()?,
            values: self.split(&self.value.forward(x)?)?.contiguous()?,
        })
    }

    /// Scaled queries of `x`, still joined: `[rows, width]`.
    pub(crate) fn queries(&self, x: &Tensor) -> Result<Tensor> {
        self.query.forward(x)? * self.scale
    }

    /// The last projection, of the rows that [`Attention::attend`] gave.
    pub(crate) fn project(&self, attended: &Tensor) -> Result<Tensor> {
        self.out.forward(attended)
    }

    /// Scores of `queries` (`[rows, width]`) over `past`: `[heads, rows, positions]`, before softmax.
    pub(crate) fn scores(&self, queries: &Tensor, past: &KeyValue) -> Result<Tensor> {
        self.split(queries)?.matmul(&past.keys.t()?)
    }

    /// The values of `past` weighted by the softmax of `scores`, which is overwritten: `[rows, width]`.
    pub(crate) fn attend(&self, scores: Tensor, past: &KeyValue) -> Result<Tensor> {
        softmax_in_place(&scores)?;
        let mixed = scores.matmul(&past.values)?;
        let (heads, rows, head_width) = mixed.dims3()?;
        mixed.transpose(0, 1)?.reshape((rows, heads * head_width))
    }

    fn split(&self, x: &Tensor) -> Result<Tensor> {
        let (rows, width) = x.dims2()?;
        x.reshape((rows, self.heads, width / self.heads))?.transpose(0, 1)
    }
}

/// One head over a whole window, without ever holding all its scores.
fn attend_in_tiles(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let rows = queries.dim(0)?;
    let keys = keys.t()?;
    let tiles = (0..rows).step_by(TILE_ROWS).map(|from| {
        let tile = queries.narrow(0, from, TILE_ROWS.min(rows - from))?;
        let scores = tile.matmul(&keys)?;
        softmax_in_place(&scores)?;
        scores.matmul(values)
    });
    Tensor::cat(&tiles.collect::<Result<Vec<_>>>()?, 0)
}

/// Keys and values of the tokens decoded so far, in room allocated once.
pub(crate) struct TokenMemory {
    room: KeyValue,
    len: usize,
}

impl TokenMemory {
    /// Empty memory with room for `capacity` tokens.
    pub(crate) fn new(attention: &Attention, width: usize, capacity: usize) -> Result<TokenMemory> {
        let shape = (attention.heads, capacity, width / attention.heads);
        let zeros = || Tensor::zeros(shape, DType::F32, &Device::Cpu);
        Ok(TokenMemory { room: KeyValue { keys: zeros()?, values: zeros()? }, len: 0 })
    }

    /// Appends the keys and values of new tokens and returns all of them so far.
    pub(crate) fn extend(&mut self, new: &KeyValue) -> Result<KeyValue> {
        self.room.keys.slice_set(&new.keys, 1, self.len)?;
        self.room.values.slice_set(&new.values, 1, self.len)?;
        self.len += new.keys.dim(1)?;
        Ok(KeyValue {
            keys: self.room.keys.narrow(1, 0, self.len)?,
            values: self.room.values.narrow(1, 0, self.len)?,
        })
    }
}

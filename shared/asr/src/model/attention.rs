//! Attention: its projections, and the memories of keys and values it looks into.
//!
//! Activations are `[rows, width]`; a head is a run of `width / heads` neighbouring columns.

use super::kernels::attention::{Attend, KeyValue, Watch};
use super::kernels::int_attention::{IntAttend, IntKeyValue};
use super::kernels::product::{Finish, Rows};
use super::layers::{Linear, ROWS_TOGETHER, for_each_chunk};
use super::weights::{Layout, Weights};
use crate::{LoadError, Precision};

/// Attention of rows to positions of their own kind: one matrix makes queries, keys and values side by side.
pub(crate) struct SelfAttention {
    joined: Linear,
    out: Linear,
    width: usize,
    heads: usize,
    layout: Layout,
}

/// Attention of text to audio: keys and values are made once for a window, queries for every token.
pub(crate) struct CrossAttention {
    query: Linear,
    key_value: Linear,
    out: Linear,
    width: usize,
    heads: usize,
    layout: Layout,
}

/// The keys and values of one window's audio in one layer.
pub(crate) enum AudioKeyValue {
    Float(KeyValue),
    /// 8 bits and a scale for each position and head: a quarter to read for every token.
    Int(IntKeyValue),
}

impl AudioKeyValue {
    fn new(heads: usize, keys: Rows<'_>, values: Rows<'_>, layout: Layout) -> AudioKeyValue {
        match layout.precision {
            Precision::F32 => {
                let (width, count) = (keys.width / heads, keys.count);
                let mut memory = KeyValue::with_room(heads, width, count, layout.instructions);
                memory.extend(keys, values);
                AudioKeyValue::Float(memory)
            }
            Precision::Int8 => AudioKeyValue::Int(IntKeyValue::new(heads, keys, values)),
        }
    }

    fn attend(&self, queries: Rows<'_>, watch: Option<Watch<'_>>, out: &mut [f32], layout: Layout) {
        match self {
            AudioKeyValue::Float(memory) => {
                layout.instructions.run(Attend { queries, memory, out, watch });
            }
            AudioKeyValue::Int(memory) => {
                layout.instructions.run(IntAttend { queries, memory, out, watch });
            }
        }
    }
}

impl SelfAttention {
    /// Reads the projections below `name`; keys have no bias.
    pub(crate) fn load(
        weights: &Weights,
        name: &str,
        width: usize,
        heads: usize,
    ) -> Result<SelfAttention, LoadError> {
        let [query, key, value] = ["q_proj", "k_proj", "v_proj"].map(|p| format!("{name}.{p}"));
        let parts = [(query.as_str(), true), (key.as_str(), false), (value.as_str(), true)];
        Ok(SelfAttention {
            joined: Linear::load_joined(weights, &parts, width, width)?,
            out: Linear::load(weights, &format!("{name}.out_proj"), width, width)?,
            width,
            heads,
            layout: weights.layout,
        })
    }

    /// Room for the keys and values of `capacity` tokens.
    pub(crate) fn memory(&self, capacity: usize) -> KeyValue {
        let width = self.width / self.heads;
        KeyValue::with_room(self.heads, width, capacity, self.layout.instructions)
    }

    /// The keys and values in `projected`, of a whole window.
    pub(crate) fn whole(&self, projected: &[f32]) -> AudioKeyValue {
        let (keys, values) = (self.third(projected, 1), self.third(projected, 2));
        AudioKeyValue::new(self.heads, keys, values, self.layout)
    }

    /// What the queries in `projected` gather from the whole window: `[rows, width]`.
    pub(crate) fn attend_to_whole(
        &self,
        projected: &[f32],
        whole: &AudioKeyValue,
        out: &mut [f32],
    ) {
        whole.attend(self.third(projected, 0), None, out, self.layout);
    }

    /// Queries, keys and values of normalised rows, side by side: `[rows, 3 · width]`.
    pub(crate) fn project(&self, normed: &[f32], out: &mut [f32]) {
        self.joined.apply_shared(Rows::new(normed, self.width), Finish::Store, out);
    }

    /// Appends the keys and values in `projected`, of new tokens, to `memory`.
    pub(crate) fn remember(&self, projected: &[f32], memory: &mut KeyValue) {
        memory.extend(self.third(projected, 1), self.third(projected, 2));
    }

    /// What the queries in `projected` gather from `memory`: `[rows, width]`.
    pub(crate) fn attend(&self, projected: &[f32], memory: &KeyValue, out: &mut [f32]) {
        let queries = self.third(projected, 0);
        self.layout.instructions.run(Attend { queries, memory, out, watch: None });
    }

    /// Adds the output projection of `attended` to `x`.
    pub(crate) fn add_to(&self, attended: &[f32], x: &mut [f32]) {
        self.out.apply_shared(Rows::new(attended, self.width), Finish::Add, x);
    }

    fn third<'a>(&self, projected: &'a [f32], third: usize) -> Rows<'a> {
        let (width, stride) = (self.width, 3 * self.width);
        let count = projected.len() / stride;
        Rows { values: &projected[third * width..], stride, width, count }
    }
}

impl CrossAttention {
    /// Reads the projections below `name`; keys have no bias.
    pub(crate) fn load(
        weights: &Weights,
        name: &str,
        width: usize,
        heads: usize,
    ) -> Result<CrossAttention, LoadError> {
        let [key, value] = ["k_proj", "v_proj"].map(|part| format!("{name}.{part}"));
        let parts = [(key.as_str(), false), (value.as_str(), true)];
        Ok(CrossAttention {
            query: Linear::load(weights, &format!("{name}.q_proj"), width, width)?,
            key_value: Linear::load_joined(weights, &parts, width, width)?,
            out: Linear::load(weights, &format!("{name}.out_proj"), width, width)?,
            width,
            heads,
            layout: weights.layout,
        })
    }

    /// Keys and values of encoder output, `[positions, width]`.
    pub(crate) fn key_value(&self, encoded: &[f32]) -> AudioKeyValue {
        let (width, positions) = (self.width, encoded.len() / self.width);
        let mut projected = vec![0.0; 2 * encoded.len()];
        for_each_chunk(&mut projected, ROWS_TOGETHER * 2 * width, |at, out| {
            let from = at * ROWS_TOGETHER;
            let rows = Rows::new(encoded, width).part(from..from + out.len() / (2 * width));
            self.key_value.apply(rows, Finish::Store, out);
        });
        let half = |half: usize| Rows {
            values: &projected[half * width..],
            stride: 2 * width,
            width,
            count: positions,
        };
        AudioKeyValue::new(self.heads, half(0), half(1), self.layout)
    }

    /// Queries of normalised rows.
    pub(crate) fn queries(&self, normed: &[f32]) -> Vec<f32> {
        let mut queries = vec![0.0; normed.len()];
        self.query.apply_shared(Rows::new(normed, self.width), Finish::Store, &mut queries);
        queries
    }

    /// What `queries` gather from one window's audio: `[rows, width]`.
    pub(crate) fn attend(
        &self,
        queries: &[f32],
        audio: &AudioKeyValue,
        watch: Option<Watch<'_>>,
        out: &mut [f32],
    ) {
        audio.attend(Rows::new(queries, self.width), watch, out, self.layout);
    }

    /// Adds the output projection of `attended` to `x`.
    pub(crate) fn add_to(&self, attended: &[f32], x: &mut [f32]) {
        self.out.apply_shared(Rows::new(attended, self.width), Finish::Add, x);
    }
}

//! The decoder: tokens so far and one window's audio to the scores of the next token.
//!
//! Rows of a batch are independent: each has its own audio, its own memory of past tokens, and may take another
//! number of new tokens than its neighbours. Only the linear layers see all rows at once, because reading the
//! weights is what decoding spends its time on.

use std::sync::Arc;

use candle_core::{Device, IndexOp, Result, Tensor};

use super::attention::{Attention, KeyValue, TokenMemory};
use super::config::ModelConfig;
use super::layers::{FeedForward, LayerNorm, Linear};
use super::weights::Weights;
use crate::LoadError;

pub(crate) struct Decoder {
    width: usize,
    text_positions: usize,
    /// `[vocabulary, width]`; also the output layer.
    tokens: Tensor,
    output: Linear,
    /// `[text positions, width]`.
    positions: Tensor,
    layers: Vec<DecoderLayer>,
    norm: LayerNorm,
}

/// What one window's audio offers to every decoder layer; computed once, shared by all attempts.
pub(crate) struct AudioMemory {
    layers: Vec<KeyValue>,
}

/// One row of a batch.
pub(crate) struct Row {
    audio: Arc<AudioMemory>,
    memory: Vec<TokenMemory>,
    /// Tokens read so far.
    len: usize,
}

/// Collects, for chosen `(layer, head)` pairs, the scores of tokens over audio before softmax.
pub(crate) struct CrossScores<'a> {
    pub heads: &'a [(usize, usize)],
    /// One `[tokens, audio positions]` for each head, in the order of `heads`.
    pub scores: Vec<Tensor>,
}

impl Decoder {
    /// Reads the decoder's weights.
    pub(crate) fn load(
        weights: &Weights,
        config: &ModelConfig,
    ) -> std::result::Result<Decoder, LoadError> {
        const NAME: &str = "model.decoder";
        let width = config.width;
        let matrix = |name: &str, rows| weights.tensor(&format!("{NAME}.{name}"), &[rows, width]);
        let tokens = matrix("embed_tokens.weight", config.vocab_size)?;
        let layer = |i| DecoderLayer::load(weights, &format!("{NAME}.layers.{i}"), config);
        Ok(Decoder {
            width,
            text_positions: config.text_positions,
            output: Linear::new(tokens.clone(), None),
            tokens,
            positions: matrix("embed_positions.weight", config.text_positions)?,
            layers: (0..config.decoder.layers).map(layer).collect::<std::result::Result<_, _>>()?,
            norm: LayerNorm::load(weights, &format!("{NAME}.layer_norm"), width)?,
        })
    }

    /// Prepares encoder output `[positions, width]` for attention.
    pub(crate) fn audio_memory(&self, encoded: &Tensor) -> Result<Arc<AudioMemory>> {
        let layers = self.layers.iter().map(|layer| layer.cross.key_value(encoded));
        Ok(Arc::new(AudioMemory { layers: layers.collect::<Result<_>>()? }))
    }

    /// A row that has read no token yet, with room for `tokens_max` of them.
    pub(crate) fn row(&self, audio: &Arc<AudioMemory>, tokens_max: usize) -> Result<Row> {
        let room = tokens_max.min(self.text_positions);
        let memory = self.layers.iter().map(|l| TokenMemory::new(&l.own, self.width, room));
        Ok(Row { audio: Arc::clone(audio), memory: memory.collect::<Result<_>>()?, len: 0 })
    }

    /// Reads `new[i]` into `rows[i]` for every row; returns the hidden state of each new token, rows one after
    /// another: `[sum of tokens, width]`.
    pub(crate) fn forward(
        &self,
        rows: &mut [Row],
        new: &[&[u32]],
        mut watch: Option<&mut CrossScores<'_>>,
    ) -> Result<Tensor> {
        let mut x = self.embed(rows, new)?;
        for (index, layer) in self.layers.iter().enumerate() {
            x = layer.attend_to_tokens(index, &x, rows, new)?;
            x = layer.attend_to_audio(index, &x, rows, new, watch.as_deref_mut())?;
            x = layer.feed_forward.forward(&x)?;
        }
        for (row, tokens) in rows.iter_mut().zip(new) {
            row.len += tokens.len();
        }
        self.norm.forward(&x)
    }

    /// Scores of every token after each hidden state: `[rows, width]` to `[rows, vocabulary]`.
    pub(crate) fn logits(&self, hidden: &Tensor) -> Result<Tensor> {
        self.output.forward(hidden)
    }

    fn embed(&self, rows: &[Row], new: &[&[u32]]) -> Result<Tensor> {
        let ids = new.concat();
        let positions = rows.iter().zip(new).flat_map(|(row, new)| row.len..row.len + new.len());
        let positions: Vec<u32> = positions.map(|p| u32::try_from(p).unwrap_or(u32::MAX)).collect();
        let select = |table: &Tensor, ids: Vec<u32>| {
            table.index_select(&Tensor::from_vec(ids.clone(), ids.len(), &Device::Cpu)?, 0)
        };
        select(&self.tokens, ids)? + select(&self.positions, positions)?
    }
}

struct DecoderLayer {
    own_norm: LayerNorm,
    own: Attention,
    cross_norm: LayerNorm,
    cross: Attention,
    feed_forward: FeedForward,
}

impl DecoderLayer {
    fn load(
        weights: &Weights,
        name: &str,
        config: &ModelConfig,
    ) -> std::result::Result<DecoderLayer, LoadError> {
        let (width, stack) = (config.width, config.decoder);
        let norm = |part: &str| LayerNorm::load(weights, &format!("{name}.{part}"), width);
        let attention =
            |part: &str| Attention::load(weights, &format!("{name}.{part}"), width, stack.heads);
        Ok(DecoderLayer {
            own_norm: norm("self_attn_layer_norm")?,
            own: attention("self_attn")?,
            cross_norm: norm("encoder_attn_layer_norm")?,
            cross: attention("encoder_attn")?,
            feed_forward: FeedForward::load(weights, name, width, stack.inner_width)?,
        })
    }

    fn attend_to_tokens(
        &self,
        index: usize,
        x: &Tensor,
        rows: &mut [Row],
        new: &[&[u32]],
    ) -> Result<Tensor> {
        let normed = self.own_norm.forward(x)?;
        let queries = self.own.queries(&normed)?;
        let mut from = 0;
        let mut attended = Vec::with_capacity(rows.len());
        for (row, new) in rows.iter_mut().zip(new) {
            let own = normed.narrow(0, from, new.len())?;
            let past = row.memory[index].extend(&self.own.key_value(&own)?)?;
            let mut scores = self.own.scores(&queries.narrow(0, from, new.len())?, &past)?;
            if new.len() > 1 {
                scores = scores.broadcast_add(&causal_mask(new.len(), row.len)?)?;
            }
            attended.push(self.own.attend(scores, &past)?);
            from += new.len();
        }
        x + self.own.project(&Tensor::cat(&attended, 0)?)?
    }

    fn attend_to_audio(
        &self,
        index: usize,
        x: &Tensor,
        rows: &[Row],
        new: &[&[u32]],
        mut watch: Option<&mut CrossScores<'_>>,
    ) -> Result<Tensor> {
        let queries = self.cross.queries(&self.cross_norm.forward(x)?)?;
        let mut from = 0;
        let mut attended = Vec::with_capacity(rows.len());
        for (row, new) in rows.iter().zip(new) {
            let audio = &row.audio.layers[index];
            let scores = self.cross.scores(&queries.narrow(0, from, new.len())?, audio)?;
            if let Some(watch) = watch.as_deref_mut() {
                watch.keep(index, &scores)?;
            }
            attended.push(self.cross.attend(scores, audio)?);
            from += new.len();
        }
        x + self.cross.project(&Tensor::cat(&attended, 0)?)?
    }
}

impl CrossScores<'_> {
    fn keep(&mut self, layer: usize, scores: &Tensor) -> Result<()> {
        for (_, head) in self.heads.iter().filter(|(of, _)| *of == layer) {
            // A copy, because the softmax that follows works in place.
            self.scores.push(scores.i(*head)?.copy()?);
        }
        Ok(())
    }
}

/// `[new, past + new]`: 0 where a token may look, -∞ at tokens after it.
fn causal_mask(new: usize, past: usize) -> Result<Tensor> {
    let row = |i: usize| (0..past + new).map(move |j| hidden_if(j > past + i));
    let mask: Vec<f32> = (0..new).flat_map(row).collect();
    Tensor::from_vec(mask, (new, past + new), &Device::Cpu)
}

fn hidden_if(later: bool) -> f32 {
    if later { f32::NEG_INFINITY } else { 0.0 }
}

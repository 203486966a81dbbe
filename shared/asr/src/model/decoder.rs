//! The decoder: tokens so far and one window's audio to the scores of the next token.
//!
//! Rows of a batch are independent: each has its own audio, its own memory of past tokens, and may take another
//! number of new tokens than its neighbours. Only the linear layers see all rows at once, because reading the
//! weights is what decoding spends its time on.

use std::sync::Arc;

use rayon::prelude::*;

use super::attention::{AudioKeyValue, CrossAttention, SelfAttention};
use super::config::ModelConfig;
use super::kernels::attention::{KeyValue, Watch};
use super::kernels::product::{Finish, Rows};
use super::layers::{FeedForward, LayerNorm, Linear};
use super::weights::Weights;
use crate::LoadError;

pub(crate) struct Decoder {
    width: usize,
    text_positions: usize,
    /// `[vocabulary, width]`: the vectors of the tokens, and the output layer.
    tokens: Linear,
    /// `[text positions, width]`.
    positions: Vec<f32>,
    layers: Vec<DecoderLayer>,
    norm: LayerNorm,
}

/// What one window's audio offers to every decoder layer; computed once, shared by all attempts.
pub(crate) struct AudioMemory {
    layers: Vec<AudioKeyValue>,
    positions: usize,
}

impl AudioMemory {
    /// Encoder positions of 20 ms.
    pub(crate) fn positions(&self) -> usize {
        self.positions
    }
}

/// One row of a batch.
pub(crate) struct Row {
    audio: Arc<AudioMemory>,
    /// Keys and values of the tokens read, one for each layer, in room taken once.
    memory: Vec<KeyValue>,
    /// Tokens read so far.
    len: usize,
}

/// Collects, for chosen `(layer, head)` pairs, the scores of one row's tokens over audio before softmax.
pub(crate) struct CrossScores<'a> {
    pub heads: &'a [(usize, usize)],
    /// One `[tokens, audio positions]` for each head, layer by layer.
    pub scores: Vec<Vec<f32>>,
}

/// One row at work in one layer: its new tokens, and where their results go.
struct Work<'a> {
    row: &'a mut Row,
    /// `[new tokens, width or 3 · width]`.
    projected: &'a [f32],
    /// `[new tokens, width]`.
    attended: &'a mut [f32],
}

impl Decoder {
    /// Reads the decoder's weights.
    pub(crate) fn load(weights: &Weights, config: &ModelConfig) -> Result<Decoder, LoadError> {
        const NAME: &str = "model.decoder";
        let width = config.width;
        let table = |name: &str, rows| weights.values(&format!("{NAME}.{name}"), &[rows, width]);
        let tokens = format!("{NAME}.embed_tokens.weight");
        let layer = |i| DecoderLayer::load(weights, &format!("{NAME}.layers.{i}"), config);
        Ok(Decoder {
            width,
            text_positions: config.text_positions,
            tokens: Linear::load_table(weights, &tokens, config.vocab_size, width)?,
            positions: table("embed_positions.weight", config.text_positions)?,
            layers: (0..config.decoder.layers).map(layer).collect::<Result<_, _>>()?,
            norm: LayerNorm::load(weights, &format!("{NAME}.layer_norm"), width)?,
        })
    }

    /// Prepares encoder output `[positions, width]` for attention.
    pub(crate) fn audio_memory(&self, encoded: &[f32]) -> Arc<AudioMemory> {
        let layers = self.layers.iter().map(|layer| layer.cross.key_value(encoded)).collect();
        Arc::new(AudioMemory { layers, positions: encoded.len() / self.width })
    }

    /// A row that has read no token yet, with room for `tokens_max` of them.
    pub(crate) fn row(&self, audio: &Arc<AudioMemory>, tokens_max: usize) -> Row {
        let room = tokens_max.min(self.text_positions);
        let memory = self.layers.iter().map(|layer| layer.own.memory(room)).collect();
        Row { audio: Arc::clone(audio), memory, len: 0 }
    }

    /// Reads `new[i]` into `rows[i]` for every row; returns the hidden state of each new token, rows one after
    /// another: `[sum of tokens, width]`. Scores are watched in the first row.
    pub(crate) fn forward(
        &self,
        rows: &mut [Row],
        new: &[&[u32]],
        mut watch: Option<&mut CrossScores<'_>>,
    ) -> Vec<f32> {
        let mut x = self.embed(rows, new);
        for (index, layer) in self.layers.iter().enumerate() {
            layer.attend_to_tokens(index, &mut x, rows, new);
            layer.attend_to_audio(index, &mut x, rows, new, watch.as_deref_mut());
            layer.feed_forward.add_to(&mut x);
        }
        for (row, tokens) in rows.iter_mut().zip(new) {
            row.len += tokens.len();
        }
        self.norm.apply(&x)
    }

    /// Scores of every token after each hidden state: `[rows, width]` to `[rows, vocabulary]`.
    pub(crate) fn logits(&self, hidden: &[f32]) -> Vec<f32> {
        let mut scores = vec![0.0; hidden.len() / self.width * self.tokens.outputs()];
        self.tokens.apply_shared(Rows::new(hidden, self.width), Finish::Store, &mut scores);
        scores
    }

    /// Numbers in a hidden state.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Tokens the model knows.
    pub(crate) fn vocabulary(&self) -> usize {
        self.tokens.outputs()
    }

    fn embed(&self, rows: &[Row], new: &[&[u32]]) -> Vec<f32> {
        let mut x = Vec::with_capacity(new.iter().map(|new| new.len()).sum::<usize>() * self.width);
        for (row, new) in rows.iter().zip(new) {
            for (position, token) in (row.len..).zip(*new) {
                let from = x.len();
                x.extend_from_slice(&self.positions[position * self.width..][..self.width]);
                self.tokens.add_row(*token as usize, &mut x[from..]);
            }
        }
        x
    }
}

struct DecoderLayer {
    own_norm: LayerNorm,
    own: SelfAttention,
    cross_norm: LayerNorm,
    cross: CrossAttention,
    feed_forward: FeedForward,
    width: usize,
}

impl DecoderLayer {
    fn load(
        weights: &Weights,
        name: &str,
        config: &ModelConfig,
    ) -> Result<DecoderLayer, LoadError> {
        let (width, stack) = (config.width, config.decoder);
        let norm = |part: &str| LayerNorm::load(weights, &format!("{name}.{part}"), width);
        let (own, cross) = (format!("{name}.self_attn"), format!("{name}.encoder_attn"));
        Ok(DecoderLayer {
            own_norm: norm("self_attn_layer_norm")?,
            own: SelfAttention::load(weights, &own, width, stack.heads)?,
            cross_norm: norm("encoder_attn_layer_norm")?,
            cross: CrossAttention::load(weights, &cross, width, stack.heads)?,
            feed_forward: FeedForward::load(weights, name, width, stack.inner_width)?,
            width,
        })
    }

    fn attend_to_tokens(&self, index: usize, x: &mut [f32], rows: &mut [Row], new: &[&[u32]]) {
        let mut projected = vec![0.0; 3 * x.len()];
        self.own.project(&self.own_norm.apply(x), &mut projected);
        let mut attended = vec![0.0; x.len()];
        for_each_row(rows, new, &projected, &mut attended, |work| {
            let memory = &mut work.row.memory[index];
            let tokens = work.projected.chunks_exact(3 * self.width);
            // One token after the other, so that none sees those after it.
            for (token, out) in tokens.zip(work.attended.chunks_exact_mut(self.width)) {
                self.own.remember(token, memory);
                self.own.attend(token, memory, out);
            }
        });
        self.own.add_to(&attended, x);
    }

    fn attend_to_audio(
        &self,
        index: usize,
        x: &mut [f32],
        rows: &mut [Row],
        new: &[&[u32]],
        watch: Option<&mut CrossScores<'_>>,
    ) {
        let queries = self.cross.queries(&self.cross_norm.apply(x));
        let mut attended = vec![0.0; x.len()];
        match watch {
            Some(watch) => {
                let (audio, tokens) = (Arc::clone(&rows[0].audio), new[0].len());
                watch.keep(index, tokens, audio.positions, |watch| {
                    self.cross.attend(&queries, &audio.layers[index], watch, &mut attended);
                });
            }
            None => for_each_row(rows, new, &queries, &mut attended, |work| {
                let audio = &work.row.audio.layers[index];
                self.cross.attend(work.projected, audio, None, work.attended);
            }),
        }
        self.cross.add_to(&attended, x);
    }
}

/// Calls `attend` for every row, in the threads of the pool if there are several rows and threads.
fn for_each_row(
    rows: &mut [Row],
    new: &[&[u32]],
    mut projected: &[f32],
    mut attended: &mut [f32],
    attend: impl Fn(&mut Work<'_>) + Sync + Send,
) {
    let tokens: usize = new.iter().map(|new| new.len()).sum::<usize>().max(1);
    let (wide, width) = (projected.len() / tokens, attended.len() / tokens);
    let mut works = Vec::with_capacity(rows.len());
    for (row, new) in rows.iter_mut().zip(new) {
        let (own, others) = projected.split_at(new.len() * wide);
        let (to, rest) = attended.split_at_mut(new.len() * width);
        works.push(Work { row, projected: own, attended: to });
        (projected, attended) = (others, rest);
    }
    if works.len() == 1 || rayon::current_num_threads() == 1 {
        works.iter_mut().for_each(attend);
    } else {
        works.par_iter_mut().for_each(attend);
    }
}

impl CrossScores<'_> {
    /// Lets `attend` note the scores of the heads wanted of one layer.
    fn keep(
        &mut self,
        layer: usize,
        tokens: usize,
        positions: usize,
        attend: impl FnOnce(Option<Watch<'_>>),
    ) {
        let heads = self.heads.iter().filter(|(of, _)| *of == layer).map(|(_, head)| *head);
        let heads: Vec<usize> = heads.collect();
        let each = tokens * positions;
        let mut scores = vec![0.0; heads.len() * each];
        attend(Some(Watch { heads: &heads, scores: &mut scores }));
        self.scores.extend(scores.chunks_exact(each).map(<[f32]>::to_vec));
    }
}

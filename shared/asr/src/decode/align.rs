//! When each token was spoken, from where the decoder looked in the audio.
//!
//! The text is read once more; the attention of the alignment heads, standardised and smoothed, is a picture of
//! tokens over time, and dynamic time warping finds the cheapest monotone path through it.

use std::sync::Arc;

use super::tokens::Vocabulary;
use crate::model::vector::softmax;
use crate::model::{AudioMemory, CrossScores, Model};

/// Times and probabilities of text tokens.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Alignment {
    /// Token `i` is spoken from `bounds_ms[i]` to `bounds_ms[i + 1]`; one more than tokens, not decreasing.
    pub bounds_ms: Vec<u32>,
    /// Probability of each token among text tokens, 0–1.
    pub probs: Vec<f32>,
}

/// One attention position is 20 ms.
const POSITION_MS: u32 = 20;

/// Aligns `text` with the first `positions` encoder positions of the audio.
///
/// `start` holds the tokens from the start token to the task, without time stamps.
pub(crate) fn align(
    model: &Model,
    vocabulary: &Vocabulary,
    heads: &[(usize, usize)],
    audio: &Arc<AudioMemory>,
    start: &[u32],
    text: &[u32],
    positions: usize,
) -> Alignment {
    let tokens = [start, &[vocabulary.no_stamps], text, &[vocabulary.end]].concat();
    let mut rows = [model.decoder.row(audio, tokens.len())];
    let mut watch = CrossScores { heads, scores: Vec::new() };
    let hidden = model.decoder.forward(&mut rows, &[&tokens], Some(&mut watch));
    let width = model.config.width;
    let hidden = &hidden[start.len() * width..(start.len() + text.len()) * width];
    let mut logits = model.decoder.logits(hidden);
    let mut picture = Picture::new(tokens.len(), positions);
    for scores in &watch.scores {
        let rows = scores.chunks_exact(audio.positions());
        picture.add_head(rows.map(|row| row[..positions].to_vec()).collect());
    }
    // The row before a token predicts it, so rows run from <|notimestamps|> to the last text token.
    let rows = &picture.sums[start.len() * positions..(tokens.len() - 1) * positions];
    let costs: Vec<f64> = rows.iter().map(|v| -f64::from(*v) / heads.len().max(1) as f64).collect();
    let bounds = first_visits(&costs, positions);
    let logits = logits.chunks_exact_mut(model.config.vocab_size);
    Alignment {
        bounds_ms: bounds.into_iter().map(milliseconds).collect(),
        probs: token_probs(vocabulary, logits, text),
    }
}

fn milliseconds(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX).saturating_mul(POSITION_MS)
}

/// Probability of each token where only text competes.
fn token_probs<'a>(
    vocabulary: &Vocabulary,
    logits: impl Iterator<Item = &'a mut [f32]>,
    text: &[u32],
) -> Vec<f32> {
    let prob = |(row, id): (&mut [f32], &u32)| {
        for (other, score) in (0..).zip(row.iter_mut()) {
            if !vocabulary.is_text(other) {
                *score = f32::NEG_INFINITY;
            }
        }
        softmax(row);
        row.get(*id as usize).copied().unwrap_or(0.0)
    };
    logits.zip(text).map(prob).collect()
}

/// Attention of several heads summed: `[tokens, positions]`.
struct Picture {
    tokens: usize,
    positions: usize,
    sums: Vec<f32>,
}

impl Picture {
    fn new(tokens: usize, positions: usize) -> Picture {
        Picture { tokens, positions, sums: vec![0.0; tokens * positions] }
    }

    /// Adds one head's scores after softmax, standardising and smoothing.
    fn add_head(&mut self, mut head: Vec<Vec<f32>>) {
        for row in &mut head {
            softmax(row);
        }
        standardise_columns(&mut head, self.tokens);
        for (sums, row) in self.sums.chunks_exact_mut(self.positions).zip(&head) {
            for (sum, value) in sums.iter_mut().zip(smoothed(row)) {
                *sum += value;
            }
        }
    }
}

/// At each position, mean 0 and variance 1 over the tokens: a position every token looks at says nothing.
fn standardise_columns(rows: &mut [Vec<f32>], count: usize) {
    let positions = rows.first().map_or(0, Vec::len);
    let count = count as f64;
    for at in 0..positions {
        let column = || rows.iter().map(|row| f64::from(row[at]));
        let mean = column().sum::<f64>() / count;
        let variance = column().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count;
        let scale = 1.0 / variance.sqrt().max(f64::from(f32::MIN_POSITIVE));
        for row in rows.iter_mut() {
            row[at] = ((f64::from(row[at]) - mean) * scale) as f32;
        }
    }
}

/// Positions of the median filter, as in the reference: 140 ms.
const MEDIAN_WIDTH: usize = 7;

/// Running median, mirrored at both ends; rows no longer than half the filter stay as they are.
fn smoothed(row: &[f32]) -> Vec<f32> {
    let half = MEDIAN_WIDTH / 2;
    if row.len() <= half {
        return row.to_vec();
    }
    let last = row.len() - 1;
    let mirrored = |at: usize| {
        let from_start = at.abs_diff(half);
        row[from_start.min(2 * last - from_start.min(2 * last))]
    };
    let median = |at: usize| {
        let mut around: [f32; MEDIAN_WIDTH] = std::array::from_fn(|i| mirrored(at + i));
        around.sort_unstable_by(f32::total_cmp);
        around[half]
    };
    (0..row.len()).map(median).collect()
}

/// One step of the cheapest path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Both,
    Token,
    Time,
}

/// Dynamic time warping over `costs` (`[tokens, positions]`): the position at which the cheapest path first
/// reaches each token.
fn first_visits(costs: &[f64], positions: usize) -> Vec<usize> {
    let tokens = costs.len() / positions.max(1);
    let steps = cheapest_steps(costs, tokens, positions);
    let mut visits = vec![0; tokens];
    let (mut token, mut position) = (tokens, positions);
    // Walking back, the last write to a token is its first position.
    while token > 0 || position > 0 {
        if let Some(visit) = token.checked_sub(1).and_then(|at| visits.get_mut(at)) {
            *visit = position.saturating_sub(1);
        }
        let step = match (token, position) {
            (0, _) => Step::Time,
            (_, 0) => Step::Token,
            _ => steps[(token - 1) * positions + position - 1],
        };
        token -= usize::from(step != Step::Time);
        position -= usize::from(step != Step::Token);
    }
    visits
}

/// For every cell, the step into it from its cheapest predecessor. Sums are kept in single precision and ties
/// broken as in the reference: waiting in time wins, then the next token.
fn cheapest_steps(costs: &[f64], tokens: usize, positions: usize) -> Vec<Step> {
    let mut steps = Vec::with_capacity(costs.len());
    let mut above = vec![f32::INFINITY; positions + 1];
    above[0] = 0.0;
    for token in 0..tokens {
        let mut here = vec![f32::INFINITY; positions + 1];
        for position in 0..positions {
            let (both, next, wait) = (above[position], above[position + 1], here[position]);
            let (step, before) = if both < next && both < wait {
                (Step::Both, both)
            } else if next < both && next < wait {
                (Step::Token, next)
            } else {
                (Step::Time, wait)
            };
            here[position + 1] = (costs[token * positions + position] + f64::from(before)) as f32;
            steps.push(step);
        }
        above = here;
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_path_follows_the_cheap_diagonal() {
        let (tokens, positions) = (4, 12);
        let cheap = |token: usize, position: usize| position / 3 == token;
        let costs: Vec<f64> = (0..tokens * positions)
            .map(|at| if cheap(at / positions, at % positions) { -1.0 } else { 1.0 })
            .collect();
        assert_eq!(first_visits(&costs, positions), [0, 3, 6, 9]);
    }

    #[test]
    fn the_median_removes_a_lone_spike_and_keeps_a_step() {
        let mut row = vec![0.0; 20];
        row[5] = 9.0;
        assert!(smoothed(&row).iter().all(|v| *v == 0.0));
        let step: Vec<f32> = (0..20).map(|i| if i < 10 { 0.0 } else { 1.0 }).collect();
        assert_eq!(smoothed(&step), step);
        assert_eq!(smoothed(&[3.0, 1.0]), [3.0, 1.0]);
    }

    proptest! {
        #[test]
        fn tokens_are_visited_in_order_and_within_the_audio(
            positions in 1_usize..40,
            tokens in 1_usize..20,
            seed in any::<u64>(),
        ) {
            let mut state = seed;
            let costs: Vec<f64> = (0..tokens * positions)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    (state >> 40) as f64 / 1e6 - 8.0
                })
                .collect();
            let visits = first_visits(&costs, positions);
            prop_assert_eq!(visits.len(), tokens);
            prop_assert!(visits.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(visits.iter().all(|visit| *visit < positions));
        }
    }
}

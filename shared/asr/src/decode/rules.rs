//! Which tokens may come next.
//!
//! Time stamps enclose text: the first token is a stamp, stamps come in pairs (the end of one stretch, the start
//! of the next), never go back, and are chosen whenever all stamps together are more probable than any one text.

use super::generation::Generation;
use super::tokens::Vocabulary;
use crate::model::vector::log_sum_exp;

/// The rules of one model.
pub(crate) struct Rules<'a> {
    pub vocabulary: &'a Vocabulary,
    pub generation: &'a Generation,
    /// Whether stamps are written; without them they are forbidden.
    pub timestamps: bool,
}

/// The score of a forbidden token.
const NEVER: f32 = f32::NEG_INFINITY;

impl Rules<'_> {
    /// Forbids, in the scores of the whole vocabulary, what may not follow `sampled`.
    pub(crate) fn apply(&self, sampled: &[u32], scores: &mut [f32]) {
        if sampled.is_empty() {
            forbid(scores, &self.generation.suppressed_first);
        }
        forbid(scores, &self.generation.suppressed);
        forbid(scores, &self.vocabulary.control);
        if self.timestamps {
            self.apply_stamp_order(sampled, scores);
            self.prefer_stamps(scores);
        } else {
            forbid_range(scores, self.stamps());
        }
    }

    fn stamps(&self) -> std::ops::Range<usize> {
        let stamps = self.vocabulary.stamp_range();
        stamps.start as usize..stamps.end as usize
    }

    fn apply_stamp_order(&self, sampled: &[u32], scores: &mut [f32]) {
        let is_stamp = |back: usize| {
            let at = sampled.len().checked_sub(back)?;
            Some(self.vocabulary.is_stamp(*sampled.get(at)?))
        };
        let stamps = self.stamps();
        match (is_stamp(2), is_stamp(1)) {
            // The first token opens the first stretch.
            (_, None) => {
                forbid_outside(scores, &stamps);
                let latest = stamps.start + self.generation.first_stamp_max as usize;
                forbid_range(scores, (latest + 1).min(stamps.end)..stamps.end);
            }
            // A stretch is open: text follows.
            (None | Some(true), Some(true)) => forbid_range(scores, stamps.clone()),
            // A stretch was closed: the next opens, or the end comes.
            (Some(false), Some(true)) => {
                let end = scores.get(self.vocabulary.end as usize).copied();
                forbid_outside(scores, &stamps);
                if let (Some(score), Some(end)) =
                    (scores.get_mut(self.vocabulary.end as usize), end)
                {
                    *score = end;
                }
            }
            (_, Some(false)) => {}
        }
        if let Some(earliest) = self.earliest_stamp(sampled) {
            forbid_range(scores, stamps.start..earliest.min(stamps.end));
        }
    }

    /// Stamps do not go back, and a stretch is not empty: only the stamp that opens the next one may equal
    /// the stamp that closed the last.
    fn earliest_stamp(&self, sampled: &[u32]) -> Option<usize> {
        let last = sampled.iter().rfind(|id| self.vocabulary.is_stamp(**id))?;
        let just_closed = match sampled {
            [.., before, last] => self.vocabulary.is_stamp(*last) && !self.vocabulary.is_stamp(*before),
            _ => false,
        };
        Some(*last as usize + usize::from(!just_closed))
    }

    fn prefer_stamps(&self, scores: &mut [f32]) {
        let stamps = self.stamps();
        let (before, from) = scores.split_at(stamps.start);
        let (within, after) = from.split_at(stamps.len());
        let best_other = before.iter().chain(after).copied().fold(NEVER, f32::max);
        if log_sum_exp(within) > best_other {
            forbid_outside(scores, &stamps);
        }
    }
}

fn forbid(scores: &mut [f32], ids: &[u32]) {
    for id in ids {
        if let Some(score) = scores.get_mut(*id as usize) {
            *score = NEVER;
        }
    }
}

fn forbid_range(scores: &mut [f32], ids: std::ops::Range<usize>) {
    scores[ids].fill(NEVER);
}

fn forbid_outside(scores: &mut [f32], ids: &std::ops::Range<usize>) {
    scores[..ids.start].fill(NEVER);
    scores[ids.end..].fill(NEVER);
}

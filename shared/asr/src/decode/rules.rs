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
    /// Whether stamps are written. Without them nothing but the prompt forbids them, as in the reference.
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
            [.., before, last] => {
                self.vocabulary.is_stamp(*last) && !self.vocabulary.is_stamp(*before)
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The ids still allowed after `sampled`, where every score was `level` for text and 0 for stamps.
    fn allowed(sampled: &[u32], level: f32) -> Allowed {
        let vocabulary = Vocabulary::micro();
        let generation = Generation {
            multilingual: Some(true),
            suppressed: vec![3],
            suppressed_first: vec![7, vocabulary.end],
            alignment_heads: vec![],
            first_stamp_max: 50,
        };
        let rules = Rules { vocabulary: &vocabulary, generation: &generation, timestamps: true };
        let mut scores = vec![level; 1857];
        scores[rules.stamps()].fill(0.0);
        rules.apply(sampled, &mut scores);
        let ids = (0..1857).filter(|id| scores[*id as usize] > NEVER).collect();
        Allowed { ids, vocabulary }
    }

    struct Allowed {
        ids: Vec<u32>,
        vocabulary: Vocabulary,
    }

    impl Allowed {
        /// Steps of the allowed stamps, first and last.
        fn stamps(&self) -> Option<(u32, u32)> {
            let first = self.vocabulary.stamp(0);
            let steps =
                || self.ids.iter().filter(|id| self.vocabulary.is_stamp(**id)).map(|id| id - first);
            Some((steps().min()?, steps().max()?))
        }

        fn has_text(&self) -> bool {
            self.ids.iter().any(|id| self.vocabulary.is_text(*id))
        }

        fn has_end(&self) -> bool {
            self.ids.contains(&self.vocabulary.end)
        }
    }

    /// Text so probable that stamps are not preferred.
    const SURE_OF_TEXT: f32 = 50.0;

    fn stamp(steps: u32) -> u32 {
        Vocabulary::micro().stamp(steps)
    }

    #[test]
    fn the_first_token_is_a_stamp_within_the_first_second() {
        let allowed = allowed(&[], SURE_OF_TEXT);
        assert_eq!(allowed.stamps(), Some((0, 50)));
        assert!(!allowed.has_text() && !allowed.has_end());
    }

    #[test]
    fn text_follows_the_stamp_that_opens_a_stretch() {
        for opened in [vec![stamp(4)], vec![stamp(4), 40, stamp(9), stamp(9)]] {
            let allowed = allowed(&opened, SURE_OF_TEXT);
            assert!(allowed.has_text() && allowed.has_end());
            assert_eq!(allowed.stamps(), None);
        }
    }

    #[test]
    fn after_a_closing_stamp_comes_the_same_or_a_later_stamp_or_the_end() {
        let allowed = allowed(&[stamp(4), 40, stamp(9)], SURE_OF_TEXT);
        assert!(!allowed.has_text() && allowed.has_end());
        assert_eq!(allowed.stamps(), Some((9, 1500)));
    }

    #[test]
    fn a_stretch_is_not_empty_so_its_closing_stamp_is_later() {
        let allowed = allowed(&[stamp(4), 40], SURE_OF_TEXT);
        assert_eq!(allowed.stamps(), Some((5, 1500)));
        assert!(allowed.has_text());
    }

    #[test]
    fn stamps_win_when_together_they_are_more_probable_than_any_text() {
        // About 1500 stamps of score 0 have the log probability ln 1500 = 7.3.
        let sampled = [stamp(0), 40];
        assert!(!allowed(&sampled, 7.0).has_text());
        assert!(allowed(&sampled, 7.6).has_text());
    }

    #[test]
    fn suppressed_and_control_tokens_never_come() {
        let allowed = allowed(&[stamp(0)], SURE_OF_TEXT);
        assert!(!allowed.ids.contains(&3));
        assert!(allowed.ids.contains(&7), "suppressed at the beginning only");
        let control = &allowed.vocabulary.control;
        assert!(control.len() >= 6 && control.iter().all(|id| !allowed.ids.contains(id)));
    }
}

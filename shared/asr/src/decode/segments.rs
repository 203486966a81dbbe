//! Cutting a decoding into stretches of speech at its time stamps.

use super::tokens::Vocabulary;

/// Text tokens between two times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub start_ms: u32,
    pub end_ms: u32,
    /// Text tokens only.
    pub tokens: Vec<u32>,
}

/// A decoding by stretches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stretches {
    /// Stretches the model finished, in order.
    pub closed: Vec<Stretch>,
    /// Text after the last pair of stamps, whose end the model did not write.
    pub open: Option<Stretch>,
    /// Where the model stopped listening, if before the end of the window: decoding goes on from there.
    pub resume_ms: Option<u32>,
}

/// Cuts `tokens` at pairs of time stamps, as the reference does; `window_ms` is the length of the audio.
///
/// For the reference a single stamp at the very end means that nothing follows it in the window. Models that stop early
/// then lose what is said after it, so here it is only where the model stopped listening.
pub(crate) fn stretches(vocabulary: &Vocabulary, tokens: &[u32], window_ms: u32) -> Stretches {
    let is_stamp = |id: &u32| vocabulary.is_stamp(*id);
    let cuts: Vec<usize> = (1..tokens.len())
        .filter(|&at| is_stamp(&tokens[at - 1]) && is_stamp(&tokens[at]))
        .collect();
    let Some(&last_cut) = cuts.last() else {
        return one_stretch(vocabulary, tokens, window_ms);
    };
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let closed = starts
        .zip(&cuts)
        .filter_map(|(from, &to)| stretch(vocabulary, &tokens[from..to], window_ms));
    let mut closed: Vec<Stretch> = closed.collect();
    let rest = stretch(vocabulary, &tokens[last_cut..], window_ms);
    if let Some(stopped_ms) = single_last_stamp(vocabulary, tokens) {
        closed.extend(rest);
        return Stretches { closed, open: None, resume_ms: before(stopped_ms, window_ms) };
    }
    let resume = vocabulary.stamp_ms(tokens[last_cut - 1]);
    Stretches { closed, open: rest, resume_ms: before(resume, window_ms) }
}

/// The time of a stamp that ends `tokens` right after text.
fn single_last_stamp(vocabulary: &Vocabulary, tokens: &[u32]) -> Option<u32> {
    let is_stamp = |id: &u32| vocabulary.is_stamp(*id);
    match tokens {
        [.., text, stamp] if !is_stamp(text) && is_stamp(stamp) => {
            Some(vocabulary.stamp_ms(*stamp))
        }
        _ => None,
    }
}

fn before(ms: u32, window_ms: u32) -> Option<u32> {
    (ms < window_ms).then_some(ms)
}

/// All text as one stretch over the whole window, for decodings without stamps.
pub(crate) fn whole_window(vocabulary: &Vocabulary, tokens: &[u32], window_ms: u32) -> Stretches {
    let text: Vec<u32> = tokens.iter().copied().filter(|id| vocabulary.is_text(*id)).collect();
    one_stretch(vocabulary, &text, window_ms)
}

/// Without a pair of stamps, all text is one stretch to its last stamp, or to the end of the window.
fn one_stretch(vocabulary: &Vocabulary, tokens: &[u32], window_ms: u32) -> Stretches {
    let closed = stretch(vocabulary, tokens, window_ms).into_iter().collect();
    let stopped_ms = single_last_stamp(vocabulary, tokens);
    Stretches { closed, open: None, resume_ms: stopped_ms.and_then(|ms| before(ms, window_ms)) }
}

/// The text of a run of tokens between its first stamp, else 0, and its last, else the end of the window.
fn stretch(vocabulary: &Vocabulary, tokens: &[u32], window_ms: u32) -> Option<Stretch> {
    let stamp =
        |id: &u32| vocabulary.is_stamp(*id).then(|| vocabulary.stamp_ms(*id).min(window_ms));
    let text: Vec<u32> = tokens.iter().copied().filter(|id| vocabulary.is_text(*id)).collect();
    let start_ms = tokens.first().and_then(stamp).unwrap_or(0);
    let end_ms = tokens.iter().skip(1).rev().find_map(stamp).unwrap_or(window_ms).max(start_ms);
    let said = !vocabulary.text(&text).trim().is_empty();
    said.then_some(Stretch { start_ms, end_ms, tokens: text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::tokens::STAMP_MS;

    /// Start, end, number of tokens.
    type Row = (u32, u32, usize);

    /// A 10 s window's stretches: numbers of 1000 and more are stamps of so many ms over 1000, others text.
    fn cut(tokens: &[u32]) -> (Vec<Row>, Option<Row>, Option<u32>) {
        let vocabulary = Vocabulary::micro();
        let id = |n: &u32| if *n >= 1_000 { vocabulary.stamp((n - 1_000) / STAMP_MS) } else { *n };
        let ids: Vec<u32> = tokens.iter().map(id).collect();
        let cut = stretches(&vocabulary, &ids, 10_000);
        let row = |s: &Stretch| (s.start_ms, s.end_ms, s.tokens.len());
        (cut.closed.iter().map(row).collect(), cut.open.as_ref().map(row), cut.resume_ms)
    }

    #[test]
    fn pairs_of_stamps_divide_and_at_a_single_last_stamp_the_model_stopped_listening() {
        let found = cut(&[1_000, 40, 41, 3_000, 3_500, 42, 5_000]);
        assert_eq!(found, (vec![(0, 2_000, 2), (2_500, 4_000, 1)], None, Some(4_000)));
    }

    #[test]
    fn a_last_stamp_at_the_end_of_the_audio_ends_the_window() {
        let found = cut(&[1_000, 40, 3_000, 3_500, 41, 11_000]);
        assert_eq!(found, (vec![(0, 2_000, 1), (2_500, 10_000, 1)], None, None));
    }

    #[test]
    fn after_a_last_pair_the_window_is_taken_up_again_there() {
        let found = cut(&[1_000, 40, 3_000, 3_000]);
        assert_eq!(found, (vec![(0, 2_000, 1)], None, Some(2_000)));
    }

    #[test]
    fn text_after_the_last_pair_is_open() {
        let found = cut(&[1_000, 40, 3_000, 3_200, 41, 42]);
        assert_eq!(found, (vec![(0, 2_000, 1)], Some((2_200, 10_000, 2)), Some(2_000)));
    }

    #[test]
    fn without_pairs_all_text_is_one_stretch() {
        assert_eq!(cut(&[1_400, 40, 41]), (vec![(400, 10_000, 2)], None, None));
        assert_eq!(cut(&[1_400, 40, 5_000]), (vec![(400, 4_000, 1)], None, Some(4_000)));
        assert_eq!(cut(&[1_400, 40, 40]), (vec![(400, 10_000, 2)], None, None));
        assert_eq!(cut(&[]), (vec![], None, None));
    }

    #[test]
    fn stamps_beyond_the_audio_are_its_end() {
        assert_eq!(cut(&[1_000, 40, 21_000]), (vec![(0, 10_000, 1)], None, None));
    }
}

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
/// A single stamp at the very end means that nothing follows it in the window.
pub(crate) fn stretches(vocabulary: &Vocabulary, tokens: &[u32], window_ms: u32) -> Stretches {
    let is_stamp = |id: &u32| vocabulary.is_stamp(*id);
    let cuts: Vec<usize> =
        (1..tokens.len()).filter(|&at| is_stamp(&tokens[at - 1]) && is_stamp(&tokens[at])).collect();
    let Some(&last_cut) = cuts.last() else {
        return one_stretch(vocabulary, tokens, window_ms);
    };
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let closed = starts.zip(&cuts).filter_map(|(from, &to)| {
        stretch(vocabulary, &tokens[from..to], window_ms)
    });
    let mut closed: Vec<Stretch> = closed.collect();
    let rest = stretch(vocabulary, &tokens[last_cut..], window_ms);
    let ends_the_window = matches!(tokens, [.., text, stamp] if !is_stamp(text) && is_stamp(stamp));
    if ends_the_window {
        closed.extend(rest);
        return Stretches { closed, open: None, resume_ms: None };
    }
    let resume = vocabulary.stamp_ms(tokens[last_cut - 1]);
    Stretches { closed, open: rest, resume_ms: (resume < window_ms).then_some(resume) }
}

/// Without a pair of stamps, all text is one stretch to its last stamp, or to the end of the window.
fn one_stretch(vocabulary: &Vocabulary, tokens: &[u32], window_ms: u32) -> Stretches {
    let closed = stretch(vocabulary, tokens, window_ms).into_iter().collect();
    Stretches { closed, open: None, resume_ms: None }
}

/// The text of a run of tokens between its first stamp, else 0, and its last, else the end of the window.
fn stretch(vocabulary: &Vocabulary, tokens: &[u32], window_ms: u32) -> Option<Stretch> {
    let stamp = |id: &u32| vocabulary.is_stamp(*id).then(|| vocabulary.stamp_ms(*id).min(window_ms));
    let text: Vec<u32> = tokens.iter().copied().filter(|id| vocabulary.is_text(*id)).collect();
    let start_ms = tokens.first().and_then(stamp).unwrap_or(0);
    let end_ms = tokens.iter().skip(1).rev().find_map(stamp).unwrap_or(window_ms).max(start_ms);
    let said = !vocabulary.text(&text).trim().is_empty();
    said.then_some(Stretch { start_ms, end_ms, tokens: text })
}

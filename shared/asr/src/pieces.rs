//! Windows longer than what a model hears at once: cut into pieces where they are quietest, and joined again.
//!
//! Published models hear 30 s, so that a window is one piece. Small ones may hear less: attention over a short time is
//! learned from far less speech.

use crate::decode::guards;
use crate::{Language, SAMPLE_RATE, SkipReason, WindowTranscript};

/// Cuts lie on whole 20 ms, the step of time stamps.
const STEP_SAMPLES: usize = SAMPLE_RATE as usize / 50;
/// The level at a cut is that of 300 ms around it: longer than the silence before a plosive (about 100 ms), shorter
/// than most pauses between sentences.
const AROUND_SAMPLES: usize = SAMPLE_RATE as usize * 3 / 10;

/// A part of a window that the model hears at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Piece<'a> {
    /// Which window it is from.
    pub window: usize,
    /// Samples of the window before it.
    pub start: usize,
    pub pcm: &'a [f32],
    /// The language to decode in, if it is known.
    pub language: Option<Language>,
}

/// Cuts windows into pieces of at most `samples_max`, in order; every window has at least one.
pub(crate) fn cut<'a>(windows: &[&'a [f32]], samples_max: usize) -> Vec<Piece<'a>> {
    let cut_one = |(window, pcm): (usize, &&'a [f32])| {
        let starts = starts(pcm, samples_max);
        let ends = starts.iter().skip(1).copied().chain([pcm.len()]).collect::<Vec<_>>();
        let piece = |(start, end)| Piece { window, start, pcm: &pcm[start..end], language: None };
        starts.into_iter().zip(ends).map(piece).collect::<Vec<_>>()
    };
    windows.iter().enumerate().flat_map(cut_one).collect()
}

/// Where the pieces of a window begin: the latest of the quietest places in the second half of what could be heard.
fn starts(pcm: &[f32], samples_max: usize) -> Vec<usize> {
    let mut starts = vec![0];
    let mut from = 0;
    while pcm.len() - from > samples_max {
        from = quietest(pcm, from + samples_max / 2, from + samples_max);
        starts.push(from);
    }
    starts
}

/// The quietest place of a range: a multiple of [`STEP_SAMPLES`] after its start, up to its end.
fn quietest(pcm: &[f32], from: usize, to: usize) -> usize {
    let level = |at: usize| {
        let until = (at + AROUND_SAMPLES / 2).min(pcm.len());
        guards::rms(&pcm[at.saturating_sub(AROUND_SAMPLES / 2)..until])
    };
    let places = (from / STEP_SAMPLES + 1..=to / STEP_SAMPLES).map(|step| step * STEP_SAMPLES);
    places.rev().min_by(|a, b| level(*a).total_cmp(&level(*b))).unwrap_or(to)
}

/// The transcripts of pieces as one for each window, in the order of the windows.
pub(crate) fn join(pieces: &[Piece<'_>], heard: Vec<WindowTranscript>) -> Vec<WindowTranscript> {
    let mut windows: Vec<WindowTranscript> = Vec::new();
    for (piece, transcript) in pieces.iter().zip(heard) {
        match windows.get_mut(piece.window) {
            Some(window) => append(window, later(transcript, piece.start)),
            None => windows.push(transcript),
        }
    }
    windows
}

/// A piece without speech says nothing about a window that has some.
fn append(window: &mut WindowTranscript, piece: WindowTranscript) {
    let is_empty = |reason: SkipReason| {
        matches!(reason, SkipReason::Silence | SkipReason::NoSpeech | SkipReason::InventedPhrase)
    };
    let lost = |of: &WindowTranscript| of.skipped.filter(|reason| !is_empty(*reason));
    let skipped = lost(window).or(lost(&piece));
    window.segments.extend(piece.segments);
    window.no_speech_prob = window.no_speech_prob.min(piece.no_speech_prob);
    window.skipped = match window.segments.is_empty() {
        true => skipped.or(window.skipped),
        false => skipped,
    };
}

/// A transcript in a window that begins `samples` earlier.
fn later(mut transcript: WindowTranscript, samples: usize) -> WindowTranscript {
    let offset_ms = u32::try_from(samples * 1_000 / SAMPLE_RATE as usize).unwrap_or(u32::MAX);
    for segment in &mut transcript.segments {
        segment.start_ms += offset_ms;
        segment.end_ms += offset_ms;
        for word in &mut segment.words {
            word.start_ms += offset_ms;
            word.end_ms += offset_ms;
        }
    }
    transcript
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Segment;
    use proptest::prelude::*;

    const SECOND: usize = SAMPLE_RATE as usize;

    fn tone(samples: usize) -> Vec<f32> {
        (0..samples).map(|i| (i as f32 * 0.3).sin() * 0.2).collect()
    }

    #[test]
    fn a_window_that_can_be_heard_at_once_is_one_piece() {
        let pcm = tone(10 * SECOND);
        assert_eq!(cut(&[&pcm], 10 * SECOND).len(), 1);
    }

    #[test]
    fn a_longer_window_is_cut_in_its_pauses() {
        let mut pcm = tone(25 * SECOND);
        for pause in [3, 8, 17] {
            pcm[pause * SECOND..pause * SECOND + SECOND / 2].fill(0.0);
        }
        let starts: Vec<usize> = cut(&[&pcm], 10 * SECOND).iter().map(|p| p.start).collect();
        assert_eq!(starts.len(), 3);
        assert!((8 * SECOND..=8 * SECOND + SECOND / 2).contains(&starts[1]), "{starts:?}");
        assert!((17 * SECOND..=17 * SECOND + SECOND / 2).contains(&starts[2]), "{starts:?}");
    }

    fn transcript(start_ms: u32, skipped: Option<SkipReason>) -> WindowTranscript {
        let segment = Segment {
            start_ms,
            end_ms: start_ms + 500,
            text: "yes".to_owned(),
            words: Vec::new(),
            avg_log_prob: -0.1,
            temperature: 0.0,
        };
        let segments = if skipped.is_some() { Vec::new() } else { vec![segment] };
        let no_speech_prob = if skipped.is_some() { 0.9 } else { 0.1 };
        WindowTranscript { language: Language::english(), segments, no_speech_prob, skipped }
    }

    #[test]
    fn joined_pieces_count_from_the_start_of_their_window() {
        let (first, second) = (tone(15 * SECOND), tone(4 * SECOND));
        let pieces = cut(&[&first, &second], 10 * SECOND);
        let heard = vec![
            transcript(200, None),
            transcript(300, None),
            transcript(0, Some(SkipReason::NoSpeech)),
        ];
        let windows = join(&pieces, heard);
        let second_start = u32::try_from(pieces[1].start / 16).unwrap() + 300;
        let starts: Vec<u32> = windows[0].segments.iter().map(|s| s.start_ms).collect();
        assert_eq!(starts, [200, second_start]);
        assert_eq!((windows[0].skipped, windows[1].skipped), (None, Some(SkipReason::NoSpeech)));
    }

    #[test]
    fn silence_in_one_piece_is_no_silence_of_the_window_but_lost_text_is_lost() {
        let pcm = tone(15 * SECOND);
        let pieces = cut(&[&pcm], 10 * SECOND);
        let skipped = |first, second| {
            join(&pieces, vec![transcript(0, first), transcript(0, second)])[0].skipped
        };
        let (silence, lost) = (Some(SkipReason::Silence), Some(SkipReason::Repetition));
        assert_eq!(skipped(silence, None), None);
        assert_eq!(skipped(None, silence), None);
        assert_eq!(skipped(None, lost), lost);
        assert_eq!(skipped(silence, silence), silence);
    }

    proptest! {
        #[test]
        fn pieces_are_the_whole_window_in_order_and_never_too_long(
            samples in 1_usize..200_000, samples_max in 16_000_usize..60_000, seed in 0_u32..100,
        ) {
            let level = |i: usize| ((i as u32 / 3_000).wrapping_mul(seed + 7) % 11) as f32 * 0.02;
            let pcm: Vec<f32> = (0..samples).map(|i| (i as f32 * 0.2).sin() * level(i)).collect();
            let pieces = cut(&[&pcm], samples_max);
            let whole: Vec<f32> = pieces.iter().flat_map(|piece| piece.pcm.to_vec()).collect();
            prop_assert_eq!(&whole, &pcm);
            prop_assert!(pieces.iter().all(|piece| piece.pcm.len() <= samples_max));
            let longest = pieces.len().saturating_sub(1);
            prop_assert!(pieces.iter().take(longest).all(|piece| piece.pcm.len() >= samples_max / 2));
        }
    }
}

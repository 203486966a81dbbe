//! Who has the floor: runs of talk made from voice activity, the listeners' back-channels set aside.
//!
//! In four steps:
//! 1. **Utterances.** A speaker's activity is joined across own pauses of up to [`UTTERANCE_PAUSE_MS`].
//! 2. **Talk-over.** An utterance that lies inside a longer one of somebody else never has the floor. It is a
//!    back-channel if it is short or made of listed words, and otherwise shows only as overlap.
//! 3. **Runs.** What is left, in order of time, is grouped: consecutive utterances of one speaker are a run.
//! 4. **Back-channels.** A run is one, and the runs around it become one, if it is
//!    - short (up to [`BACK_CHANNEL_MS_MAX`]), between two runs of the same other speaker, no further than
//!      [`BACK_CHANNEL_GAP_MS_MAX`] from either, the one before being longer than a back-channel itself; or
//!    - made only of listed words (`back_channels`), after somebody else's run.
//!
//! Without any words only the listed-words rule falls away. Ties go to the speaker listed first.

use domain::{Span, Transcript};

use crate::back_channels::Listed;
use crate::voices::{Voice, join};

/// Pauses up to here do not end an utterance: the inter-pausal unit of the Corpus of Spontaneous Japanese.
pub(crate) const UTTERANCE_PAUSE_MS: u64 = 200;

/// Longest back-channel recognised by its length alone.
pub(crate) const BACK_CHANNEL_MS_MAX: u64 = 1_000;

/// How far the holder's speech may be from a short back-channel, on either side.
pub(crate) const BACK_CHANNEL_GAP_MS_MAX: u64 = 1_000;

/// One speaker's stay on the floor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// Index into the voices.
    pub(crate) voice: usize,
    /// In order of time, disjoint, at least one.
    pub(crate) utterances: Vec<Span>,
}

impl Run {
    /// From the first sound to the last.
    pub(crate) fn span(&self) -> Span {
        let start = self.utterances.first().map_or(0, |first| first.start_ms);
        Span::new(start, self.utterances.last().map_or(start, |last| last.end_ms))
    }
}

/// A short sign of listening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BackChannel {
    /// Index into the voices.
    pub(crate) voice: usize,
}

/// Who had the floor, in order of time; neighbours are different speakers.
pub(crate) struct Floor {
    pub(crate) runs: Vec<Run>,
    pub(crate) back_channels: Vec<BackChannel>,
}

/// Works out who had the floor.
pub(crate) fn floor(transcript: &Transcript, voices: &[Voice]) -> Floor {
    let listed: Vec<_> = voices.iter().map(|voice| Listed::of(transcript, &voice.id)).collect();
    let utterances: Vec<_> =
        voices.iter().map(|voice| join(&voice.speech, UTTERANCE_PAUSE_MS)).collect();
    let (inside, outside) = split_talk_over(&utterances);
    let signs = inside.into_iter().filter(|run| is_short(run) || listed[run.voice].covers(run));
    let mut back_channels: Vec<_> = signs.map(|run| BackChannel { voice: run.voice }).collect();
    let runs = without_back_channels(&group(outside), &listed, &mut back_channels);
    Floor { runs, back_channels }
}

/// Every utterance as a run of its own: those inside another's longer one, and the rest in order of time.
fn split_talk_over(utterances: &[Vec<Span>]) -> (Vec<Run>, Vec<Run>) {
    let of_voice = |(voice, spans): (usize, &Vec<Span>)| {
        spans.iter().map(move |span| Run { voice, utterances: vec![*span] }).collect::<Vec<_>>()
    };
    let mut all: Vec<_> = utterances.iter().enumerate().flat_map(of_voice).collect();
    all.sort_by_key(|run| (run.span(), run.voice));
    all.into_iter().partition(|run| {
        let others = utterances.iter().enumerate().filter(|(voice, _)| *voice != run.voice);
        others.into_iter().any(|(_, spans)| lies_inside(run.span(), spans))
    })
}

/// Whether `span` lies inside a longer one of these sorted, disjoint spans.
fn lies_inside(span: Span, spans: &[Span]) -> bool {
    let after = spans.partition_point(|known| known.start_ms <= span.start_ms);
    let around = after.checked_sub(1).and_then(|index| spans.get(index));
    around.is_some_and(|known| known.end_ms >= span.end_ms && *known != span)
}

fn group(utterances: Vec<Run>) -> Vec<Run> {
    let mut runs: Vec<Run> = vec![];
    for run in utterances {
        add(&mut runs, run);
    }
    runs
}

/// Appends a run, extending the last one where it is the same speaker's.
fn add(runs: &mut Vec<Run>, run: Run) {
    match runs.last_mut() {
        Some(last) if last.voice == run.voice => last.utterances.extend(run.utterances),
        _ => runs.push(run),
    }
}

fn without_back_channels(
    runs: &[Run],
    listed: &[Listed],
    found: &mut Vec<BackChannel>,
) -> Vec<Run> {
    let mut kept: Vec<Run> = vec![];
    for (index, run) in runs.iter().enumerate() {
        let holder = kept.last().filter(|last| last.voice != run.voice);
        let is_sign = holder.is_some_and(|holder| {
            is_surrounded(holder, run, runs.get(index + 1)) || listed[run.voice].covers(run)
        });
        if is_sign {
            found.push(BackChannel { voice: run.voice });
        } else {
            add(&mut kept, run.clone());
        }
    }
    kept
}

fn is_short(run: &Run) -> bool {
    run.span().length_ms() <= BACK_CHANNEL_MS_MAX
}

/// Whether a short run stands close between two runs of one speaker who is not just as brief.
fn is_surrounded(holder: &Run, run: &Run, next: Option<&Run>) -> bool {
    let near =
        |from: Span, to: Span| to.start_ms <= from.end_ms.saturating_add(BACK_CHANNEL_GAP_MS_MAX);
    let goes_on =
        next.is_some_and(|next| next.voice == holder.voice && near(run.span(), next.span()));
    is_short(run) && !is_short(holder) && near(holder.span(), run.span()) && goes_on
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Example;
    use crate::voices::voices;

    /// Runs as (voice, start, end) and how many back-channels each voice gave.
    fn check(example: Example, expected: &[(usize, u64, u64)], signs: [usize; 2]) {
        let transcript = example.build();
        let floor = floor(&transcript, &voices(&transcript));
        let runs = floor.runs.iter().map(|run| (run.voice, run.span().start_ms, run.span().end_ms));
        assert_eq!(runs.collect::<Vec<_>>(), expected);
        let by = |voice| floor.back_channels.iter().filter(|sign| sign.voice == voice).count();
        assert_eq!([by(0), by(1)], signs);
    }

    #[test]
    fn a_short_sound_inside_anothers_utterance_is_a_back_channel() {
        let call = Example::en(20_000).voice(0, &[(0, 10_000)]).voice(1, &[(4_000, 4_600)]);
        check(call, &[(0, 0, 10_000)], [0, 1]);
    }

    #[test]
    fn a_short_sound_in_the_holders_pause_does_not_end_the_run() {
        let call =
            Example::en(20_000).voice(0, &[(0, 5_000), (6_000, 9_000)]).voice(1, &[(5_200, 5_800)]);
        check(call, &[(0, 0, 9_000)], [0, 1]);
    }

    #[test]
    fn a_short_answer_after_a_long_wait_is_a_turn() {
        let call = Example::en(20_000)
            .voice(0, &[(0, 5_000), (9_000, 12_000)])
            .voice(1, &[(7_500, 8_200)]);
        check(call, &[(0, 0, 5_000), (1, 7_500, 8_200), (0, 9_000, 12_000)], [0, 0]);
    }

    #[test]
    fn a_long_turn_of_listed_words_only_is_a_back_channel() {
        let call = Example::ja(20_000)
            .voice(0, &[(0, 5_000), (8_000, 12_000)])
            .voice(1, &[(5_400, 7_600)])
            .turn(1, 5_400, 7_600, "なるほど そうですね はい");
        check(call, &[(0, 0, 12_000)], [0, 1]);
    }

    #[test]
    fn words_of_substance_keep_a_turn_of_the_same_length() {
        let call = Example::ja(20_000)
            .voice(0, &[(0, 5_000), (8_000, 12_000)])
            .voice(1, &[(5_400, 7_600)])
            .turn(1, 5_400, 7_600, "はい 火曜日 です");
        check(call, &[(0, 0, 5_000), (1, 5_400, 7_600), (0, 8_000, 12_000)], [0, 0]);
    }

    #[test]
    fn long_talk_over_takes_no_floor_and_is_no_back_channel() {
        let call = Example::en(20_000).voice(0, &[(0, 10_000)]).voice(1, &[(4_000, 6_600)]);
        check(call, &[(0, 0, 10_000)], [0, 0]);
    }

    #[test]
    fn quick_greetings_are_turns_and_not_all_back_channels() {
        let call = Example::en(20_000)
            .voice(0, &[(0, 600), (1_600, 2_300)])
            .voice(1, &[(900, 1_400), (2_500, 3_000)]);
        let turns = [(0, 0, 600), (1, 900, 1_400), (0, 1_600, 2_300), (1, 2_500, 3_000)];
        check(call, &turns, [0, 0]);
    }
}

//! How the floor passed from one to another.

use domain::analysis::Interruption;
use domain::{Role, Span};

use crate::floor::{BACK_CHANNEL_MS_MAX, Floor, Run, UTTERANCE_PAUSE_MS};
use crate::voices::{Voice, join};

/// A pause this long ends a run of talk even if nobody else takes the floor: it is a silence event.
const RUN_PAUSE_MS_MAX: u64 = 2_999;

/// How often the floor passed to another speaker.
pub(super) fn switches(floor: &Floor) -> u64 {
    floor.runs.len().saturating_sub(1) as u64
}

/// The longest stretch one speaker held the floor: own pauses under 3 s and listeners' back-channels included.
pub(super) fn longest_run_ms(floor: &Floor, voice: usize) -> u64 {
    let own = floor.runs.iter().filter(|run| run.voice == voice);
    let stretches = own.flat_map(|run| join(&run.utterances, RUN_PAUSE_MS_MAX));
    stretches.map(Span::length_ms).max().unwrap_or_default()
}

/// The longest run of anyone on this side; `None` where nobody is known to be on it.
pub(super) fn longest_run_of_role_ms(floor: &Floor, voices: &[Voice], role: Role) -> Option<u64> {
    let on_side = voices.iter().enumerate().filter(|(_, voice)| voice.role == role);
    on_side.map(|(index, _)| longest_run_ms(floor, index)).max()
}

/// Median of the agents' waits, in whole milliseconds, half up: from the end of a customer's run to the start of
/// the agent's run that follows it. Coming in early is a wait of 0. `None` without such a passage.
pub(super) fn patience_ms(floor: &Floor, voices: &[Voice]) -> Option<u64> {
    let role = |run: &Run| voices[run.voice].role;
    let answers = floor
        .runs
        .windows(2)
        .filter(|pair| role(&pair[0]) == Role::Customer && role(&pair[1]) == Role::Agent);
    let waits =
        answers.map(|pair| pair[1].span().start_ms.saturating_sub(pair[0].span().end_ms)).collect();
    median(waits)
}

fn median(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    let upper = *values.get(values.len() / 2)?;
    let lower = values[(values.len() - 1) / 2];
    Some(lower + (upper - lower).div_ceil(2))
}

/// Each time a run begins while the run before it is mid-utterance and outlives it by more than a back-channel.
///
/// Mid-utterance: the one interrupted began at least 200 ms before and goes on for at least 200 ms after the other
/// came in; anything closer is an ordinary change of speakers or a common start. The
/// interrupter's run then lasts at least 1 s beyond the end of the interrupted utterance. Back-channels are no runs.
pub(super) fn interruptions(floor: &Floor, voices: &[Voice]) -> Vec<Interruption> {
    let taken = floor.runs.windows(2).filter(|pair| takes_floor(&pair[0], &pair[1]));
    let named = |pair: &[Run]| Interruption {
        at_ms: pair[1].span().start_ms,
        by: voices[pair[1].voice].id.clone(),
        of: voices[pair[0].voice].id.clone(),
    };
    taken.map(named).collect()
}

fn takes_floor(holder: &Run, taker: &Run) -> bool {
    let Some(cut) = holder.utterances.last() else { return false };
    let (start, end) = (taker.span().start_ms, taker.span().end_ms);
    let mid_utterance = cut.start_ms.saturating_add(UTTERANCE_PAUSE_MS) <= start
        && start.saturating_add(UTTERANCE_PAUSE_MS) <= cut.end_ms;
    mid_utterance && cut.end_ms.saturating_add(BACK_CHANNEL_MS_MAX) <= end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![5]), Some(5));
        assert_eq!(median(vec![900, 100, 200]), Some(200));
        assert_eq!(median(vec![4, 1, 2, 3]), Some(3));
        assert_eq!(median(vec![u64::MAX, u64::MAX]), Some(u64::MAX));
    }
}

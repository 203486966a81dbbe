//! The words that say when a next step is due.

use std::ops::Range;

use domain::{Language, Word};

use super::{due_en, due_ja};

/// The expression of time in a quoted passage that is nearest to the cue, as words of the turn.
///
/// It is what was said ("next Tuesday"), not a date: a date needs the day of the call.
pub(super) fn due(
    words: &[Word],
    passage: &Range<usize>,
    cue: &Range<usize>,
    language: Language,
) -> Option<Range<usize>> {
    let quoted = &words[passage.clone()];
    let found = match language {
        Language::En => due_en::expressions(quoted),
        Language::Ja => due_ja::expressions(quoted),
    };
    let in_turn =
        found.into_iter().map(|words| passage.start + words.start..passage.start + words.end);
    in_turn.min_by_key(|words| distance(words, cue))
}

fn distance(a: &Range<usize>, b: &Range<usize>) -> usize {
    a.start.saturating_sub(b.end).max(b.start.saturating_sub(a.end))
}

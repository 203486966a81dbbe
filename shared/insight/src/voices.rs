//! Everyone in a call with the time their voice is heard, cleaned for arithmetic.

use std::collections::BTreeSet;

use domain::{Role, Span, SpeakerId, Transcript};

/// One speaker and when their voice is heard.
pub(crate) struct Voice {
    pub(crate) id: SpeakerId,
    pub(crate) role: Role,
    /// Inside the call, sorted, not empty, neither overlapping nor touching.
    pub(crate) speech: Vec<Span>,
}

impl Voice {
    /// Time this voice is heard.
    pub(crate) fn talk_ms(&self) -> u64 {
        length_ms(&self.speech)
    }
}

/// Everyone named anywhere in the transcript: its speakers in their order, then any other id it uses.
pub(crate) fn voices(transcript: &Transcript) -> Vec<Voice> {
    let listed = transcript.speakers.iter().map(|speaker| &speaker.id);
    let heard = transcript.activity.iter().map(|activity| &activity.speaker);
    let quoted = transcript.turns.iter().map(|turn| &turn.speaker);
    let mut seen = BTreeSet::new();
    let ids = listed.chain(heard).chain(quoted).filter(|id| seen.insert(*id));
    ids.map(|id| voice(transcript, id)).collect()
}

fn voice(transcript: &Transcript, id: &SpeakerId) -> Voice {
    let own = transcript.activity.iter().filter(|activity| &activity.speaker == id);
    let spans = own.flat_map(|activity| activity.spans.iter().copied());
    let speech = clean(spans, Span::new(0, transcript.duration_ms));
    Voice { id: id.clone(), role: transcript.role_of(id), speech }
}

/// The union of spans within bounds, as sorted stretches that neither overlap nor touch.
pub(crate) fn clean(spans: impl Iterator<Item = Span>, bounds: Span) -> Vec<Span> {
    let mut inside: Vec<_> = spans.filter_map(|span| span.intersection(bounds)).collect();
    inside.sort();
    join(&inside, 0)
}

/// Sorted spans, joined where the pause between two is no longer than `pause_ms`.
pub(crate) fn join(sorted: &[Span], pause_ms: u64) -> Vec<Span> {
    let mut joined: Vec<Span> = vec![];
    for span in sorted {
        match joined.last_mut() {
            Some(last) if span.start_ms <= last.end_ms.saturating_add(pause_ms) => {
                last.end_ms = last.end_ms.max(span.end_ms);
            }
            _ => joined.push(*span),
        }
    }
    joined
}

/// Total length of disjoint spans.
pub(crate) fn length_ms(spans: &[Span]) -> u64 {
    spans.iter().map(|span| span.length_ms()).sum()
}

/// Whether any of these clean spans shares time with `span`.
pub(crate) fn touches(clean: &[Span], span: Span) -> bool {
    let first = clean.partition_point(|known| known.end_ms <= span.start_ms);
    clean.get(first).is_some_and(|known| known.start_ms < span.end_ms)
}

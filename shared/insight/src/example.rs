//! Builds small conversations for the tests.

use domain::{Activity, Basis, Language, Role, Span, Speaker, SpeakerId, Transcript, Turn, Word};

/// A conversation under construction.
pub(crate) struct Example(Transcript);

impl Example {
    pub(crate) fn new(language: Language, duration_ms: u64) -> Self {
        let speaker = |index, role| Speaker { id: SpeakerId::nth(index), role };
        let activity = |index| Activity { speaker: SpeakerId::nth(index), spans: vec![] };
        Self(Transcript {
            language: Some(language),
            duration_ms,
            basis: Basis::Channel,
            speakers: vec![speaker(0, Role::Agent), speaker(1, Role::Customer)],
            turns: vec![],
            activity: vec![activity(0), activity(1)],
            doubts: vec![],
        })
    }

    pub(crate) fn en(duration_ms: u64) -> Self {
        Self::new(Language::En, duration_ms)
    }

    pub(crate) fn ja(duration_ms: u64) -> Self {
        Self::new(Language::Ja, duration_ms)
    }

    /// Without knowing which side anyone is on.
    pub(crate) fn roles_unknown(mut self) -> Self {
        self.0.speakers.iter_mut().for_each(|speaker| speaker.role = Role::Unknown);
        self
    }

    /// When a voice is heard, as starts and ends.
    pub(crate) fn voice(mut self, index: usize, spans: &[(u64, u64)]) -> Self {
        self.0.activity[index]
            .spans
            .extend(spans.iter().map(|(start, end)| Span::new(*start, *end)));
        self
    }

    /// Words said, one per space, spread evenly.
    pub(crate) fn turn(mut self, index: usize, start_ms: u64, end_ms: u64, text: &str) -> Self {
        let language = self.0.language.unwrap_or(Language::En);
        self.0.turns.push(Turn {
            speaker: SpeakerId::nth(index),
            start_ms,
            end_ms,
            text: text.split(' ').collect::<Vec<_>>().join(language.word_separator()),
            words: words(text, start_ms, end_ms),
        });
        self
    }

    /// A turn that is heard where it is said.
    pub(crate) fn said(self, index: usize, start_ms: u64, end_ms: u64, text: &str) -> Self {
        self.voice(index, &[(start_ms, end_ms)]).turn(index, start_ms, end_ms, text)
    }

    pub(crate) fn build(self) -> Transcript {
        self.0
    }
}

fn words(text: &str, start_ms: u64, end_ms: u64) -> Vec<Word> {
    let texts: Vec<_> = text.split(' ').filter(|text| !text.is_empty()).collect();
    let step = (end_ms - start_ms) / texts.len().max(1) as u64;
    let word = |(index, text): (u64, &str)| Word {
        text: text.into(),
        start_ms: start_ms + index * step,
        end_ms: start_ms + (index + 1) * step,
        confidence: 0.9,
    };
    (0..).zip(texts).map(word).collect()
}

/// One turn of a call, its words separated by spaces here.
pub(crate) fn turn(language: Language, text: &str) -> Turn {
    let call = Example::new(language, 10_000).turn(0, 0, 10_000, text).build();
    call.turns.into_iter().next().unwrap_or_else(|| unreachable!("one turn was added"))
}

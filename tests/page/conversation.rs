//! Builds reports for the page's tests from a script of who says what.
//!
//! In a script words are separated by spaces in both languages. `~word` is one the engine was unsure of,
//! `#word` a number it was not very sure of.

use contracts::Report;
use contracts::documents::PEAK_MS;
use contracts::report::{ModelInfo, REPORT_VERSION, ReportRecording, ReportSpeaker};
use domain::analysis::TurnSentiment;
use domain::analysis::{Highlight, HighlightKind, Highlights, Sentiment, Skipped, SummaryLine};
use domain::analysis::{QuarterSentiment, SentimentLabel, TrackerHit, TrackerResult, Trackers};
use domain::transcript::DoubtReason;
use domain::{
    Activity, Basis, CallId, Doubt, Language, Role, Span, SpeakerId, TenantId, TrackerId,
};
use domain::{Turn, Word};
use publish::page::Lane;

use crate::talk;

/// A report that grows turn by turn.
pub struct Conversation {
    /// What has been said so far, and what was found.
    pub report: Report,
    roles: Vec<Role>,
}

impl Conversation {
    /// A call between these roles in which nothing has been said.
    pub fn between(language: Option<Language>, roles: &[Role]) -> Self {
        let speakers = roles.iter().enumerate().map(|(at, role)| ReportSpeaker {
            id: SpeakerId::nth(at),
            role: *role,
            talk_ms: 0,
        });
        let report = Report {
            version: REPORT_VERSION.into(),
            tenant_id: TenantId::derived(&["page"]),
            call_id: CallId::derived(&["page"]),
            received_at: "2026-11-20T01:32:00Z".parse().unwrap(),
            duration_ms: 0,
            language,
            basis: Basis::Channel,
            model: ModelInfo { id: "whisper-large-v3-turbo".into(), caution: None },
            recordings: vec![ReportRecording {
                part: 1,
                format: "WAV, PCM signed 16 bit, 8000 Hz, 2 channels".into(),
            }],
            speakers: speakers.collect(),
            turns: vec![],
            activity: vec![],
            doubts: vec![],
            metrics: talk::nothing(),
            trackers: Trackers { method: "normalised-phrase-v1".into(), trackers: vec![] },
            sentiment: Sentiment { method: "lexicon-v1".into(), turns: vec![], quarters: vec![] },
            highlights: Highlights {
                method: "cue-phrases-v1".into(),
                moments: vec![],
                summary: vec![],
            },
            skipped: vec![],
        };
        Self { report, roles: roles.to_vec() }
    }

    /// Speaker `who` says `script`, `gap_ms` after the last turn's end; negative talks over it.
    pub fn says(mut self, who: usize, gap_ms: i64, script: &str) -> Self {
        let last = self.report.turns.last().map_or(600, |turn| turn.end_ms);
        let start = last.saturating_add_signed(gap_ms);
        let at = self.report.turns.len();
        let words = self.words(at, start, script);
        let separator = self.report.language.map_or(" ", Language::word_separator);
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        let end_ms = words.last().map_or(start, |word| word.end_ms);
        let (speaker, text) = (SpeakerId::nth(who), texts.join(separator));
        self.report.turns.push(Turn { speaker, start_ms: start, end_ms, text, words });
        self
    }

    fn words(&mut self, turn: usize, start_ms: u64, script: &str) -> Vec<Word> {
        let mut now = start_ms;
        let mut words = vec![];
        for token in script.split(' ') {
            let text = token.trim_start_matches(['~', '#']);
            let end = now + 90 + 55 * text.chars().count() as u64;
            let (span, doubt) = (Span::new(now, end), reason(token));
            let doubted = |reason| Doubt { turn, span, text: text.into(), reason };
            self.report.doubts.extend(doubt.map(doubted));
            let confidence = confidence(token, now);
            words.push(Word { text: text.into(), start_ms: now, end_ms: end - 20, confidence });
            now = end;
        }
        words
    }

    /// Marks turn `turn` as a moment; `due` are the words that name a next step's time.
    pub fn moment(mut self, kind: HighlightKind, turn: usize, due: Option<&str>) -> Self {
        let said = &self.report.turns[turn];
        let (speaker, role) = (said.speaker.clone(), self.role_of(&said.speaker));
        let (span, quote, due) = (said.span(), said.text.clone(), due.map(Into::into));
        let (cue, confidence) = (String::new(), 0.9);
        let found = Highlight { kind, turn, speaker, role, span, quote, cue, due, confidence };
        self.report.highlights.moments.push(found);
        self
    }

    /// Puts a turn into the summary.
    pub fn summed_up_by(mut self, turn: usize) -> Self {
        let quote = self.report.turns[turn].text.clone();
        self.report.highlights.summary.push(SummaryLine { turn, quote });
        self
    }

    /// A tracker with a hit wherever one of the phrases is a run of whole words.
    pub fn tracked(mut self, name: &str, phrases: &[&str]) -> Self {
        let hits = phrases.iter().flat_map(|phrase| self.hits(phrase)).collect();
        let id = TrackerId::derived(&[name]);
        self.report.trackers.trackers.push(TrackerResult { id, name: name.into(), hits });
        self
    }

    fn hits(&self, phrase: &str) -> Vec<TrackerHit> {
        let separator = self.report.language.map_or(" ", Language::word_separator);
        let mut hits = vec![];
        for (at, turn) in self.report.turns.iter().enumerate() {
            for size in 1..=6 {
                let runs = turn.words.windows(size);
                let tight =
                    runs.filter(|run| ![&run[0], &run[size - 1]].map(is_mark).contains(&true));
                let same = tight.filter(|run| joined(run, separator) == phrase);
                hits.extend(same.map(|run| self.hit(phrase, at, run)));
            }
        }
        hits
    }

    fn hit(&self, phrase: &str, turn: usize, run: &[Word]) -> TrackerHit {
        let speaker = self.report.turns[turn].speaker.clone();
        TrackerHit {
            phrase: phrase.into(),
            text: phrase.into(),
            turn,
            role: self.role_of(&speaker),
            speaker,
            span: Span::new(run[0].start_ms, run[run.len() - 1].end_ms),
            confidence: 0.9,
        }
    }

    /// Gives a turn a feeling.
    pub fn felt(mut self, turn: usize, score: f64, evidence: &[&str]) -> Self {
        let label = if score < 0.0 { SentimentLabel::Negative } else { SentimentLabel::Positive };
        let evidence = evidence.iter().map(|word| (*word).into()).collect();
        self.report.sentiment.turns.push(TurnSentiment { turn, score, label, evidence });
        self
    }

    /// States that something was not done.
    pub fn without(mut self, analysis: &str, reason: &str) -> Self {
        self.report.skipped.push(Skipped::new(analysis, reason));
        self
    }

    /// Ends the call `rest_ms` after the last word, and measures it.
    pub fn ends_after(mut self, rest_ms: u64) -> (Report, Vec<Lane>) {
        let said = self.report.turns.iter().map(|turn| turn.end_ms).max().unwrap_or(0);
        self.report.duration_ms = said + rest_ms;
        self.report.activity = (0..self.roles.len()).map(|who| self.activity(who)).collect();
        talk::measure(&mut self.report);
        self.report.sentiment.quarters = self.quarters();
        let lanes = self.report.activity.iter().map(|activity| self.lane(activity)).collect();
        (self.report, lanes)
    }

    fn activity(&self, who: usize) -> Activity {
        let speaker = SpeakerId::nth(who);
        let own = self.report.turns.iter().filter(|turn| turn.speaker == speaker);
        let spans = own.map(Turn::span).collect();
        Activity { speaker, spans }
    }

    fn quarters(&self) -> Vec<QuarterSentiment> {
        let scored = !self.report.sentiment.turns.is_empty();
        let speakers = self.report.speakers.iter().filter(|_| scored);
        speakers.flat_map(|speaker| (1..=4).map(|quarter| self.quarter(speaker, quarter))).collect()
    }

    fn quarter(&self, speaker: &ReportSpeaker, quarter: u8) -> QuarterSentiment {
        let length = self.report.duration_ms / 4;
        let span = Span::new(length * u64::from(quarter - 1), length * u64::from(quarter));
        let turns = &self.report.turns;
        let inside = |found: &&TurnSentiment| {
            let turn = &turns[found.turn];
            turn.speaker == speaker.id
                && span.start_ms <= turn.start_ms
                && turn.start_ms < span.end_ms
        };
        let scores: Vec<_> =
            self.report.sentiment.turns.iter().filter(inside).map(|found| found.score).collect();
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let score = (!scores.is_empty()).then_some(mean);
        QuarterSentiment { speaker: speaker.id.clone(), role: speaker.role, quarter, span, score }
    }

    fn lane(&self, activity: &Activity) -> Lane {
        let count = self.report.duration_ms.div_ceil(PEAK_MS);
        let loud = |at: u64| {
            let part = Span::new(at * PEAK_MS, (at + 1) * PEAK_MS);
            let heard = activity.spans.iter().any(|span| span.intersection(part).is_some());
            if heard { 45 + noise(at) % 50 } else { noise(at) % 6 }
        };
        Lane {
            speaker: activity.speaker.clone(),
            peaks: (0..count).map(|at| loud(at) as u8).collect(),
        }
    }

    fn role_of(&self, id: &SpeakerId) -> Role {
        let found = self.report.speakers.iter().find(|speaker| &speaker.id == id);
        found.map_or(Role::Unknown, |speaker| speaker.role)
    }
}

const MARKS: [char; 5] = [',', '.', '?', '、', '。'];

fn is_mark(word: &Word) -> bool {
    word.text.trim_matches(MARKS).is_empty()
}

fn joined(run: &[Word], separator: &str) -> String {
    let texts: Vec<_> = run.iter().map(|word| word.text.trim_matches(MARKS)).collect();
    texts.join(separator)
}

fn reason(token: &str) -> Option<DoubtReason> {
    match token.chars().next() {
        Some('~') => Some(DoubtReason::LowConfidence),
        Some('#') => Some(DoubtReason::UncertainNumber),
        _ => None,
    }
}

fn confidence(token: &str, seed: u64) -> f32 {
    match reason(token) {
        Some(DoubtReason::LowConfidence) => 0.31,
        Some(DoubtReason::UncertainNumber) => 0.66,
        None if noise(seed).is_multiple_of(11) => 0.71,
        None => 0.95,
    }
}

// Scattered but the same in every run.
fn noise(seed: u64) -> u64 {
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) >> 40
}

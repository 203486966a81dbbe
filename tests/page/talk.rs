//! Measures a built conversation, roughly as the real analysis would: enough for a page to look at.

use contracts::Report;
use domain::analysis::{Interruption, Metrics, Overlap, SpeakerMetrics};
use domain::{Basis, Language, Role, Span};

const STEP_MS: u64 = 50;
const SILENCE_MS: u64 = 3_000;
const OVERLAP_MS: u64 = 1_000;

/// The metrics of a call in which nothing happened.
pub fn nothing() -> Metrics {
    Metrics {
        basis: Basis::Channel,
        duration_ms: 0,
        speech_ms: 0,
        silence_ms: 0,
        overlap_ms: 0,
        speakers: vec![],
        silences: vec![],
        overlaps: vec![],
        interruptions: vec![],
        switches: 0,
        switches_per_min: 0.0,
        patience_ms: None,
        longest_monologue_ms: None,
        longest_customer_story_ms: None,
        pace_gap: None,
    }
}

/// Fills the report's metrics and talk times from its turns and activity.
pub fn measure(report: &mut Report) {
    let silent = stretches(report, |voices| voices == 0);
    let double = stretches(report, |voices| voices > 1);
    let talk: Vec<u64> = report.activity.iter().map(|one| total(&one.spans)).collect();
    for (speaker, talk_ms) in report.speakers.iter_mut().zip(&talk) {
        speaker.talk_ms = *talk_ms;
    }
    let speakers = (0..talk.len()).map(|who| speaker(report, &talk, who)).collect();
    let (silence_ms, overlap_ms) = (total(&silent), total(&double));
    let switches =
        report.turns.windows(2).filter(|pair| pair[0].speaker != pair[1].speaker).count() as u64;
    report.metrics = Metrics {
        basis: report.basis,
        duration_ms: report.duration_ms,
        speech_ms: report.duration_ms - silence_ms,
        silence_ms,
        overlap_ms,
        speakers,
        silences: silent.into_iter().filter(|span| span.length_ms() >= SILENCE_MS).collect(),
        overlaps: overlaps(report, &double),
        interruptions: interruptions(report),
        switches,
        switches_per_min: per(switches, report.duration_ms, 60_000.0),
        patience_ms: (report.turns.len() > 3).then_some(640),
        longest_monologue_ms: longest(report, Role::Agent),
        longest_customer_story_ms: longest(report, Role::Customer),
        pace_gap: (report.turns.len() > 3).then_some(0.07),
    };
}

fn speaker(report: &Report, talk: &[u64], who: usize) -> SpeakerMetrics {
    let id = report.speakers[who].id.clone();
    let own = || report.turns.iter().filter(|turn| turn.speaker == id);
    let words = own().map(|turn| turn.words.len() as u64).sum::<u64>();
    let characters = own().map(|turn| turn.text.chars().count() as u64).sum::<u64>();
    let asks = own().filter(|turn| turn.text.ends_with(['?', 'か', '？'])).count() as u64;
    let japanese = report.language == Some(Language::Ja);
    let everyone = talk.iter().sum::<u64>().max(1);
    SpeakerMetrics {
        talk_ms: talk[who],
        share_of_talk: per(talk[who], everyone, 1.0),
        share_of_call: per(talk[who], report.duration_ms, 1.0),
        turns: own().count() as u64,
        longest_run_ms: own().map(|turn| turn.span().length_ms()).max().unwrap_or(0),
        back_channels: 2 + who as u64,
        words,
        words_per_min: (!japanese).then(|| per(words, talk[who], 60_000.0)),
        characters_per_s: japanese.then(|| per(characters, talk[who], 1_000.0)),
        questions: asks,
        questions_per_hour: per(asks, report.duration_ms, 3_600_000.0),
        fillers: 3 + who as u64,
        fillers_per_min: per(3 + who as u64, talk[who], 60_000.0),
        interruptions_made: interruptions(report).iter().filter(|found| found.by == id).count()
            as u64,
        speaker: id,
    }
}

fn per(count: u64, base: u64, unit: f64) -> f64 {
    if base == 0 { 0.0 } else { count as f64 / base as f64 * unit }
}

fn total(spans: &[Span]) -> u64 {
    spans.iter().map(|span| span.length_ms()).sum()
}

fn longest(report: &Report, role: Role) -> Option<u64> {
    let id = &report.speakers.iter().find(|speaker| speaker.role == role)?.id;
    report.turns.iter().filter(|turn| &turn.speaker == id).map(|turn| turn.span().length_ms()).max()
}

fn voices(report: &Report, at: u64) -> usize {
    let speaks = |spans: &[Span]| spans.iter().any(|span| span.start_ms <= at && at < span.end_ms);
    report.activity.iter().filter(|one| speaks(&one.spans)).count()
}

fn stretches(report: &Report, wanted: impl Fn(usize) -> bool) -> Vec<Span> {
    let mut found: Vec<Span> = vec![];
    for step in 0..report.duration_ms / STEP_MS {
        let here = Span::new(step * STEP_MS, (step + 1) * STEP_MS);
        if !wanted(voices(report, here.start_ms)) {
            continue;
        }
        match found.last_mut().filter(|last| last.end_ms == here.start_ms) {
            Some(last) => last.end_ms = here.end_ms,
            None => found.push(here),
        }
    }
    found
}

fn overlaps(report: &Report, double: &[Span]) -> Vec<Overlap> {
    let long = double.iter().filter(|span| span.length_ms() >= OVERLAP_MS);
    let comes_in = |span: &Span| {
        let turn = report.turns.iter().rev().find(|turn| turn.start_ms <= span.start_ms + STEP_MS);
        turn.map(|turn| Overlap { span: *span, started_by: turn.speaker.clone() })
    };
    long.filter_map(comes_in).collect()
}

fn interruptions(report: &Report) -> Vec<Interruption> {
    let pairs = report.turns.windows(2).filter(|pair| pair[0].end_ms > pair[1].start_ms + 500);
    let taken = |pair: &[domain::Turn]| Interruption {
        at_ms: pair[1].start_ms,
        by: pair[1].speaker.clone(),
        of: pair[0].speaker.clone(),
    };
    pairs.map(taken).collect()
}

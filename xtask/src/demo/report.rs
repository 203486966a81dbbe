//! The report, printed for people.

use contracts::report::Report;
use domain::{Language, Role, SpeakerId, Turn};

use super::call::Truth;
use crate::error_rate::ErrorRate;
use crate::say;

/// Turns printed; the page has all of them.
const TURNS_PRINTED: usize = 16;

/// Prints the report, and for a sample how far it is from the truth.
pub(crate) fn print(report: &Report, truth: Option<&Truth>) {
    let language = report.language.map_or("nobody spoke", Language::code);
    println!(
        "\nReport of {} — {}, {language}, {:?}",
        report.call_id,
        clock(report.duration_ms),
        report.basis
    );
    print_speakers(report);
    print_metrics(report);
    print_transcript(report);
    print_error_rate(report, truth);
    print_trackers(report);
    print_highlights(report);
    for skipped in &report.skipped {
        println!("  not done: {} — {}", skipped.analysis, skipped.reason);
    }
}

/// Says what the demonstration model cannot do; on standard error, because it is no part of a report.
pub(crate) fn print_caution() {
    say::line(
        "\nThe words come from the small demonstration model. It knows the synthetic voices it was trained on and \
         does not understand real people.\nFor real calls use real weights:\n  \
         cargo xtask model fetch openai/whisper-large-v3-turbo\n  \
         cargo xtask model fetch kotoba-tech/kotoba-whisper-v2.0      (Japanese)\n  \
         cargo xtask demo CALL.wav --model target/models/openai--whisper-large-v3-turbo",
    );
}

fn print_speakers(report: &Report) {
    println!("\nSpeakers");
    for speaker in &report.speakers {
        let metrics = report.metrics.speakers.iter().find(|metrics| metrics.speaker == speaker.id);
        let share = metrics.map(|metrics| format!(" ({:.0} %)", 100.0 * metrics.share_of_talk));
        let (id, role, talk) = (speaker.id.as_str(), speaker.role.as_str(), clock(speaker.talk_ms));
        println!("  {id:<4} {role:<9} talks {talk:>6}{}", share.unwrap_or_default());
    }
}

fn print_metrics(report: &Report) {
    let metrics = &report.metrics;
    println!("\nMetrics");
    println!("  overlap {}   silence {}", clock(metrics.overlap_ms), clock(metrics.silence_ms));
    println!("  speaker changes {} ({:.1} per minute)", metrics.switches, metrics.switches_per_min);
    println!(
        "  interruptions {}   long silences {}",
        metrics.interruptions.len(),
        metrics.silences.len()
    );
    let optional = [
        ("longest agent monologue", metrics.longest_monologue_ms),
        ("longest customer story", metrics.longest_customer_story_ms),
        ("agent's patience", metrics.patience_ms),
    ];
    for (name, value) in optional.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        println!("  {name} {:.1} s", seconds(value));
    }
    for speaker in &metrics.speakers {
        let pace = speaker.words_per_min.map(|pace| format!("{pace:.0} words/min"));
        let pace = pace.or(speaker.characters_per_s.map(|pace| format!("{pace:.1} characters/s")));
        println!(
            "  {}: {} turns, {}, {} questions, {} fillers, {} back-channels",
            role_of(report, &speaker.speaker),
            speaker.turns,
            pace.unwrap_or_else(|| "pace unknown".into()),
            speaker.questions,
            speaker.fillers,
            speaker.back_channels,
        );
    }
}

fn print_transcript(report: &Report) {
    println!("\nTranscript");
    for turn in report.turns.iter().take(TURNS_PRINTED) {
        println!("  {}", line(report, turn));
    }
    let more = report.turns.len().saturating_sub(TURNS_PRINTED);
    if more > 0 {
        println!("  … and {more} more turns on the page");
    }
    if !report.doubts.is_empty() {
        println!("  {} passages are marked doubtful", report.doubts.len());
    }
}

fn line(report: &Report, turn: &Turn) -> String {
    format!("{:>6} {:<9} {}", clock(turn.start_ms), role_of(report, &turn.speaker), turn.text)
}

fn print_error_rate(report: &Report, truth: Option<&Truth>) {
    let Some(truth) = truth else { return };
    let unit = match truth.language {
        Language::En => "word",
        Language::Ja => "character",
    };
    let rate = rate(report, truth).percent();
    println!("  measured {unit} error rate against the true transcript: {rate:.1} %");
}

/// Compares side by side, so that overlapping speech has one order only.
fn rate(report: &Report, truth: &Truth) -> ErrorRate {
    let of = |role| ErrorRate::between(&truth.said_by(role), &heard(report, role), truth.language);
    of(Role::Agent).plus(of(Role::Customer))
}

/// Everything one side says in the report.
fn heard(report: &Report, role: Role) -> String {
    let speakers = report.speakers.iter().filter(|speaker| speaker.role == role);
    let ids: Vec<_> = speakers.map(|speaker| &speaker.id).collect();
    let turns = report.turns.iter().filter(|turn| ids.contains(&&turn.speaker));
    turns.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn print_trackers(report: &Report) {
    println!("\nTrackers ({})", report.trackers.method);
    for tracker in &report.trackers.trackers {
        let hits =
            tracker.hits.iter().map(|hit| format!("{} “{}”", clock(hit.span.start_ms), hit.text));
        let hits: Vec<String> = hits.collect();
        let found = if hits.is_empty() { "no hit".to_owned() } else { hits.join(", ") };
        println!("  {:<12} {found}", tracker.name);
    }
}

fn print_highlights(report: &Report) {
    println!("\nHighlights ({})", report.highlights.method);
    for moment in &report.highlights.moments {
        let kind = format!("{:?}", moment.kind);
        println!(
            "  {:>6} {kind:<10} {:<9} {}",
            clock(moment.span.start_ms),
            moment.role.as_str(),
            moment.quote
        );
    }
}

fn role_of<'a>(report: &'a Report, speaker: &'a SpeakerId) -> &'a str {
    let known = report.speakers.iter().find(|known| &known.id == speaker);
    match known.map(|known| known.role.as_str()) {
        Some("unknown") | None => speaker.as_str(),
        Some(role) => role,
    }
}

/// Minutes and seconds.
fn clock(ms: u64) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1000 % 60)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a call has fewer milliseconds than a float has digits"
)]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

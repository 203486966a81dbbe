//! The tables: medians of what was measured, and ratios within rounds.

use std::fmt::Write;

use super::contender::{Case, OURS};
use super::measurement::Measurement;
use super::{Asr, Measured};

/// What is above the tables.
pub(super) fn heading(options: &Asr) -> String {
    format!(
        "# Speech engines side by side\n\n\
         Random weights of published sizes, 30 s of sound, {} tokens for each window; medians of {} interleaved rounds.\n\
         Processor milliseconds of all threads. A token is one step for all windows; a window is the encoder once and\n\
         all tokens.\n\n",
        options.tokens, options.rounds
    )
}

/// The table of one size and case.
pub(super) fn of(size: &str, case: Case, measured: &[Measured], tokens: usize) -> String {
    let mut text = format!(
        "## {size}: {case}\n\n\
         | engine | encoder ms | token ms | window ms | window by the clock | load ms | peak memory |\n\
         |---|---:|---:|---:|---:|---:|---:|\n"
    );
    for one in measured {
        let name = one.contender.name;
        let _ = match &one.rounds {
            Ok(rounds) => writeln!(text, "| {name} |{}", medians(rounds, tokens)),
            Err(trouble) => writeln!(text, "| {name} | not measured: {trouble} | | | | | |"),
        };
    }
    text.push_str(&ratios(measured, tokens));
    text
}

fn medians(rounds: &[Measurement], tokens: usize) -> String {
    let of = |value: fn(&Measurement) -> f64| median(rounds.iter().map(value).collect());
    let token = median(rounds.iter().map(|round| round.token_ms(tokens)).collect());
    format!(
        " {:.0} | {token:.2} | {:.0} | {:.0} | {:.0} | {:.0} MB |",
        of(|m| m.encoder_ms),
        of(Measurement::window_ms),
        of(Measurement::window_wall_ms),
        of(|m| m.load_ms),
        of(|m| m.peak_memory_mb),
    )
}

/// Our engine's time over that of each other, round by round.
fn ratios(measured: &[Measured], tokens: usize) -> String {
    let rounds = |name: &str| {
        let found = measured.iter().find(|one| one.contender.name == name);
        found.and_then(|one| one.rounds.as_ref().ok())
    };
    let Some(ours) = rounds(OURS) else { return String::new() };
    let mut text = format!("\n| {OURS} over | encoder | token | window |\n|---|---:|---:|---:|\n");
    for other in measured.iter().map(|one| one.contender.name).filter(|name| *name != OURS) {
        let Some(theirs) = rounds(other) else { continue };
        let over = |value: &dyn Fn(&Measurement) -> f64| {
            spread(ours.iter().zip(theirs).map(|(a, b)| value(a) / value(b)).collect())
        };
        let encoder = over(&|m| m.encoder_ms);
        let token = over(&|m| m.token_ms(tokens));
        let window = over(&|m| m.window_ms());
        let _ = writeln!(text, "| {other} | {encoder} | {token} | {window} |");
    }
    text + "\n"
}

/// Median, least and greatest.
pub(super) fn spread(mut values: Vec<f64>) -> String {
    values.sort_by(f64::total_cmp);
    let (Some(least), Some(greatest)) = (values.first(), values.last()) else {
        return "—".to_owned();
    };
    let (least, greatest) = (*least, *greatest);
    format!("{:.2} ({least:.2}–{greatest:.2})", median(values))
}

/// The middle one.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

//! `cargo xtask bench asr`: the speech engine beside what people would use instead, on the same weights and audio.
//!
//! Every round runs every engine once, in its own process, so that a noisy machine disturbs all alike; ratios are taken
//! within a round, and their medians are shown.

mod call;
mod contender;
mod measurement;
mod parity;
mod peak;
mod peers;
mod table;

use std::fs;

use clap::Args;

use self::contender::{Case, Contender, contenders};
use self::measurement::{Measurement, run};
use self::parity::Parity;
use self::peers::Peers;
use crate::say::{self, Work};
use crate::workspace::Workspace;
use crate::{Explain, Trouble, engine};

/// What to measure.
#[derive(Args, Debug)]
pub struct Asr {
    /// Published model sizes, made with random weights.
    #[arg(long, value_delimiter = ',', default_value = "tiny,base")]
    sizes: Vec<Size>,
    /// Rounds; medians are shown.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Tokens written for each window.
    #[arg(long, default_value_t = 100)]
    tokens: usize,
    /// Compare numbers with the reference implementation instead of times with the peers.
    #[arg(long, conflicts_with = "call")]
    parity: bool,
    /// Compare the time of a whole two-channel call of half an hour instead of that of single windows.
    #[arg(long)]
    call: bool,
}

/// A published model size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Size {
    Tiny,
    Base,
    Small,
}

impl Size {
    fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Base => "base",
            Self::Small => "small",
        }
    }
}

/// What one engine did in every round; an error for an engine that cannot be measured.
struct Measured {
    contender: Contender,
    rounds: Result<Vec<Measurement>, Trouble>,
}

/// Measures and prints the tables. The answer is whether every engine could be measured, or all numbers agree.
///
/// # Errors
/// When the engine or the models cannot be made. A missing peer is told in the tables.
pub fn asr(workspace: &Workspace, options: &Asr) -> Result<bool, Trouble> {
    let folder = workspace.target().join("bench/asr");
    let peers = Peers::prepare(workspace, &folder)?;
    let (name, (report, well)) = match (options.parity, options.call) {
        (true, _) => ("parity.md", compare(workspace, &peers, options)?),
        (_, true) => ("call.md", (call::race(workspace, &peers, options)?, true)),
        _ => ("report.md", race(workspace, &peers, options)?),
    };
    let file = folder.join(name);
    fs::write(&file, report).explain(format!("writing {}", file.display()))?;
    say::line(format!("Written to {}", file.display()));
    Ok(well)
}

/// The engine's numbers beside the reference's.
fn compare(workspace: &Workspace, peers: &Peers, options: &Asr) -> Result<(String, bool), Trouble> {
    let parity = Parity::prepare(workspace, peers)?;
    let (mut report, mut agree) = (parity::HEADING.to_owned(), true);
    for size in &options.sizes {
        let (row, agrees) = parity.row(*size)?;
        report.push_str(&row);
        agree &= agrees;
    }
    println!("{report}");
    Ok((report, agree))
}

/// The engine's times beside the peers'.
fn race(workspace: &Workspace, peers: &Peers, options: &Asr) -> Result<(String, bool), Trouble> {
    let (speed, peak) = (engine::build(workspace, "speed")?, engine::build(workspace, "peak")?);
    let audio = peers.sound("window.wav", 30)?;
    let mut report = table::heading(options);
    let mut complete = true;
    for size in &options.sizes {
        let models = peers.models(size.name())?;
        let part = peak::table(&peak, &models.own, size.name())?;
        println!("{part}");
        report.push_str(&part);
        for case in Case::ALL {
            let all = contenders(&speed, peers, &models, &audio, case, options.tokens);
            let measured = rounds(all, options.rounds, &format!("{}, {case}", size.name()));
            complete &= measured.iter().all(|one| one.rounds.is_ok());
            let part = table::of(size.name(), case, &measured, options.tokens);
            println!("{part}");
            report.push_str(&part);
        }
    }
    Ok((report, complete))
}

/// All engines once in each round. One that fails is not asked again.
fn rounds(contenders: Vec<Contender>, rounds: usize, what: &str) -> Vec<Measured> {
    let begin = |contender| Measured { contender, rounds: Ok(Vec::new()) };
    let mut measured: Vec<Measured> = contenders.into_iter().map(begin).collect();
    let work = Work::begin(format!("measuring {what}"));
    for round in 1..=rounds.max(1) {
        for one in &mut measured {
            work.tell(format!("round {round} of {rounds}: {}", one.contender.name));
            one.add_round();
        }
    }
    work.done("");
    measured
}

impl Measured {
    fn add_round(&mut self) {
        let Ok(rounds) = &mut self.rounds else { return };
        match run(&self.contender) {
            Ok(measurement) => rounds.push(measurement),
            Err(trouble) => self.rounds = Err(trouble),
        }
    }
}

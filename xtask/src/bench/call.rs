//! `--call`: a whole two-channel call, from the file to the last token, each engine with its own voice activity and batching.

use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use super::contender::{Contender, OURS};
use super::measurement::run;
use super::peers::Peers;
use super::table::{median, spread};
use super::{Asr, Size};
use crate::say::Work;
use crate::workspace::Workspace;
use crate::{Trouble, engine};

/// Half an hour.
const SECONDS: usize = 1_800;
/// Windows decoded together.
const ROWS: usize = 8;

/// What an engine's program prints of a call. Milliseconds of the processor; loading is not in them.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Called {
    call_ms: f64,
    call_wall_ms: f64,
    segments: f64,
    peak_memory_mb: f64,
}

/// Measures every size, and prints and returns the tables.
pub(super) fn race(workspace: &Workspace, peers: &Peers, options: &Asr) -> Result<String, Trouble> {
    let program = engine::build(workspace, "call")?;
    let sample = workspace.root().join("events/samples/en/call.ogg");
    let audio = peers.call(&sample, SECONDS)?;
    let mut report = heading(options);
    for size in &options.sizes {
        let contenders = contenders(&program, peers, *size, &audio, options.tokens)?;
        let part = table(*size, &contenders, options.rounds)?;
        println!("{part}");
        report.push_str(&part);
    }
    Ok(report)
}

fn contenders(
    program: &Path,
    peers: &Peers,
    size: Size,
    audio: &Path,
    tokens: usize,
) -> Result<[Contender; 2], Trouble> {
    let models = peers.models(size.name())?;
    let (rows, tokens) = (ROWS.to_string(), tokens.to_string());
    let own = [models.own.into(), audio.into(), "--rows".into(), rows.clone().into()];
    let own = own.into_iter().chain(["--tokens".into(), tokens.clone().into()]).collect();
    let peer = [peers.program("peer_faster_whisper_call.py"), models.ctranslate2, audio.to_owned()];
    let numbers = ["int8".to_owned(), "1".to_owned(), rows, tokens];
    let peer = peer.into_iter().map(Into::into).chain(numbers.into_iter().map(Into::into));
    Ok([
        Contender { name: OURS, program: program.to_owned(), arguments: own, threads: 1 },
        Contender {
            name: "faster-whisper int8",
            program: peers.python(),
            arguments: peer.collect(),
            threads: 1,
        },
    ])
}

/// Both engines in every round, ours first.
fn table(size: Size, contenders: &[Contender; 2], rounds: usize) -> Result<String, Trouble> {
    let work = Work::begin(format!("a call of {SECONDS} s at size {}", size.name()));
    let mut measured: [Vec<Called>; 2] = [vec![], vec![]];
    for round in 1..=rounds.max(1) {
        for (contender, measured) in contenders.iter().zip(&mut measured) {
            work.tell(format!("round {round} of {rounds}: {}", contender.name));
            measured.push(run(contender)?);
        }
    }
    work.done("");
    let mut text = format!(
        "\n## {}\n\n| engine | call s | by the clock s | windows | peak memory |\n|---|---:|---:|---:|---:|\n",
        size.name()
    );
    for (contender, rounds) in contenders.iter().zip(&measured) {
        let of = |value: fn(&Called) -> f64| median(rounds.iter().map(value).collect());
        let (call, wall) = (of(|c| c.call_ms) / 1e3, of(|c| c.call_wall_ms) / 1e3);
        let (windows, memory) = (of(|c| c.segments), of(|c| c.peak_memory_mb));
        let name = contender.name;
        let _ = writeln!(text, "| {name} | {call:.1} | {wall:.1} | {windows} | {memory:.0} MB |");
    }
    let [ours, theirs] = &measured;
    let ratios = ours.iter().zip(theirs).map(|(ours, theirs)| ours.call_ms / theirs.call_ms);
    let _ = writeln!(text, "\n{OURS} over {}: {}", contenders[1].name, spread(ratios.collect()));
    Ok(text)
}

fn heading(options: &Asr) -> String {
    format!(
        "# A two-channel call of {SECONDS} s from end to end\n\n\
         Random weights, one thread, {ROWS} windows at a time, {} tokens for each window, medians of {} interleaved\n\
         rounds. Decoding the file, voice activity, packing and text are in it, loading the model is not.\n",
        options.tokens, options.rounds
    )
}

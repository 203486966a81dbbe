//! Who is measured: each engine with the arguments of one case.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use super::peers::{Models, Peers};

/// Our engine as the ratios are about it: 8-bit weights, the best instructions there are.
pub(super) const OURS: &str = "Kaiwa int8";

/// How many windows at once, on how many threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Case {
    pub threads: usize,
    pub rows: usize,
}

impl Case {
    pub(super) const ALL: [Self; 3] =
        [Self { threads: 1, rows: 1 }, Self { threads: 1, rows: 8 }, Self { threads: 2, rows: 1 }];
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        let (rows, threads) = (self.rows, self.threads);
        write!(f, "{rows} window{} on {threads} thread{}", plural(rows), plural(threads))
    }
}

/// One engine, and how it is run for one measurement.
#[derive(Clone, Debug)]
pub(super) struct Contender {
    pub name: &'static str,
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    pub threads: usize,
}

/// Every engine that can do a case.
pub(super) fn contenders(
    engine: &Path,
    peers: &Peers,
    models: &Models,
    audio: &Path,
    case: Case,
    tokens: usize,
) -> Vec<Contender> {
    let Case { threads, rows } = case;
    let own = |name, more: &[&str]| {
        let mut arguments: Vec<OsString> = vec![models.own.clone().into()];
        arguments.extend(["--audio".into(), audio.into()]);
        for (option, value) in
            [("threads", threads), ("rows", rows), ("tokens", tokens), ("rounds", 1)]
        {
            arguments.extend([format!("--{option}").into(), value.to_string().into()]);
        }
        arguments.extend(more.iter().map(OsString::from));
        Contender { name, program: engine.to_owned(), arguments, threads }
    };
    let peer = |name, program, model: &Path, numbers: &[String]| {
        let mut arguments = vec![peers.program(program).into(), model.into(), audio.into()];
        arguments.extend(numbers.iter().map(OsString::from));
        Contender { name, program: peers.python(), arguments, threads }
    };
    let ctranslate2 = |name, kind: &str| {
        let numbers = [kind.to_owned(), threads.to_string(), rows.to_string(), tokens.to_string()];
        peer(name, "peer_faster_whisper.py", &models.ctranslate2, &numbers)
    };
    let mut all = vec![
        own(OURS, &["--int8"]),
        own("Kaiwa int8, AVX2", &["--int8", "--instructions", "avx2"]),
        own("Kaiwa float32", &[]),
        ctranslate2("faster-whisper int8", "int8"),
        ctranslate2("faster-whisper float32", "float32"),
    ];
    // It decodes one window at a time.
    if rows == 1 {
        let numbers = [threads.to_string(), tokens.to_string()];
        all.push(peer("whisper.cpp q8_0", "peer_whisper_cpp.py", &models.whisper_cpp, &numbers));
    }
    all
}

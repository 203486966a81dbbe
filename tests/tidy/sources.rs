//! Rules for single files: entry points that only wire, names that say something, nothing left undone, nothing
//! of one machine.

use crate::assert_tidy;
use crate::tree::{Source, paths, sources};

/// Lines of a function's `main.rs`.
const MAIN_LINES_MAX: usize = 30;

/// Lines of a source file without its tests; a longer one holds more than one thought.
const FILE_LINES_MAX: usize = 400;

/// Names that say nothing about what is in the file.
const EMPTY_NAMES: [&str; 9] =
    ["utils", "util", "common", "helpers", "helper", "manager", "misc", "stuff", "shared_code"];

/// Marks of work left undone. Written in two parts, so that this file is not among the breaches.
const UNDONE: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("XX", "X "),
];

/// Folders that exist on one machine only, and ways to name a registry other than the public one.
const OF_ONE_MACHINE: [&str; 9] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("C:\\", "Users"),
    concat!("index", "-url"),
    concat!("trusted", "-host"),
    concat!("replace", "-with"),
    concat!("sparse", "+http"),
];

/// What people write; vocabularies, word lists and audio are not among it.
const WRITTEN: [&str; 14] = [
    "rs", "py", "js", "css", "html", "yaml", "yml", "toml", "md", "sh", "json", "txt", "lock", "in",
];

/// Files with text that was not written for this repository: vocabularies and texts to speak.
fn is_data(path: &str) -> bool {
    let folders = [
        "shared/asr/demo-model/",
        "shared/asr/tests/reference/",
        "xtask/model/data/",
        "tests/accuracy/sets/",
        "events/samples/",
    ];
    folders.iter().any(|folder| path.starts_with(folder))
}

fn written() -> Vec<Source> {
    sources(&WRITTEN).into_iter().filter(|source| !is_data(&source.path)).collect()
}

fn long_mains(sources: &[Source]) -> Vec<String> {
    let mains = sources.iter().filter(|source| {
        source.path.starts_with("functions/") && source.path.ends_with("/src/main.rs")
    });
    let long = mains.filter(|source| source.text.lines().count() > MAIN_LINES_MAX);
    long.map(|source| {
        format!(
            "{}: more than {MAIN_LINES_MAX} lines; main only wires, move the rest to lib.rs",
            source.path
        )
    })
    .collect()
}

fn long_files(sources: &[Source]) -> Vec<String> {
    let long =
        sources.iter().filter(|source| source.without_tests().lines().count() > FILE_LINES_MAX);
    long.map(|source| {
        format!("{}: more than {FILE_LINES_MAX} lines; part it by what it tells", source.path)
    })
    .collect()
}

fn empty_names(paths: &[String]) -> Vec<String> {
    let is_empty = |path: &&String| {
        let words = path.split(['/', '.', '-', '_']);
        words.into_iter().any(|word| EMPTY_NAMES.contains(&word.to_lowercase().as_str()))
    };
    let empty = paths.iter().filter(is_empty);
    empty
        .map(|path| {
            format!(
                "{path}: name it after what is in it, not utils, common, helpers, manager or misc"
            )
        })
        .collect()
}

fn undone(sources: &[Source]) -> Vec<String> {
    found(sources, &UNDONE, "finish it, or write an issue and leave no mark")
}

fn of_one_machine(sources: &[Source]) -> Vec<String> {
    found(
        sources,
        &OF_ONE_MACHINE,
        "nobody else has this folder or registry; use a relative path or the public one",
    )
}

fn ignored_tests(sources: &[Source]) -> Vec<String> {
    found(
        sources,
        &[concat!("#[ig", "nore")],
        "a test runs or is deleted; one that needs something says so loudly",
    )
}

fn found(sources: &[Source], marks: &[&str], advice: &str) -> Vec<String> {
    let lines = sources.iter().flat_map(|source| source.lines().map(|line| (&source.path, line)));
    let marked = lines.filter_map(|(path, (number, line))| {
        let mark = marks.iter().find(|mark| line.contains(**mark))?;
        Some(format!("{path}:{number}: `{}`: {advice}", mark.trim()))
    });
    marked.collect()
}

/// Crates come from one registry or from this repository, never from somebody's git branch.
fn foreign_crates(lock: &str) -> Vec<String> {
    let sources = lock.lines().filter(|line| line.starts_with("source = "));
    let registry = sources.clone().find(|line| line.starts_with("source = \"registry+"));
    let foreign = sources.filter(|line| Some(*line) != registry);
    foreign.map(|line| format!("Cargo.lock: {line}: take the crate from the registry")).collect()
}

#[test]
fn entry_points_only_wire() {
    assert_tidy(long_mains(&sources(&["rs"])));
}

#[test]
fn a_long_entry_point_is_noticed() {
    let long = "line\n".repeat(MAIN_LINES_MAX + 1);
    assert_eq!(long_mains(&[Source::new("functions/x/src/main.rs", &long)]).len(), 1);
    assert!(long_mains(&[Source::new("functions/x/src/lib.rs", &long)]).is_empty());
}

#[test]
fn files_hold_one_thought() {
    assert_tidy(long_files(&sources(&["rs", "py", "js"])));
}

#[test]
fn a_long_file_is_noticed_but_its_tests_do_not_count() {
    let (code, tests) = ("line\n".repeat(FILE_LINES_MAX), "#[cfg(test)]\nmod tests {}\n".repeat(9));
    assert!(long_files(&[Source::new("a.rs", &format!("{code}{tests}"))]).is_empty());
    assert_eq!(long_files(&[Source::new("a.rs", &format!("{code}line\n"))]).len(), 1);
}

#[test]
fn file_names_say_what_is_inside() {
    assert_tidy(empty_names(&paths()));
}

#[test]
fn a_name_that_says_nothing_is_noticed_as_a_word_and_not_inside_one() {
    let paths =
        ["a/utils.rs", "a/http_helpers/mod.rs", "Common.md", "a/uncommon.rs"].map(String::from);
    assert_eq!(empty_names(&paths).len(), 3);
}

#[test]
fn nothing_is_left_undone() {
    assert_tidy(undone(&written()));
}

#[test]
fn nothing_belongs_to_one_machine() {
    assert_tidy(of_one_machine(&written()));
    assert_tidy(foreign_crates(&crate::tree::read("Cargo.lock")));
}

#[test]
fn no_test_is_ignored() {
    assert_tidy(ignored_tests(&sources(&["rs"])));
}

#[test]
fn every_mark_is_noticed_with_its_line() {
    for mark in UNDONE {
        let source = Source::new("a.rs", &format!("fine\n// {mark}: later"));
        assert!(undone(&[source])[0].starts_with("a.rs:2: "), "{mark}");
    }
    for mark in OF_ONE_MACHINE {
        assert_eq!(
            of_one_machine(&[Source::new("a.sh", &format!("cd {mark}me"))]).len(),
            1,
            "{mark}"
        );
    }
    assert_eq!(ignored_tests(&[Source::new("a.rs", concat!("#[ig", "nore = \"slow\"]"))]).len(), 1);
    assert_eq!(foreign_crates("source = \"git+https://example.org/x\"\n").len(), 1);
}

//! The files of the repository.

use std::path::Path;

use testkit::root;

/// A text file, by its path from the root.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The lines, numbered as editors do.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The text up to the tests at its end.
    pub fn without_tests(&self) -> &str {
        self.text.split("#[cfg(test)]\nmod ").next().unwrap_or_default()
    }
}

/// Reads one file; absent files read as empty, so that a rule says what is missing.
pub fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_default()
}

/// Every file that belongs to the repository: everything but build output and caches.
pub fn paths() -> Vec<String> {
    let mut paths = vec![];
    walk(&root(), "", &mut paths);
    paths.sort();
    paths
}

fn walk(folder: &Path, at: &str, paths: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{at}{name}");
        match entry.file_type().unwrap() {
            kind if kind.is_dir() && !is_foreign(&name) => {
                walk(&entry.path(), &format!("{path}/"), paths);
            }
            kind if kind.is_file() && !name.ends_with(".pyc") => paths.push(path),
            _ => {}
        }
    }
}

/// Folders that git does not track.
fn is_foreign(name: &str) -> bool {
    ["target", ".git", "__pycache__", "node_modules"].contains(&name)
}

/// Every text file with one of these extensions.
pub fn sources(extensions: &[&str]) -> Vec<Source> {
    let wanted = |path: &String| extensions.iter().any(|e| path.ends_with(&format!(".{e}")));
    let paths = paths().into_iter().filter(wanted);
    paths.map(|path| Source { text: read(&path), path }).collect()
}

/// The names of the folders in a folder.
pub fn folders(path: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(path)).unwrap().map(Result::unwrap);
    let folders = entries.filter(|entry| entry.file_type().unwrap().is_dir());
    let mut names: Vec<_> = folders.map(|entry| entry.file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

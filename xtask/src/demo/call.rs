//! The files one call is made of, and what each of them carries.

use std::fmt;
use std::path::{Path, PathBuf};

use domain::{ChannelSides, Language, Role};
use serde::Deserialize;

use crate::workspace::Workspace;
use crate::{Explain, Trouble};

/// What the channels of a file carry; the word in an upload's key.
pub type Channels = ChannelSides;

/// The files of one call, in order of part.
#[derive(Debug, Clone)]
pub struct CallFiles {
    parts: Vec<(PathBuf, Channels)>,
    truth: Option<PathBuf>,
}

impl CallFiles {
    /// A call in one file.
    pub fn one(file: PathBuf, channels: Channels) -> Self {
        Self { parts: vec![(file, channels)], truth: None }
    }

    /// A call in two files, one per side.
    pub fn sides(agent: PathBuf, customer: PathBuf) -> Self {
        Self { parts: vec![(agent, Channels::Agent), (customer, Channels::Customer)], truth: None }
    }

    /// The files with what they carry, in order of part.
    pub fn parts(&self) -> &[(PathBuf, Channels)] {
        &self.parts
    }

    /// Tells a wrong path before anything is started.
    pub(crate) fn check(&self) -> Result<(), Trouble> {
        let missing = self.parts.iter().find(|(file, _)| !file.is_file());
        missing.map_or(Ok(()), |(file, _)| {
            Err(Trouble::new(format!("{} is not a file.", file.display())))
        })
    }

    /// What is really said, for a sample.
    pub(crate) fn truth(&self) -> Result<Option<Truth>, Trouble> {
        let Some(path) = &self.truth else { return Ok(None) };
        let text = std::fs::read(path).explain(format!("reading {}", path.display()))?;
        serde_json::from_slice(&text).map(Some).explain(format!("reading {}", path.display()))
    }
}

impl fmt::Display for CallFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> =
            self.parts.iter().map(|(file, _)| file.display().to_string()).collect();
        f.write_str(&names.join(" + "))
    }
}

/// The two sample calls that travel with the repository.
pub(crate) fn samples(workspace: &Workspace) -> Result<Vec<CallFiles>, Trouble> {
    let folder = workspace.root().join("events/samples");
    ["en", "ja"].iter().map(|language| sample(&folder.join(language))).collect()
}

fn sample(folder: &Path) -> Result<CallFiles, Trouble> {
    let candidates = ["call.ogg", "call.flac", "call.wav"].map(|name| folder.join(name));
    let call = candidates.into_iter().find(|file| file.is_file());
    let missing = || Trouble::new(format!("no sample call in {}", folder.display()));
    let truth = Some(folder.join("transcript.json"));
    Ok(CallFiles { parts: vec![(call.ok_or_else(missing)?, Channels::AgentCustomer)], truth })
}

/// What is really said in a sample call.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Truth {
    /// Its language.
    pub(crate) language: Language,
    /// Who says what, in order of time.
    pub(crate) turns: Vec<TrueTurn>,
}

/// One turn of a sample call.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct TrueTurn {
    /// Whose turn.
    pub(crate) speaker: Role,
    /// The words.
    pub(crate) text: String,
}

impl Truth {
    /// Everything one side says.
    pub(crate) fn said_by(&self, role: Role) -> String {
        let turns = self.turns.iter().filter(|turn| turn.speaker == role);
        turns.map(|turn| turn.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

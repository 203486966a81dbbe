//! Real speech models by name, from the Hugging Face hub to `<target>/models/ORG--NAME/`.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use hf_hub::api::sync::{ApiBuilder, ApiRepo};
use sha2::{Digest, Sha256};

use crate::workspace::Workspace;
use crate::{Explain, Trouble, say};

/// What the engine needs of a model.
const NEEDED: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// What it uses when a model has it.
const OPTIONAL: [&str; 2] = ["generation_config.json", "preprocessor_config.json"];

/// Downloads the model `name` (`ORG/NAME`) and returns its folder. An interrupted download goes on where it stopped,
/// and weights are compared with the SHA-256 that the hub publishes for them.
///
/// # Errors
/// When the hub cannot be reached, has no such model, or the model is not one the engine can load.
pub fn fetch(workspace: &Workspace, name: &str) -> Result<PathBuf, Trouble> {
    let (models, folder) = (workspace.target().join("models"), folder_name(name)?);
    let api =
        ApiBuilder::from_env().with_cache_dir(models.join(".hub")).with_progress(say::is_watched());
    let repo = api.build().explain("preparing the hub's client")?.model(name.to_owned());
    let listed = repo
        .info()
        .explain(format!("asking the hub for {name}"))
        .map_err(|trouble| reach(trouble, name))?;
    let has = |file: &str| listed.siblings.iter().any(|sibling| sibling.rfilename == file);
    let missing: Vec<&str> = NEEDED.into_iter().filter(|file| !has(file)).collect();
    if !missing.is_empty() {
        let what = format!("{name} lacks {}.", missing.join(", "));
        return Err(Trouble::new(what)
            .advise("Expected: a Whisper model with `tokenizer.json` and safetensors weights."));
    }
    let folder = models.join(folder);
    fs::create_dir_all(&folder).explain(format!("making {}", folder.display()))?;
    for file in NEEDED.into_iter().chain(OPTIONAL.into_iter().filter(|file| has(file))) {
        fetch_file(&repo, file, &folder).map_err(|trouble| reach(trouble, name))?;
    }
    Ok(folder)
}

fn folder_name(name: &str) -> Result<String, Trouble> {
    let is_word = |word: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        !word.is_empty() && word.chars().all(allowed) && !word.starts_with('.')
    };
    match name.split_once('/') {
        Some((organisation, model)) if is_word(organisation) && is_word(model) => {
            Ok(format!("{organisation}--{model}"))
        }
        _ => Err(Trouble::new(format!(
            "expected ORG/NAME, for example openai/whisper-tiny; found `{name}`"
        ))),
    }
}

fn fetch_file(repo: &ApiRepo, file: &str, folder: &Path) -> Result<(), Trouble> {
    say::line(format!("↓ {file}"));
    let cached = repo.get(file).explain(format!("downloading {file}"))?;
    let blob = cached.canonicalize().explain(format!("finding the downloaded {file}"))?;
    check(&blob, file)?;
    let target = folder.join(file);
    if target.exists() {
        fs::remove_file(&target).explain(format!("replacing {}", target.display()))?;
    }
    // A second name for the same gigabytes, where the file system can.
    let linked = fs::hard_link(&blob, &target).or_else(|_| fs::copy(&blob, &target).map(drop));
    linked.explain(format!("writing {}", target.display()))
}

/// The client names a blob by the hub's tag; for weights that is their SHA-256. Small files have a git hash instead and
/// are checked by being parsed.
fn check(blob: &Path, file: &str) -> Result<(), Trouble> {
    let tag = blob.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let expected = tag.trim_matches('"').to_lowercase();
    if expected.len() != 64 || !expected.chars().all(|c| c.is_ascii_hexdigit()) {
        return if file.ends_with(".json") { parses(blob, file) } else { Err(unchecked(file)) };
    }
    let found = sha256(blob).explain(format!("reading {}", blob.display()))?;
    if found == expected {
        say::line(format!("  sha256 {found} as published"));
        return Ok(());
    }
    // So that the next run downloads it again.
    fs::remove_file(blob).explain(format!("removing {}", blob.display()))?;
    let what =
        format!("{file} is not what the hub published: expected sha256 {expected}, found {found}.");
    Err(Trouble::new(what).advise("The broken file was removed; run the command again."))
}

fn parses(blob: &Path, file: &str) -> Result<(), Trouble> {
    let text = fs::read(blob).explain(format!("reading {file}"))?;
    serde_json::from_slice::<serde_json::Value>(&text).map(drop).explain(format!("reading {file}"))
}

fn unchecked(file: &str) -> Trouble {
    Trouble::new(format!("the hub publishes no SHA-256 for {file}, so it cannot be checked"))
}

fn sha256(path: &Path) -> std::io::Result<String> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let mut block = vec![0; 1 << 20];
    loop {
        let length = file.read(&mut block)?;
        if length == 0 {
            break;
        }
        hash.update(&block[..length]);
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn reach(trouble: Trouble, name: &str) -> Trouble {
    trouble.advise(format!(
        "Expected: the hub can be reached and has a public model {name}. Check the name and the network \
         (HF_ENDPOINT names a mirror, HF_TOKEN a token), or copy the model's folder here and give it with --model."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_becomes_one_folder_and_never_a_path() {
        assert_eq!(
            folder_name("openai/whisper-tiny").ok().as_deref(),
            Some("openai--whisper-tiny")
        );
        for wrong in ["whisper", "../x", "a/..", "a/b/c", "/a", "a/"] {
            assert!(folder_name(wrong).is_err(), "{wrong}");
        }
    }
}

//! Real speech models by name, from the Hugging Face hub to `<target>/models/ORG--NAME/`.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use hf_hub::api::sync::{ApiBuilder, ApiRepo};
use sha2::{Digest, Sha256};

use crate::workspace::Workspace;
use crate::{Explain, Trouble, say};

/// What the engine needs of a model, besides its weights.
const NEEDED: [&str; 2] = ["config.json", "tokenizer.json"];

/// What it uses when a model has it.
const OPTIONAL: [&str; 2] = ["generation_config.json", "preprocessor_config.json"];

/// The weights in one file.
const WEIGHTS: &str = "model.safetensors";

/// The weights in several files: which holds which. The files are `model-<n>-of-<m>.safetensors`.
const INDEX: &str = "model.safetensors.index.json";

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
    let listed: Vec<&str> = listed.siblings.iter().map(|file| file.rfilename.as_str()).collect();
    let folder = models.join(folder);
    fs::create_dir_all(&folder).explain(format!("making {}", folder.display()))?;
    for file in wanted(&listed).map_err(|missing| incomplete(name, &missing))? {
        fetch_file(&repo, file, &folder).map_err(|trouble| reach(trouble, name))?;
    }
    Ok(folder)
}

/// The files to download of those a repository has, or the needed ones it lacks.
fn wanted<'a>(listed: &[&'a str]) -> Result<Vec<&'a str>, Vec<&'static str>> {
    let is_shard = |file: &str| file.starts_with("model-") && file.ends_with(".safetensors");
    let weights = if listed.contains(&WEIGHTS) { WEIGHTS } else { INDEX };
    let mut missing: Vec<_> = NEEDED.into_iter().filter(|file| !listed.contains(file)).collect();
    if !listed.contains(&weights) {
        missing.push(WEIGHTS);
    }
    let known = |file: &str| [&NEEDED[..], &OPTIONAL, &[weights]].concat().contains(&file);
    let wanted = |file: &&str| known(file) || (weights == INDEX && is_shard(file));
    if missing.is_empty() {
        Ok(listed.iter().copied().filter(wanted).collect())
    } else {
        Err(missing)
    }
}

fn incomplete(name: &str, missing: &[&str]) -> Trouble {
    Trouble::new(format!("{name} lacks {}.", missing.join(", ")))
        .advise("Expected: a Whisper model with `tokenizer.json` and safetensors weights.")
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
    fn weights_in_one_file_are_preferred_to_weights_in_several() {
        let mut listed = vec!["README.md", "config.json", "tokenizer.json", "model.safetensors"];
        listed.extend([INDEX, "model-00001-of-00002.safetensors", "pytorch_model.bin"]);
        assert_eq!(
            wanted(&listed).unwrap(),
            ["config.json", "tokenizer.json", "model.safetensors"]
        );
        listed.remove(3);
        let shards = [INDEX, "model-00001-of-00002.safetensors"];
        assert_eq!(wanted(&listed).unwrap(), [&NEEDED[..], &shards].concat());
    }

    #[test]
    fn what_a_repository_lacks_is_named() {
        assert_eq!(wanted(&["config.json"]).unwrap_err(), ["tokenizer.json", "model.safetensors"]);
    }

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

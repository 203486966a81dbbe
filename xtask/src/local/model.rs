//! Puts a speech model where the template's `transcribe` function looks for it.

use std::path::{Path, PathBuf};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::ByteStream;
use sha2::{Digest, Sha256};

use crate::venv::hex;
use crate::{Explain, Trouble};

/// What makes a model in the Hugging Face layout; each has one of these names.
const NEEDED: [&[&str]; 3] = [
    &["config.json"],
    &["tokenizer.json"],
    // One file, or the index of several.
    &["model.safetensors", "model.safetensors.index.json"],
];

/// What else of a folder belongs to a model; other frameworks' weights, often beside it, do not.
const KINDS: [&str; 3] = ["json", "safetensors", "txt"];

/// A model that lies in the bucket.
pub(crate) struct Model {
    id: String,
}

impl Model {
    /// Its name and a hash of its files, as reports show it.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Where its files lie.
    pub(crate) fn prefix(&self) -> String {
        format!("models/{}/", self.id)
    }
}

/// Uploads the model in `folder`.
pub(crate) async fn upload(folder: &Path, s3: &Client, bucket: &str) -> Result<Model, Trouble> {
    let files = files(folder)?;
    let model = Model { id: format!("{}-{}", name(folder), short_hash(&files)?) };
    for file in &files {
        let key = format!("{}{}", model.prefix(), name(file));
        let body =
            ByteStream::from_path(file).await.explain(format!("reading {}", file.display()))?;
        let request = s3.put_object().bucket(bucket).key(key).body(body);
        request.send().await.explain(format!("uploading {}", file.display()))?;
    }
    Ok(model)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let is_here = |name: &&str| folder.join(name).is_file();
    let missing = NEEDED.into_iter().filter(|names| !names.iter().any(is_here));
    let missing: Vec<&str> = missing.map(|names| names[0]).collect();
    if !missing.is_empty() {
        return Err(Trouble::new(format!("{} lacks {}.", folder.display(), missing.join(", ")))
            .advise(
                "Expected: a folder in the Hugging Face layout of a Whisper model. \
             `cargo xtask model fetch ORG/NAME` downloads one.",
            ));
    }
    let entries = std::fs::read_dir(folder).explain(format!("reading {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| {
        let kind = file.extension().and_then(|kind| kind.to_str());
        file.is_file() && kind.is_some_and(|kind| KINDS.contains(&kind))
    });
    files.sort();
    Ok(files)
}

/// Tells one set of weights from another without reading gigabytes: the small files whole, of large ones the head.
fn short_hash(files: &[PathBuf]) -> Result<String, Trouble> {
    use std::io::Read;

    const HEAD_BYTES: u64 = 1 << 20;
    let mut hash = Sha256::new();
    for file in files {
        let opened = std::fs::File::open(file).explain(format!("reading {}", file.display()))?;
        let length = opened.metadata().explain(format!("reading {}", file.display()))?.len();
        let mut head = Vec::new();
        opened
            .take(HEAD_BYTES)
            .read_to_end(&mut head)
            .explain(format!("reading {}", file.display()))?;
        hash.update(length.to_be_bytes());
        hash.update(&head);
    }
    Ok(hex(&hash.finalize()[..4]))
}

fn name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    name.unwrap_or_else(|| "model".into())
}

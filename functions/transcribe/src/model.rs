//! The speech model: downloaded once per execution environment, loaded once per process.

use std::fmt;
use std::path::{Path, PathBuf};

use asr::Engine;
use objects::Models;
use tokio::sync::OnceCell;

use crate::Error;

/// A model that is fetched and loaded when it is first needed.
///
/// Not while the function starts: Lambda gives that phase ten seconds, and large weights take longer.
pub struct Model {
    models: Models,
    prefix: String,
    folder: PathBuf,
    engine: OnceCell<Engine>,
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Model {
    /// The model whose files lie under `prefix`; copies of them go under `scratch`.
    pub fn new(models: Models, prefix: &str, scratch: &Path) -> Self {
        let name = prefix.trim_matches('/').replace('/', "-");
        let (prefix, folder) = (prefix.to_owned(), scratch.join(format!("kaiwa-{name}")));
        Self { models, prefix, folder, engine: OnceCell::new() }
    }

    /// The loaded model.
    ///
    /// # Errors
    /// When its files cannot be fetched or do not make a model.
    pub async fn engine(&self) -> Result<Engine, Error> {
        self.engine.get_or_try_init(|| self.load()).await.cloned()
    }

    async fn load(&self) -> Result<Engine, Error> {
        if !self.folder.exists() {
            self.fetch().await?;
        }
        let folder = self.folder.clone();
        Ok(tokio::task::spawn_blocking(move || Engine::load(&folder)).await??)
    }

    /// Fetches into a folder of this process first: another process of the same machine may be fetching the
    /// same model, and a half-written one must never be seen under the final name.
    async fn fetch(&self) -> Result<(), Error> {
        let own = self.folder.with_extension(std::process::id().to_string());
        tokio::fs::create_dir_all(&own).await?;
        self.models.download(&self.prefix, &own).await?;
        match tokio::fs::rename(&own, &self.folder).await {
            Err(_) if self.folder.exists() => Ok(tokio::fs::remove_dir_all(&own).await?),
            renamed => Ok(renamed?),
        }
    }
}

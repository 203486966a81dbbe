//! What Ingest needs from its surroundings.

use std::path::PathBuf;

use objects::{Recordings, Results};
use shell::config::{MissingVars, Vars};
use store::Store;

/// Variables that `template.yaml` must set.
pub const VARS: &[&str] = &["TABLE_NAME", "RECORDINGS_BUCKET", "RESULTS_BUCKET", "SCRATCH_DIR"];

/// Everything the handler talks to.
#[derive(Debug, Clone)]
pub struct Deps {
    /// The table.
    pub store: Store,
    /// Uploaded recordings.
    pub recordings: Recordings,
    /// What is made of calls.
    pub results: Results,
    /// Folder for decoded samples: 115 MB per track and hour.
    pub scratch_dir: PathBuf,
}

impl Deps {
    /// Connects to what the environment names.
    ///
    /// # Errors
    /// [`MissingVars`] names everything that is not set.
    pub async fn from_env() -> Result<Self, MissingVars> {
        let vars = Vars::from_env(VARS)?;
        let aws = shell::aws_config().await;
        Ok(Self {
            store: Store::aws(&aws, vars.get("TABLE_NAME")),
            recordings: Recordings::aws(&aws, vars.get("RECORDINGS_BUCKET")),
            results: Results::aws(&aws, vars.get("RESULTS_BUCKET")),
            scratch_dir: vars.get("SCRATCH_DIR").into(),
        })
    }
}

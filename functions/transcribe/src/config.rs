//! What Transcribe needs from its surroundings.

use objects::{Models, Results};
use shell::config::{MissingVars, Vars};

use crate::model::Model;

/// Variables that `template.yaml` must set.
pub const VARS: &[&str] = &["RESULTS_BUCKET", "MODEL_BUCKET", "MODEL_PREFIX", "SCRATCH_DIR"];

/// Everything the handler talks to.
#[derive(Debug)]
pub struct Deps {
    /// What is made of calls.
    pub results: Results,
    /// The speech model, loaded at the first chunk.
    pub model: Model,
}

impl Deps {
    /// Connects to what the environment names.
    ///
    /// # Errors
    /// [`MissingVars`] names everything that is not set.
    pub async fn from_env() -> Result<Self, MissingVars> {
        let vars = Vars::from_env(VARS)?;
        let aws = shell::aws_config().await;
        let models = Models::aws(&aws, vars.get("MODEL_BUCKET"));
        let model = Model::new(models, vars.get("MODEL_PREFIX"), vars.get("SCRATCH_DIR").as_ref());
        Ok(Self { results: Results::aws(&aws, vars.get("RESULTS_BUCKET")), model })
    }
}

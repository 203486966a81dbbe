//! What this analysis needs from its surroundings.

use objects::Results;
use shell::config::{MissingVars, Vars};

/// Variables that `template.yaml` must set.
pub const VARS: &[&str] = &["RESULTS_BUCKET"];

/// Everything the handler talks to.
#[derive(Debug, Clone)]
pub struct Deps {
    /// What is made of calls.
    pub results: Results,
}

impl Deps {
    /// Connects to what the environment names.
    ///
    /// # Errors
    /// [`MissingVars`] names everything that is not set.
    pub async fn from_env() -> Result<Self, MissingVars> {
        let vars = Vars::from_env(VARS)?;
        let aws = shell::aws_config().await;
        Ok(Self { results: Results::aws(&aws, vars.get("RESULTS_BUCKET")) })
    }
}

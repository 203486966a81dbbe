//! What Abandon needs from its surroundings.

use shell::clock::Clock;
use shell::config::{MissingVars, Vars};
use store::Store;

/// Variables that `template.yaml` must set.
pub const VARS: &[&str] = &["TABLE_NAME"];

/// Everything the handler talks to.
#[derive(Debug, Clone)]
pub struct Deps {
    /// The table.
    pub store: Store,
    /// The time of the failure.
    pub clock: Clock,
}

impl Deps {
    /// Connects to what the environment names.
    ///
    /// # Errors
    /// [`MissingVars`] names everything that is not set.
    pub async fn from_env() -> Result<Self, MissingVars> {
        let vars = Vars::from_env(VARS)?;
        let aws = shell::aws_config().await;
        Ok(Self { store: Store::aws(&aws, vars.get("TABLE_NAME")), clock: Clock::System })
    }
}

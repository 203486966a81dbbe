//! What intake needs from its surroundings.

use bus::Machine;
use shell::config::{MissingVars, Vars};
use store::Store;

/// Variables that `template.yaml` must set.
pub const VARS: &[&str] = &["TABLE_NAME", "CALL_MACHINE_ARN"];

/// Everything the handler talks to.
#[derive(Debug, Clone)]
pub struct Deps {
    /// The table.
    pub store: Store,
    /// The call machine.
    pub machine: Machine,
}

impl Deps {
    /// Connects to what the environment names.
    ///
    /// # Errors
    /// [`MissingVars`] names everything that is not set.
    pub async fn from_env() -> Result<Self, MissingVars> {
        let vars = Vars::from_env(VARS)?;
        let aws = shell::aws_config().await;
        let store = Store::aws(&aws, vars.get("TABLE_NAME"));
        Ok(Self { store, machine: Machine::aws(&aws, vars.get("CALL_MACHINE_ARN")) })
    }
}

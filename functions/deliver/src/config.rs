//! What Deliver needs from its surroundings.

use bus::{DeliveryQueue, Events};
use objects::Results;
use shell::clock::Clock;
use shell::config::{MissingVars, Vars};
use store::Store;

/// Variables that `template.yaml` must set.
pub const VARS: &[&str] = &["TABLE_NAME", "RESULTS_BUCKET", "DELIVERY_QUEUE_URL"];

/// Everything the handler talks to.
#[derive(Debug, Clone)]
pub struct Deps {
    /// The table.
    pub store: Store,
    /// What is made of calls, for links.
    pub results: Results,
    /// The way to customers.
    pub events: Events,
    /// Brings a delivery back when it is due.
    pub queue: DeliveryQueue,
    /// The time of an attempt.
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
        Ok(Self {
            store: Store::aws(&aws, vars.get("TABLE_NAME")),
            results: Results::aws(&aws, vars.get("RESULTS_BUCKET")),
            events: Events::aws(&aws),
            queue: DeliveryQueue::aws(&aws, vars.get("DELIVERY_QUEUE_URL")),
            clock: Clock::System,
        })
    }
}

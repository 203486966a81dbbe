//! The shell around every handler: payload in, named failure or output out.
//!
//! Owns parsing the payload, naming failures for the state machine, logging each failure once, configuration
//! and the clock. Does not own any step. A function's `main` is `shell::run(|input| handle(deps, input))`.

pub mod clock;
pub mod config;
mod log;
mod run;

pub use lambda_runtime::Error;
pub use run::run;

/// Account, Region and credentials as Lambda provides them.
pub async fn aws_config() -> aws_config::SdkConfig {
    aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await
}

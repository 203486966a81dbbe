//! Lambda entry point: builds `Deps` once per cold start, then hands every call to `handle`.

use ingest::{Deps, handle};

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() -> Result<(), shell::Error> {
    let deps = &Deps::from_env().await?;
    shell::run(|input| handle(deps, input)).await
}

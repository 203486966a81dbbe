//! Lambda entry point: builds `Deps` once per cold start, then hands every batch to `handle`.

use intake::{Deps, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shell::Error> {
    let deps = &Deps::from_env().await?;
    shell::run(|batch| handle(deps, batch)).await
}

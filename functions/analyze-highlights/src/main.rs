//! Lambda entry point: builds `Deps` once per cold start, then hands every call to `handle`.

use analyze_highlights::{Deps, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), shell::Error> {
    let deps = &Deps::from_env().await?;
    shell::run(|input| handle(deps, input)).await
}

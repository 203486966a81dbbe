//! Analyze trackers: where the tenant's phrases were said.
//!
//! Owns reading transcript and trackers and storing the hits. Does not own the search itself (`insight`).

mod config;
mod error;

use contracts::documents::Analysis;
use contracts::steps::CallRef;
use domain::Transcript;
use domain::analysis::Skipped;
use domain::limits::TRACKERS_MAX;
use objects::{AnalysisName, ResultKey};

pub use config::Deps;
pub use error::Error;

/// Looks for the tenant's phrases in one call and stores where they were said.
///
/// # Errors
/// When transcript or trackers cannot be read or the result cannot be written.
pub async fn handle(deps: &Deps, call: CallRef) -> Result<CallRef, Error> {
    let results = deps.results.call(&call);
    let transcript: Transcript = results.get_json(&ResultKey::Transcript).await?;
    let mut trackers = deps.store.tenant(&call.tenant_id).trackers().await?;
    let skipped = over_limit(trackers.len());
    trackers.truncate(TRACKERS_MAX);
    let result = insight::trackers(&transcript, &trackers);
    let key = ResultKey::Analysis(AnalysisName::Trackers);
    results.put_json(&key, &Analysis { result, skipped }).await?;
    Ok(call)
}

fn over_limit(found: usize) -> Vec<Skipped> {
    let left_out = found.saturating_sub(TRACKERS_MAX);
    let reason =
        format!("{left_out} trackers beyond the limit of {TRACKERS_MAX} were not applied.");
    (left_out > 0).then(|| Skipped::new("trackers", reason)).into_iter().collect()
}

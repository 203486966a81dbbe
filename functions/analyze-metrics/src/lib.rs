//! Analyze metrics: how the talking was shared and how it flowed.
//!
//! Owns reading the transcript and storing the result. Does not own the analysis itself (`insight`).

mod config;
mod error;

use contracts::documents::Analysis;
use contracts::steps::CallRef;
use domain::Transcript;
use objects::{AnalysisName, ResultKey};

pub use config::Deps;
pub use error::Error;

/// Analyses one call and stores what was found.
///
/// # Errors
/// When the transcript cannot be read or the result cannot be written.
pub async fn handle(deps: &Deps, call: CallRef) -> Result<CallRef, Error> {
    let results = deps.results.call(&call);
    let transcript: Transcript = results.get_json(&ResultKey::Transcript).await?;
    let (result, skipped) = insight::metrics(&transcript);
    let key = ResultKey::Analysis(AnalysisName::Metrics);
    results.put_json(&key, &Analysis { result, skipped }).await?;
    Ok(call)
}

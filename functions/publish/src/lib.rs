//! Publish: everything found in a call becomes the report, the usage record and the events.
//!
//! Owns merging, the page, and the one transaction that makes a call published. Does not own any analysis, and
//! does not send events (`deliver`). Publishing twice publishes once.

mod config;
mod error;
pub mod page;
mod report;

use contracts::Report;
use contracts::documents::Tracks;
use contracts::steps::CallRef;
use domain::usage::UsageRecord;
use domain::{AudioDuration, Call, Happening};
use objects::{CallResults, ResultKey};
use page::Lane;

pub use config::Deps;
pub use error::Error;

/// Stores the report and its page, then marks the call published, with usage and events, in one transaction.
///
/// # Errors
/// When a result is missing, or storage or table refuse.
pub async fn handle(deps: &Deps, input: CallRef) -> Result<CallRef, Error> {
    let tenant = deps.store.tenant(&input.tenant_id);
    let call = tenant.call(&input.call_id).await?;
    let results = deps.results.call(&input);
    let tracks: Tracks = results.get_json(&ResultKey::Tracks).await?;
    let report = report::merge(&results, &call, &tracks, &deps.model_id).await?;
    store(&results, &report, &tracks).await?;
    let usage = usage(&call, &tracks);
    let completed = Happening::CallCompleted { duration: usage.audio, language: report.language };
    tenant.publish(&usage, completed, deps.clock.now()).await?;
    Ok(input)
}

async fn store(results: &CallResults, report: &Report, tracks: &Tracks) -> Result<(), Error> {
    let page = page::render(report, &lanes(report, tracks));
    results.put_json(&ResultKey::ReportJson, report).await?;
    Ok(results.put(&ResultKey::ReportHtml, page.into_bytes()).await?)
}

fn lanes(report: &Report, tracks: &Tracks) -> Vec<Lane> {
    let pairs = report.speakers.iter().zip(&tracks.tracks);
    pairs
        .map(|(speaker, track)| Lane { speaker: speaker.id.clone(), peaks: track.peaks.clone() })
        .collect()
}

fn usage(call: &Call, tracks: &Tracks) -> UsageRecord {
    UsageRecord {
        id: UsageRecord::id_for(&call.tenant_id, &call.id),
        tenant_id: call.tenant_id.clone(),
        call_id: call.id.clone(),
        audio: AudioDuration::from_ms(tracks.duration_ms),
        tracks: tracks.tracks.len() as u32,
        used_at: call.received_at,
    }
}

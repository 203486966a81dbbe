//! Ingest: a call's recordings become tracks, and the speech in them becomes chunks.
//!
//! Owns which tracks a call has and how their speech is cut. Does not own decoding, voice activity or packing
//! (`audio`), and hears no words. Memory does not grow with the length of the call: samples live in scratch
//! files, and one chunk at a time is in memory.

mod chunks;
mod config;
mod error;
mod listen;
mod track;
mod vocabulary;

use contracts::documents::Tracks;
use contracts::steps::{CallRef, Chunk, IngestOutput, Speech};
use domain::Tenant;
use objects::{CallResults, ResultKey};

pub use config::Deps;
pub use error::Error;
use listen::{Heard, Source};

/// Reads a call's recordings, finds its tracks and their speech, and writes chunks and manifest.
///
/// # Errors
/// [`Error`] says which recording cannot be used and why.
pub async fn handle(deps: &Deps, input: CallRef) -> Result<IngestOutput, Error> {
    let tenant = deps.store.tenant(&input.tenant_id);
    let (profile, call) = (tenant.profile().await?, tenant.call(&input.call_id).await?);
    let sources = listen::open(&deps.recordings, &call).await?;
    let mut heard = listen_apart(sources, deps).await?;
    heard.skipped.extend(vocabulary::left_out(&profile));

    let results = deps.results.call(&input);
    let vocabulary_key = vocabulary::store(&results, &profile).await?;
    let chunks = chunks::store(&results, &heard, profile.language, vocabulary_key).await?;
    results.put(&ResultKey::Manifest, manifest(&chunks)?).await?;
    results.put_json(&ResultKey::Tracks, &tracks(&heard)).await?;
    Ok(output(input, &profile, &results, &chunks))
}

/// Decoding keeps a core busy for seconds to minutes, so it runs beside the runtime.
async fn listen_apart(sources: Vec<Source>, deps: &Deps) -> Result<Heard, Error> {
    let scratch = deps.scratch_dir.clone();
    tokio::task::spawn_blocking(move || listen::listen(sources, &scratch)).await?
}

fn manifest(chunks: &[Chunk]) -> Result<Vec<u8>, Error> {
    let mut lines = vec![];
    for chunk in chunks {
        serde_json::to_writer(&mut lines, chunk)?;
        lines.push(b'\n');
    }
    Ok(lines)
}

fn tracks(heard: &Heard) -> Tracks {
    Tracks {
        duration_ms: heard.duration_ms,
        basis: heard.basis,
        tracks: heard.tracks.iter().map(|track| track.document.clone()).collect(),
        skipped: heard.skipped.clone(),
    }
}

fn output(
    call: CallRef,
    profile: &Tenant,
    results: &CallResults,
    chunks: &[Chunk],
) -> IngestOutput {
    IngestOutput {
        tenant_id: call.tenant_id,
        call_id: call.call_id,
        speech: if chunks.is_empty() { Speech::None } else { Speech::Present },
        manifest_key: results.key(&ResultKey::Manifest),
        chunk_count: chunks.len() as u64,
        chunk_concurrency: profile.plan.chunk_concurrency(),
    }
}

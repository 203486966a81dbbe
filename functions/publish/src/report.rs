//! Merges what each step left into the report.

use contracts::Report;
use contracts::documents::{Analysis, ChunkWords, Tracks};
use contracts::report::{ModelInfo, REPORT_VERSION, ReportRecording, ReportSpeaker};
use domain::analysis::Skipped;
use domain::{Call, Transcript};
use objects::{AnalysisName, CallResults, ResultKey};
use serde::de::DeserializeOwned;

use crate::Error;

/// Reads every result of a call and puts the report together.
pub(crate) async fn merge(
    results: &CallResults,
    call: &Call,
    tracks: &Tracks,
    model_id: &str,
) -> Result<Report, Error> {
    let transcript: Transcript = results.get_json(&ResultKey::Transcript).await?;
    let metrics = analysis(results, AnalysisName::Metrics).await?;
    let trackers = analysis(results, AnalysisName::Trackers).await?;
    let sentiment = analysis(results, AnalysisName::Sentiment).await?;
    let highlights = analysis(results, AnalysisName::Highlights).await?;
    let skipped = [tracks.skipped.clone(), unheard(results).await?].into_iter().chain([
        metrics.skipped,
        trackers.skipped,
        sentiment.skipped,
        highlights.skipped,
    ]);
    Ok(Report {
        version: REPORT_VERSION.into(),
        tenant_id: call.tenant_id.clone(),
        call_id: call.id.clone(),
        received_at: call.received_at,
        duration_ms: transcript.duration_ms,
        language: transcript.language,
        basis: transcript.basis,
        model: model(model_id),
        recordings: recordings(tracks),
        speakers: speakers(&transcript),
        turns: transcript.turns,
        activity: transcript.activity,
        doubts: transcript.doubts,
        metrics: metrics.result,
        trackers: trackers.result,
        sentiment: sentiment.result,
        highlights: highlights.result,
        skipped: skipped.flatten().collect(),
    })
}

async fn analysis<T: DeserializeOwned>(
    results: &CallResults,
    name: AnalysisName,
) -> Result<Analysis<T>, Error> {
    Ok(results.get_json(&ResultKey::Analysis(name)).await?)
}

/// Speech that gave no words, as Transcribe noted it for each chunk.
async fn unheard(results: &CallResults) -> Result<Vec<Skipped>, Error> {
    let manifest = results.get(&ResultKey::Manifest).await?;
    let chunks = manifest.iter().filter(|byte| **byte == b'\n').count() as u64;
    let mut skipped = vec![];
    for chunk in 0..chunks {
        let words: ChunkWords = results.get_json(&ResultKey::ChunkWords(chunk)).await?;
        skipped.extend(words.skipped);
    }
    Ok(skipped)
}

/// The demonstration model's name, as `xtask` deploys it.
const DEMONSTRATION: &str = "demo-model";

fn model(id: &str) -> ModelInfo {
    let caution = id.starts_with(DEMONSTRATION).then(|| {
        "Made with the demonstration model, which was trained on synthetic voices and does not understand real \
         people: times, talk shares, overlap and silence are right, most words of a real call are not. Use real \
         weights for real calls, for example openai/whisper-large-v3-turbo or \
         kotoba-tech/kotoba-whisper-v2.0."
            .to_owned()
    });
    ModelInfo { id: id.to_owned(), caution }
}

fn recordings(tracks: &Tracks) -> Vec<ReportRecording> {
    let mut recordings: Vec<ReportRecording> = tracks
        .tracks
        .iter()
        .map(|track| ReportRecording { part: track.part, format: track.format.clone() })
        .collect();
    recordings.dedup();
    recordings
}

fn speakers(transcript: &Transcript) -> Vec<ReportSpeaker> {
    let speaker = |speaker: &domain::Speaker| {
        let spans = transcript.activity_of(&speaker.id);
        let talk_ms = spans.iter().map(|span| span.length_ms()).sum();
        ReportSpeaker { id: speaker.id.clone(), role: speaker.role, talk_ms }
    };
    transcript.speakers.iter().map(speaker).collect()
}

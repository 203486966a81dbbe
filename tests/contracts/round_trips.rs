//! JSON, read as its type and written again, is the same JSON. A field the type does not know is lost on the
//! way, and the comparison fails: readers are tolerant at run time and strict here.

use contracts::Report;
use contracts::documents::{Analysis, ChunkWords, Tracks, Vocabulary};
use contracts::events::{CallCompleted, CallFailed, DeliveryDue};
use contracts::steps::{
    AbandonInput, CallRef, Chunk, IngestOutput, TranscribeInput, TranscribeOutput,
};
use domain::analysis::{Highlights, Metrics, Sentiment, Trackers};
use domain::{Tracker, Transcript};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use testkit::{as_written, golden, golden_text};

type RoundTrip = fn(&Value) -> Result<(), String>;

/// Every example that is one JSON value of ours, with the type it is an example of.
const EXAMPLES: &[(&str, RoundTrip)] = &[
    ("ingest/input.json", same::<CallRef>),
    ("ingest/output.json", same::<IngestOutput>),
    ("ingest/tracks.json", same::<Tracks>),
    ("ingest/vocabulary.json", same::<Vocabulary>),
    ("transcribe/input.json", same::<TranscribeInput>),
    ("transcribe/output.json", same::<TranscribeOutput>),
    ("transcribe/words-0.json", same::<ChunkWords>),
    ("transcribe/words-1.json", same::<ChunkWords>),
    ("assemble/input.json", same::<IngestOutput>),
    ("assemble/output.json", same::<CallRef>),
    ("assemble/transcript.json", same::<Transcript>),
    ("analyze-metrics/input.json", same::<CallRef>),
    ("analyze-metrics/output.json", same::<CallRef>),
    ("analyze-metrics/analysis.json", same::<Analysis<Metrics>>),
    ("analyze-trackers/input.json", same::<CallRef>),
    ("analyze-trackers/output.json", same::<CallRef>),
    ("analyze-trackers/trackers.json", same::<Vec<Tracker>>),
    ("analyze-trackers/analysis.json", same::<Analysis<Trackers>>),
    ("analyze-sentiment/input.json", same::<CallRef>),
    ("analyze-sentiment/output.json", same::<CallRef>),
    ("analyze-sentiment/analysis.json", same::<Analysis<Sentiment>>),
    ("analyze-highlights/input.json", same::<CallRef>),
    ("analyze-highlights/output.json", same::<CallRef>),
    ("analyze-highlights/analysis.json", same::<Analysis<Highlights>>),
    ("publish/input.json", same::<CallRef>),
    ("publish/output.json", same::<CallRef>),
    ("publish/report.json", same::<Report>),
    ("publish/call.completed.json", same_detail::<CallCompleted>),
    ("publish/call.failed.json", same_detail::<CallFailed>),
    ("deliver/due.sqs.json", same_bodies::<DeliveryDue>),
    ("abandon/input.json", same::<AbandonInput>),
    ("abandon/output.json", same::<CallRef>),
];

/// Examples with one JSON value a line.
const LINES: &[(&str, RoundTrip)] = &[("ingest/manifest.jsonl", same::<Chunk>)];

/// The paths of all of them.
pub fn compared() -> impl Iterator<Item = &'static str> {
    EXAMPLES.iter().chain(LINES).map(|(path, _)| *path)
}

fn same<T: DeserializeOwned + Serialize>(json: &Value) -> Result<(), String> {
    let item: T = serde_json::from_value(json.clone()).map_err(|error| error.to_string())?;
    let written = as_written(&item);
    if &written == json { Ok(()) } else { Err(format!("comes back as {written:#}")) }
}

/// The envelope is EventBridge's, the detail is ours.
fn same_detail<T: DeserializeOwned + Serialize>(event: &Value) -> Result<(), String> {
    same::<T>(&event["detail"])
}

/// The envelope is the queue's, the bodies are ours.
fn same_bodies<T: DeserializeOwned + Serialize>(batch: &Value) -> Result<(), String> {
    let messages = batch["Records"].as_array().filter(|messages| !messages.is_empty());
    let bodies = messages.ok_or("no messages")?.iter().map(|message| message["body"].as_str());
    for body in bodies {
        let body =
            serde_json::from_str(body.unwrap_or_default()).map_err(|error| error.to_string())?;
        same::<T>(&body)?;
    }
    Ok(())
}

#[test]
fn every_example_comes_back_as_it_was() {
    for (path, round_trip) in EXAMPLES {
        round_trip(&golden(path)).unwrap_or_else(|found| panic!("events/{path}: {found}"));
    }
}

#[test]
fn every_line_of_the_manifest_comes_back_as_it_was() {
    for (path, round_trip) in LINES {
        for line in golden_text(path).lines() {
            let line = serde_json::from_str(line).unwrap();
            round_trip(&line).unwrap_or_else(|found| panic!("events/{path}: {found}"));
        }
    }
}

#[test]
fn an_unknown_field_a_wrong_kind_of_id_and_a_missing_field_are_noticed() {
    let mut unknown = golden("ingest/input.json");
    unknown["surprise"] = json!(1);
    let mut wrong_kind = golden("ingest/input.json");
    wrong_kind["callId"] = wrong_kind["tenantId"].clone();
    let missing = json!({ "tenantId": golden("ingest/input.json")["tenantId"] });
    for broken in [unknown, wrong_kind, missing] {
        assert!(same::<CallRef>(&broken).is_err(), "{broken}");
    }
}

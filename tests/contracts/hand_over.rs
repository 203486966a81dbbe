//! What one step hands to the next. The examples tell one call, so these are comparisons of files.

use contracts::events::DeliveryDue;
use contracts::steps::{CallRef, ObjectCreated};
use domain::Delivery;
use serde_json::{Value, json};
use testkit::{as_written, golden, golden_text, root};

/// Steps whose output is another step's input, as `call.asl.json` connects them. `TranscribeChunks` and
/// `Analyze` drop what their parts answer (`ResultPath: null`), so their own input goes on.
const HAND_OVERS: [(&str, &str); 10] = [
    ("ingest/output.json", "assemble/input.json"),
    ("assemble/output.json", "analyze-metrics/input.json"),
    ("assemble/output.json", "analyze-trackers/input.json"),
    ("assemble/output.json", "analyze-sentiment/input.json"),
    ("assemble/output.json", "analyze-highlights/input.json"),
    ("assemble/output.json", "publish/input.json"),
    ("analyze-metrics/output.json", "analyze-metrics/input.json"),
    ("analyze-trackers/output.json", "analyze-trackers/input.json"),
    ("analyze-sentiment/output.json", "analyze-sentiment/input.json"),
    ("analyze-highlights/output.json", "analyze-highlights/input.json"),
];

#[test]
fn a_steps_output_is_the_next_steps_input() {
    for (output, input) in HAND_OVERS {
        assert_eq!(golden(output), golden(input), "events/{output} should be events/{input}");
    }
}

/// The map over chunks, as the machine builds its items.
fn item_selector() -> Value {
    let machine = std::fs::read_to_string(root().join("statemachines/call.asl.json")).unwrap();
    let machine: Value = serde_json::from_str(&machine).unwrap();
    machine["States"]["TranscribeChunks"]["ItemSelector"].clone()
}

fn selected(template: &Value, state: &Value, item: &Value) -> Value {
    let fields = template.as_object().unwrap().iter();
    let fields = fields.map(|(name, path)| match path.as_str().unwrap() {
        "$$.Map.Item.Value" => (name.trim_end_matches(".$"), item.clone()),
        path => (name.trim_end_matches(".$"), state[path.trim_start_matches("$.")].clone()),
    });
    fields.map(|(name, value)| (name.to_owned(), value)).collect()
}

#[test]
fn a_line_of_the_manifest_becomes_transcribes_input_as_the_machine_selects_it() {
    let manifest = golden_text("ingest/manifest.jsonl");
    let line = serde_json::from_str(manifest.lines().next().unwrap()).unwrap();
    let input = selected(&item_selector(), &golden("ingest/output.json"), &line);
    assert_eq!(input, golden("transcribe/input.json"));
}

#[test]
fn the_manifest_is_as_long_as_ingest_says_and_counts_from_zero() {
    let manifest = golden_text("ingest/manifest.jsonl");
    let lines: Vec<Value> =
        manifest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(golden("ingest/output.json")["chunkCount"], json!(lines.len()));
    for (index, chunk) in lines.iter().enumerate() {
        assert_eq!(chunk["index"], json!(index));
        let spans = chunk["windows"][0]["spans"].as_array().unwrap();
        let length =
            |span: &Value| span["endMs"].as_u64().unwrap() - span["startMs"].as_u64().unwrap();
        let ms: u64 = spans.iter().map(length).sum();
        assert_eq!(
            chunk["windows"][0]["samples"],
            json!(ms * 16),
            "16 samples are one millisecond"
        );
    }
}

#[test]
fn the_uploaded_object_lies_where_the_call_says() {
    let created: ObjectCreated =
        serde_json::from_value(golden("intake/upload.object-created.json")).unwrap();
    let call: CallRef = serde_json::from_value(golden("ingest/input.json")).unwrap();
    let place = format!("{}/uploads/{}/", call.tenant_id, call.call_id);
    assert!(created.detail.object.key.starts_with(&place), "{}", created.detail.object.key);
}

#[test]
fn the_transcript_has_the_words_of_every_chunk_in_order_of_time() {
    let chunks = ["transcribe/words-0.json", "transcribe/words-1.json"].map(golden);
    let mut heard: Vec<Value> =
        chunks.iter().flat_map(|c| c["words"].as_array().unwrap().clone()).collect();
    let transcript = golden("assemble/transcript.json");
    let turns = transcript["turns"].as_array().unwrap();
    let mut told: Vec<Value> =
        turns.iter().flat_map(|t| t["words"].as_array().unwrap().clone()).collect();
    heard.sort_by_key(|word| word["startMs"].as_u64());
    told.sort_by_key(|word| word["startMs"].as_u64());
    assert_eq!(heard, told);
}

#[test]
fn the_report_repeats_what_the_steps_found() {
    let (report, transcript) = (golden("publish/report.json"), golden("assemble/transcript.json"));
    for field in ["durationMs", "language", "basis", "turns", "activity", "doubts"] {
        assert_eq!(report[field], transcript[field], "{field}");
    }
    for name in ["metrics", "trackers", "sentiment", "highlights"] {
        let analysis = golden(&format!("analyze-{name}/analysis.json"));
        assert_eq!(report[name], analysis["result"], "{name}");
    }
    let input = golden("publish/input.json");
    assert_eq!((&report["callId"], &report["tenantId"]), (&input["callId"], &input["tenantId"]));
}

#[test]
fn what_abandon_receives_is_the_failure_as_the_machine_catches_it() {
    let (input, failure) =
        (golden("abandon/input.json"), golden("ingest/failure.unsupported-media.json"));
    let cause: Value = serde_json::from_str(input["error"]["Cause"].as_str().unwrap()).unwrap();
    assert_eq!(input["error"]["Error"], failure["errorType"]);
    assert_eq!(cause, failure);
    let (event, output) = (golden("publish/call.failed.json"), golden("abandon/output.json"));
    assert_eq!(event["detail"]["reason"], failure["errorMessage"]);
    assert_eq!(event["detail"]["failure"], failure["errorType"]);
    assert_eq!(
        (&input["callId"], &event["detail"]["callId"]),
        (&output["callId"], &output["callId"])
    );
}

#[test]
fn the_event_tells_what_the_delivery_says() {
    let delivery: Delivery = crate::foreign::streamed_delivery();
    let event = golden("publish/call.completed.json");
    let detail = &event["detail"];
    assert_eq!(detail["eventId"], as_written(&delivery.event_id()));
    assert_eq!(detail["occurredAt"], as_written(&delivery.occurred_at));
    assert_eq!(detail["callId"], as_written(&delivery.call_id));
    assert_eq!(detail["durationMs"], as_written(&delivery.happening)["durationMs"]);
}

#[test]
fn the_queue_brings_back_the_same_delivery() {
    let batch = golden("deliver/due.sqs.json");
    let due: DeliveryDue =
        serde_json::from_str(batch["Records"][0]["body"].as_str().unwrap()).unwrap();
    let delivery = crate::foreign::streamed_delivery();
    assert_eq!((due.tenant_id, due.delivery_id), (delivery.tenant_id, delivery.id));
}

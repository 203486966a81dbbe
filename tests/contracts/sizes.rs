//! Payloads are references: they stay small however long a call is.

use contracts::steps::{Chunk, ChunkWindow, TranscribeInput};
use domain::limits::{CHUNK_WINDOWS_MAX, EVENT_DETAIL_BYTES_MAX, RECORDING_MS_MAX, WINDOW_MS_MAX};
use domain::{Language, Span};
use testkit::{golden, golden_text};

use crate::examples;

/// Largest example of a payload. Step Functions takes 256 KiB; what comes near 8 KiB carries content.
const PAYLOAD_BYTES_MAX: usize = 8 * 1024;

/// Largest payload of a state (AWS quota).
const STATE_BYTES_MAX: usize = 256 * 1024;

/// Shortest stretch of speech a window could be made of, well below what voice activity gives.
const SPAN_MS_MIN: u64 = 100;

/// Whether an example is a document in S3 and no payload.
fn is_document(path: &str) -> bool {
    let documents = [
        "tracks.json",
        "manifest.jsonl",
        "words-",
        "transcript.json",
        "analysis.json",
        "report.json",
    ];
    documents.iter().any(|name| path.contains(name))
}

#[test]
fn payloads_carry_references_and_no_content() {
    for path in examples::all().into_iter().filter(|path| !is_document(path)) {
        let bytes = golden_text(&path).len();
        assert!(
            bytes < PAYLOAD_BYTES_MAX,
            "events/{path} has {bytes} bytes; hand over a key instead"
        );
    }
}

#[test]
fn the_largest_chunk_fits_the_payload_of_a_state_twice_over() {
    let mut input: TranscribeInput =
        serde_json::from_value(golden("transcribe/input.json")).unwrap();
    let at = |n: u64| RECORDING_MS_MAX - WINDOW_MS_MAX + n * SPAN_MS_MIN;
    let spans: Vec<Span> =
        (0..WINDOW_MS_MAX / SPAN_MS_MIN).map(|n| Span::new(at(n), at(n + 1))).collect();
    let window = ChunkWindow { samples: WINDOW_MS_MAX * 16, spans };
    let windows = vec![window; CHUNK_WINDOWS_MAX];
    input.chunk = Chunk { windows, language: Some(Language::Ja), ..input.chunk };
    let bytes = serde_json::to_vec(&input).unwrap().len();
    assert!(bytes * 2 < STATE_BYTES_MAX, "{bytes} bytes; lower CHUNK_WINDOWS_MAX");
}

#[test]
fn event_details_stay_below_their_limit() {
    for path in ["publish/call.completed.json", "publish/call.failed.json"] {
        let bytes = golden(path)["detail"].to_string().len();
        assert!(bytes < EVENT_DETAIL_BYTES_MAX, "events/{path}: {bytes} bytes");
    }
}

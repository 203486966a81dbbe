//! What a step tells its tenant is what `events/` shows. Here, because a step's own errors come with the step.

use audio::DecodeError;
use contracts::Failure;
use serde_json::json;
use testkit::assert_golden;

fn assert_shown(path: &str, error: &ingest::Error) {
    let failure = Failure::from(error);
    let lambda = json!({ "errorType": failure.name.as_str(), "errorMessage": failure.reason });
    assert_golden(path, &lambda);
}

#[test]
fn a_deleted_recording() {
    assert_shown("ingest/failure.not-found.json", &ingest::Error::Gone { part: 1 });
}

#[test]
fn a_recording_that_is_no_media() {
    let error = ingest::Error::Decode { part: 1, source: DecodeError::NotMedia };
    assert_shown("ingest/failure.unsupported-media.json", &error);
}

#[test]
fn a_recording_that_is_too_long() {
    let source = DecodeError::TooLong { max_ms: domain::limits::RECORDING_MS_MAX };
    assert_shown("ingest/failure.invalid-input.json", &ingest::Error::Decode { part: 1, source });
}

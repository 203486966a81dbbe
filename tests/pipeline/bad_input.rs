//! Recordings that cannot be used, and recordings without speech: each ends in something its tenant can read.

use domain::{Call, CallStatus};
use serde_json::{Value, json};

use crate::company::Company;
use kaiwa_tests::sound;

/// Uploads, expects a failure of this name whose reason holds these words, and everything that goes with it.
async fn fails(test: &str, body: Vec<u8>, name: &str, words: &str) {
    let company = Company::sign_up(test).await;
    let call = company.call(test, "mixed", body).await;
    assert_failed(&company, &call, name, words).await;
}

/// One named reason, one event, nothing billed, no panic.
async fn assert_failed(company: &Company, call: &Call, name: &str, words: &str) {
    assert_eq!(call.status, CallStatus::Failed);
    let failure = call.failure.clone().unwrap();
    assert_eq!(failure.name, name, "{}", failure.reason);
    assert!(failure.reason.contains(words), "{}", failure.reason);
    let events = company.events().await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["detail-type"], "call.failed");
    assert_eq!(events[0]["detail"]["callId"], call.id.as_str());
    assert_eq!(events[0]["detail"]["failure"], name);
    assert_eq!(events[0]["detail"]["reason"], failure.reason.as_str());
    assert!(company.store.usage().await.unwrap().is_empty(), "a failed call is not billed");
    assert!(!company.log().contains("panicked at"));
}

/// Uploads a sound without speech and expects a valid, empty report.
async fn is_an_empty_report(test: &str, sound: Vec<f64>) {
    let company = Company::sign_up(test).await;
    let seconds = sound.len() as u64 / u64::from(sound::RATE);
    let call = company.call(test, "mixed", sound::wav(&[sound])).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);
    let report = company.report(&call).await;
    assert_eq!(report.duration_ms / 1000, seconds);
    let text: Vec<&str> = report.turns.iter().map(|turn| turn.text.as_str()).collect();
    assert!(text.is_empty(), "invented: {text:?}");
    assert_eq!(company.events().await[0]["detail-type"], "call.completed");
    assert!(!company.log().contains("panicked at"));
}

#[tokio::test]
async fn an_empty_file_is_refused() {
    fails("empty file", vec![], "UnsupportedMedia", "the file is empty").await;
}

#[tokio::test]
async fn a_text_file_named_like_media_is_refused() {
    fails("text", b"Dear sirs, please find attached".to_vec(), "UnsupportedMedia", "not a known")
        .await;
}

#[tokio::test]
async fn a_film_cut_off_in_the_middle_is_refused_or_used_as_far_as_it_goes() {
    let company = Company::sign_up("truncated film").await;
    let call = company.call("film", "mixed", sound::truncated_mp4()).await;
    match call.status {
        CallStatus::Failed => {
            assert_failed(&company, &call, "UnsupportedMedia", "Recording 1 cannot be read").await;
        }
        _ => {
            let report = company.report(&call).await;
            assert!(report.skipped.iter().any(|skipped| skipped.reason.contains("damaged")));
        }
    }
}

#[tokio::test]
async fn twenty_channels_are_refused() {
    let channels = vec![sound::noise(1.0, 0.1); 20];
    fails("twenty channels", sound::wav(&channels), "InvalidInput", "20 channels").await;
}

#[tokio::test]
async fn one_second_is_a_call() {
    let company = Company::sign_up("one second").await;
    let call = company.call("short", "mixed", sound::wav(&[sound::noise(1.0, 0.001)])).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);
    assert_eq!(company.report(&call).await.duration_ms, 1000);
}

#[tokio::test]
async fn silence_gives_an_empty_report() {
    is_an_empty_report("silence", sound::silence(20.0)).await;
}

#[tokio::test]
async fn noise_gives_an_empty_report() {
    is_an_empty_report("noise", sound::noise(20.0, 0.1)).await;
}

#[tokio::test]
async fn music_gives_an_empty_report() {
    is_an_empty_report("music", sound::music(20.0)).await;
}

#[tokio::test]
async fn a_key_outside_the_layout_is_a_failed_call_its_tenant_can_see() {
    let company = Company::sign_up("off layout").await;
    let key = format!("{}/my-recordings/monday.wav", company.id);
    company.put(&key, sound::wav(&[sound::silence(1.0)])).await;
    let call = company.ended(&objects::UploadKey::refused_call_id(&key)).await;
    assert_failed(&company, &call, "InvalidInput", "outside the layout").await;
}

#[tokio::test]
async fn an_unknown_tenants_upload_is_noted_for_the_operator_and_starts_nothing() {
    let company = Company::sign_up("unknown tenant").await;
    let key = format!("{}/drop/call.wav", Company::stranger());
    company.put(&key, sound::wav(&[sound::silence(1.0)])).await;
    assert!(refusal_of(&company, &key).await.contains("does not exist"));
}

#[tokio::test]
async fn a_key_without_a_tenant_is_noted_for_the_operator() {
    let company = Company::sign_up("no tenant").await;
    company.put("call.wav", sound::wav(&[sound::silence(1.0)])).await;
    assert!(refusal_of(&company, "call.wav").await.contains("begins with a tenant id"));
}

async fn refusal_of(company: &Company, key: &str) -> String {
    let table = company.stack.output("TableName").unwrap();
    let store = store::Store::aws(company.stack.operator(), table);
    for _ in 0..300 {
        let refused = store.refused_uploads().await.unwrap();
        if let Some(found) = refused.into_iter().find(|refused| refused.object_key == key) {
            return found.reason;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("the upload {key} was not noted");
}

#[tokio::test]
async fn a_file_deleted_before_it_is_read_is_a_failed_call() {
    let company = Company::sign_up("deleted").await;
    let call = company.call_id("deleted");
    announce(&company, &company.key(&call, "mixed")).await;
    let call = company.ended(&call).await;
    assert_failed(&company, &call, "NotFound", "was deleted before it could be read").await;
}

/// Sends S3's event for an object that is not there (any more).
async fn announce(company: &Company, key: &str) {
    let event: Value = json!({
        "version": "0", "source": "aws.s3", "detail-type": "Object Created",
        "time": jiff::Timestamp::now().to_string(),
        "detail": {
            "bucket": { "name": company.stack.output("RecordingsBucket").unwrap() },
            "object": { "key": key, "size": 1000 },
        },
    });
    let queue = company.stack.output("UploadQueueUrl").unwrap();
    let sqs = aws_sdk_sqs::Client::new(company.stack.operator());
    sqs.send_message().queue_url(queue).message_body(event.to_string()).send().await.unwrap();
}

//! Calls that go well.

use contracts::Report;
use domain::{Basis, CallStatus, Role};
use objects::ResultKey;
use serde_json::Value;

use crate::company::Company;
use kaiwa_tests::sound;

#[tokio::test]
async fn an_english_call_becomes_a_report_a_usage_record_and_an_event_in_the_customers_account() {
    let company = Company::sign_up("english").await;
    let call = company.call("sample", "agent-customer", sound::sample("en")).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);

    let report = company.report(&call).await;
    assert_two_sides(&report);
    assert_eq!(report.language.map(|language| language.code()), Some("en"));
    assert!(matches_schema(&report));
    assert_exports(&company, &call).await;
    assert_usage(&company, &report).await;

    let events = company.events().await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_completed(&events[0], &report).await;
}

#[tokio::test]
async fn a_japanese_call_is_recognised_as_japanese() {
    let company = Company::sign_up("japanese").await;
    let call = company.call("sample", "agent-customer", sound::sample("ja")).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);
    let report = company.report(&call).await;
    assert_two_sides(&report);
    assert_eq!(report.language.map(|language| language.code()), Some("ja"));
}

#[tokio::test]
async fn names_that_a_tenant_expects_are_written_as_it_writes_them() {
    let company = Company::sign_up("names").await;
    let plain = names_in(&company, "plain").await;
    company.save_profile("names", sound::UNHEARD_NAMES.map(String::from).to_vec()).await;
    let expected = names_in(&company, "expected").await;
    assert!(expected > plain, "{plain} names without the list, {expected} with it");
}

/// How many of the names that the model never heard are in the transcript of a recording full of them.
async fn names_in(company: &Company, call: &str) -> usize {
    let call = company.call(call, "mixed", sound::unheard_names()).await;
    assert_eq!(call.status, CallStatus::Published, "{:?}", call.failure);
    let turns = company.report(&call).await.turns;
    let text: String = turns.into_iter().map(|turn| turn.text + " ").collect();
    sound::UNHEARD_NAMES.iter().map(|name| text.matches(name).count()).sum()
}

#[tokio::test]
async fn a_file_dropped_under_any_name_is_a_call() {
    let company = Company::sign_up("drop").await;
    let key = format!("{}/drop/昨日の 電話 (1).wav", company.id);
    let call_id = objects::UploadKey::parse(&key).unwrap().call_id;
    company.put(&key, sound::wav(&[sound::silence(2.0)])).await;
    assert_eq!(company.ended(&call_id).await.status, CallStatus::Published);
}

fn assert_two_sides(report: &Report) {
    assert_eq!(report.basis, Basis::Channel);
    let roles: Vec<Role> = report.speakers.iter().map(|speaker| speaker.role).collect();
    assert_eq!(roles, [Role::Agent, Role::Customer]);
    assert!(
        report.speakers.iter().all(|speaker| speaker.talk_ms > 10_000),
        "{:?}",
        report.speakers
    );
    assert!(report.turns.len() > 10, "{} turns", report.turns.len());
    let words: usize = report.turns.iter().map(|turn| turn.words.len()).sum();
    assert!(words > 50, "{words} words");
    assert!(report.turns.iter().all(|turn| turn.end_ms <= report.duration_ms));
}

fn matches_schema(report: &Report) -> bool {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../events/schemas/report.schema.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap().is_valid(&serde_json::to_value(report).unwrap())
}

async fn assert_exports(company: &Company, call: &domain::Call) {
    let results = company.results(call);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    assert!(text(results.get(&ResultKey::TranscriptVtt).await.unwrap()).starts_with("WEBVTT\n"));
    assert!(text(results.get(&ResultKey::TranscriptSrt).await.unwrap()).starts_with("1\n"));
    assert!(text(results.get(&ResultKey::ReportHtml).await.unwrap()).contains("<!doctype html>"));
}

async fn assert_usage(company: &Company, report: &Report) {
    let usage = company.store.usage().await.unwrap();
    assert_eq!(usage.len(), 1);
    assert_eq!(usage[0].audio.as_ms(), report.duration_ms);
    assert_eq!(usage[0].tracks, 2);
}

/// The event is thin, says where it comes from, and its link opens the report without any credentials.
async fn assert_completed(event: &Value, report: &Report) {
    assert_eq!(event["detail-type"], "call.completed");
    assert_eq!(event["source"], "kaiwa");
    assert_eq!(event["account"], xtask::local::OPERATOR);
    assert_eq!(event["detail"]["callId"], report.call_id.as_str());
    assert_eq!(event["detail"]["durationMs"], report.duration_ms);
    let link = event["detail"]["links"]["reportJson"].as_str().unwrap().to_owned();
    let body = tokio::task::spawn_blocking(move || {
        ureq::get(link).call().unwrap().body_mut().read_to_string().unwrap()
    });
    let linked: Report = serde_json::from_str(&body.await.unwrap()).unwrap();
    assert_eq!(&linked, report);
}

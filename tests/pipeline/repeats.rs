//! The same thing twice, at once, and in pieces.

use domain::CallStatus;

use crate::company::Company;
use kaiwa_tests::sound;

#[tokio::test]
async fn the_same_upload_five_times_is_one_call_one_bill_and_one_event() {
    let company = Company::sign_up("five times").await;
    let call = company.call_id("once");
    let (key, body) = (company.key(&call, "mixed"), sound::wav(&[sound::silence(3.0)]));
    for _ in 0..5 {
        company.put(&key, body.clone()).await;
    }
    assert_eq!(company.ended(&call).await.status, CallStatus::Published);
    assert_eq!(company.events().await.len(), 1);
    assert_eq!(company.store.usage().await.unwrap().len(), 1);
}

#[tokio::test]
async fn two_deliveries_at_once_are_one_call() {
    let company = Company::sign_up("at once").await;
    let call = company.call_id("once");
    let (key, body) = (company.key(&call, "mixed"), sound::wav(&[sound::silence(3.0)]));
    tokio::join!(company.put(&key, body.clone()), company.put(&key, body.clone()));
    assert_eq!(company.ended(&call).await.status, CallStatus::Published);
    assert_eq!(company.events().await.len(), 1);
    assert_eq!(company.store.usage().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_call_of_two_files_starts_when_both_are_there() {
    let company = Company::sign_up("two files").await;
    let call = company.call_id("pair");
    let part =
        |part: u32, side: &str| format!("{}/uploads/{call}/{part}-of-2_{side}.wav", company.id);
    let body = sound::wav(&[sound::silence(3.0)]);
    company.put(&part(2, "customer"), body.clone()).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    assert_eq!(company.store.call(&call).await.unwrap().status, CallStatus::Waiting);
    company.put(&part(1, "agent"), body).await;
    let call = company.ended(&call).await;
    assert_eq!(call.status, CallStatus::Published);
    assert_eq!(call.recordings.len(), 2);
}

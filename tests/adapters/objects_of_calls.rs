//! What is made of a call, on both backends; and a folder of model files.

use std::time::Duration;

use contracts::steps::CallRef;
use domain::{CallId, TenantId};
use objects::{ObjectError, ResultKey};
use serde_json::{Value, json};

use crate::backend::{Backend, on_the_emulator};
use crate::on_both_backends;

on_both_backends!(
    what_is_stored_comes_back_and_may_be_stored_again,
    an_object_that_is_not_there_is_not_found,
    a_document_of_another_shape_is_corrupt,
    calls_and_tenants_never_see_each_others_objects,
    a_link_lets_its_holder_read_one_object,
);

fn call(tenant: &str, call: &str) -> CallRef {
    CallRef { tenant_id: TenantId::derived(&[tenant]), call_id: CallId::derived(&[call]) }
}

async fn what_is_stored_comes_back_and_may_be_stored_again(backend: Backend) {
    let results = backend.results.call(&call("objects", "again"));
    for version in [1, 2] {
        results.put_json(&ResultKey::Tracks, &json!({ "v": version, "声": "はい" })).await.unwrap();
    }
    let read: Value = results.get_json(&ResultKey::Tracks).await.unwrap();
    assert_eq!(read, json!({ "v": 2, "声": "はい" }));
    results.put(&ResultKey::ChunkAudio(7), vec![0, 255, 128]).await.unwrap();
    assert_eq!(results.get(&ResultKey::ChunkAudio(7)).await.unwrap(), [0, 255, 128]);
}

async fn an_object_that_is_not_there_is_not_found(backend: Backend) {
    let results = backend.results.call(&call("objects", "missing"));
    let expected = results.key(&ResultKey::Transcript);
    let found = results.get(&ResultKey::Transcript).await;
    assert!(matches!(found, Err(ObjectError::NotFound { key }) if key == expected));
}

async fn a_document_of_another_shape_is_corrupt(backend: Backend) {
    let results = backend.results.call(&call("objects", "corrupt"));
    results.put(&ResultKey::Tracks, b"no json".to_vec()).await.unwrap();
    let read = results.get_json::<Value>(&ResultKey::Tracks).await;
    assert!(matches!(read, Err(ObjectError::Corrupt { .. })));
}

async fn calls_and_tenants_never_see_each_others_objects(backend: Backend) {
    let own = backend.results.call(&call("tenant one", "call"));
    own.put(&ResultKey::ReportJson, b"{}".to_vec()).await.unwrap();
    for (tenant, other) in [("tenant two", "call"), ("tenant one", "another call")] {
        let stranger = backend.results.call(&call(tenant, other));
        let found = stranger.get(&ResultKey::ReportJson).await;
        assert!(matches!(found, Err(ObjectError::NotFound { .. })), "{tenant}, {other}");
    }
}

async fn a_link_lets_its_holder_read_one_object(backend: Backend) {
    let results = backend.results.call(&call("objects", "linked"));
    results.put(&ResultKey::ReportJson, b"{\"a\":1}".to_vec()).await.unwrap();
    let link = results.link(&ResultKey::ReportJson, Duration::from_secs(60)).await.unwrap();
    assert!(link.contains(&results.key(&ResultKey::ReportJson)), "{link}");
    if backend.emulator.is_some() {
        let read = tokio::task::spawn_blocking(move || {
            ureq::get(&link).call().unwrap().body_mut().read_to_string().unwrap()
        });
        assert_eq!(read.await.unwrap(), "{\"a\":1}");
    }
}

/// Models have no memory backend: they are only ever copied from a bucket to a disk.
#[test]
fn a_folder_of_model_files_is_copied_by_name() {
    on_the_emulator(|backend| async move {
        let results = backend.results.call(&call("objects", "model"));
        for (key, body) in [(ResultKey::Tracks, "config"), (ResultKey::Manifest, "weights")] {
            results.put(&key, body.into()).await.unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let manifest = results.key(&ResultKey::Manifest);
        let prefix = manifest.trim_end_matches("manifest.jsonl");
        backend.emulator.unwrap().models().download(prefix, folder.path()).await.unwrap();
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(
            (read("tracks.json"), read("manifest.jsonl")),
            ("config".into(), "weights".into())
        );
    });
}

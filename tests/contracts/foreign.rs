//! Examples whose form is AWS's: what we read of them is in them, and what is ours inside is exact.

use aws_lambda_events::dynamodb::Event as StreamEvent;
use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use contracts::steps::ObjectCreated;
use domain::Delivery;
use serde_json::Value;
use testkit::{as_written, golden};

/// The examples compared here.
pub const COMPARED: [&str; 5] = [
    "intake/upload.object-created.json",
    "intake/upload.sqs.json",
    "intake/output.json",
    "deliver/stream.json",
    "deliver/output.json",
];

/// Whether everything `part` says stands in `whole` too.
fn is_part_of(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|other| is_part_of(value, other))),
        _ => part == whole,
    }
}

#[test]
fn intake_reads_s3s_event_and_makes_nothing_up() {
    let event = golden("intake/upload.object-created.json");
    let read: ObjectCreated = serde_json::from_value(event.clone()).unwrap();
    assert!(is_part_of(&as_written(&read), &event));
    assert_eq!(event["detail-type"], "Object Created");
}

#[test]
fn a_value_that_is_not_in_the_event_is_noticed() {
    let event = golden("intake/upload.object-created.json");
    let mut read = as_written(&serde_json::from_value::<ObjectCreated>(event.clone()).unwrap());
    read["detail"]["object"]["size"] = serde_json::json!(1);
    assert!(!is_part_of(&read, &event));
}

#[test]
fn the_queue_message_holds_s3s_event() {
    let batch: SqsEvent = serde_json::from_value(golden("intake/upload.sqs.json")).unwrap();
    let body = batch.records[0].body.clone().unwrap();
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body, golden("intake/upload.object-created.json"));
}

#[test]
fn a_batch_without_failures_answers_an_empty_list() {
    for path in ["intake/output.json", "deliver/output.json"] {
        testkit::assert_golden(path, &SqsBatchResponse::default());
    }
}

/// The delivery inside the stream's record, read as `deliver` reads it.
pub fn streamed_delivery() -> Delivery {
    let mut batch: StreamEvent = serde_json::from_value(golden("deliver/stream.json")).unwrap();
    serde_dynamo::from_item(batch.records.remove(0).change.new_image).unwrap()
}

#[test]
fn a_stream_record_holds_a_delivery_as_the_store_writes_it() {
    let delivery = streamed_delivery();
    let again = Delivery::new(
        delivery.tenant_id.clone(),
        delivery.call_id.clone(),
        delivery.destination.clone(),
        delivery.happening.clone(),
        delivery.occurred_at,
    );
    assert_eq!(delivery, again, "nobody has tried it, and its id follows from its parts");
    let image = &golden("deliver/stream.json")["Records"][0]["dynamodb"]["NewImage"];
    let fields = as_written(&delivery).as_object().unwrap().len();
    assert_eq!(image.as_object().unwrap().len(), fields + ["PK", "SK", "entity", "version"].len());
    assert_eq!(image["entity"]["S"], "Delivery");
}

//! Filters let through what they should: each pattern of an event filter is tried on the golden example of the
//! event it is there for. A pattern that matches nothing fails in silence otherwise.

use serde_json::Value;
use testkit::golden;

use crate::assert_tidy;
use crate::template::{parse, template};
use crate::tree::read;

/// Whether a pattern in EventBridge's language, as far as we use it, lets an event through: lists are
/// alternatives, and a value only the deployment knows (`!Ref`) may be any.
fn lets_through(pattern: &Value, event: &Value) -> bool {
    match pattern {
        Value::Object(fields) => {
            fields.iter().all(|(name, inner)| lets_through(inner, &event[name]))
        }
        Value::Array(values) => {
            values.iter().any(|value| value.get("Ref").is_some() || value == event)
        }
        _ => false,
    }
}

fn breach(place: &str, pattern: &Value, example: &str, event: &Value) -> Option<String> {
    let known = pattern.as_object().is_some_and(|fields| !fields.is_empty());
    let passes = known && lets_through(pattern, event);
    (!passes).then(|| format!("{place}: the filter should let events/{example} through: {pattern}"))
}

/// The filter of the stream that brings new deliveries.
fn stream_filter(template: &Value) -> Value {
    let events = &template["Resources"]["DeliverFunction"]["Properties"]["Events"];
    let pattern = events["New"]["Properties"]["FilterCriteria"]["Filters"][0]["Pattern"].as_str();
    serde_json::from_str(pattern.unwrap_or_default()).unwrap_or_default()
}

#[test]
fn the_stream_hands_new_deliveries_to_deliver() {
    let event = &golden("deliver/stream.json")["Records"][0];
    let pattern = stream_filter(&template());
    assert_tidy(
        breach("template.yaml", &pattern, "deliver/stream.json", event).into_iter().collect(),
    );
}

#[test]
fn the_upload_rule_lets_uploads_through() {
    let pattern = &template()["Resources"]["UploadRule"]["Properties"]["EventPattern"];
    let example = "intake/upload.object-created.json";
    assert_tidy(breach("template.yaml", pattern, example, &golden(example)).into_iter().collect());
}

#[test]
fn the_customers_rules_let_our_events_through() {
    for snippet in ["event-bus.yaml", "partner-source.yaml"] {
        let snippet = format!("events/customer/{snippet}");
        let pattern = &parse(&read(&snippet))["Resources"]["Rule"]["Properties"]["EventPattern"];
        for example in ["publish/call.completed.json", "publish/call.failed.json"] {
            assert_tidy(breach(&snippet, pattern, example, &golden(example)).into_iter().collect());
        }
    }
}

#[test]
fn a_filter_that_matches_nothing_is_noticed() {
    let event = serde_json::json!({ "source": "kaiwa", "detail": { "tenantId": "ten_1" } });
    let passes = |pattern: &str| breach("x", &parse(pattern), "x", &event).is_none();
    assert!(passes("{ source: [other, kaiwa], detail: { tenantId: [!Ref Tenant] } }"));
    assert!(!passes("{ source: [other] }"));
    assert!(!passes("{ detail: { callId: [x] } }"));
    assert!(!passes("{}"));
}

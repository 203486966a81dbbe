//! Rules for queues: a message is not handed out twice while it is handled, and none is lost in silence.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::assert_tidy;
use crate::template::{owner, parse, resources, template, timeout_s};

/// A queue hides a message this many times longer than a function may take with it (AWS's advice): a batch may
/// wait for its turn, and a message must not be handed out twice meanwhile.
const VISIBILITY_OVER_TIMEOUT: u64 = 6;

/// Every queue a function reads, with the function's name and properties.
fn consumers(template: &Value) -> Vec<(String, String, &Value)> {
    let mut consumers = vec![];
    for (name, function) in resources(template, "AWS::Serverless::Function") {
        let events = function["Events"].as_object().into_iter().flatten().map(|(_, event)| event);
        let queues = events.filter_map(|event| owner(&event["Properties"]["Queue"]));
        consumers.extend(queues.map(|queue| (queue.to_owned(), name.clone(), function)));
    }
    consumers
}

fn short_visibility(template: &Value) -> Vec<String> {
    let mut breaches = vec![];
    for (queue, name, function) in consumers(template) {
        let hidden = &template["Resources"][&queue]["Properties"]["VisibilityTimeout"];
        let least = VISIBILITY_OVER_TIMEOUT * timeout_s(template, function);
        if hidden.as_u64().unwrap_or(30) < least {
            breaches.push(format!(
                "template.yaml: {queue} needs VisibilityTimeout {least} or more for {name}"
            ));
        }
    }
    breaches
}

/// Queues for what could not be handled, wherever the template names one.
fn dead_letters(value: &Value, found: &mut BTreeSet<String>) {
    let places = [
        &value["deadLetterTargetArn"],
        &value["OnFailure"]["Destination"],
        &value["DeadLetterConfig"]["Arn"],
    ];
    found.extend(places.into_iter().filter_map(owner).map(String::from));
    let fields =
        value.as_object().into_iter().flat_map(|fields| fields.values().collect::<Vec<_>>());
    for below in fields.chain(value.as_array().into_iter().flatten()) {
        dead_letters(below, found);
    }
}

fn unwatched(template: &Value) -> Vec<String> {
    let mut letters = BTreeSet::new();
    dead_letters(template, &mut letters);
    let silent = letters.difference(&watched(template)).cloned().collect::<Vec<_>>();
    let advice = "has no alarm; what lands there would be lost in silence";
    silent.into_iter().map(|queue| format!("template.yaml: {queue} {advice}")).collect()
}

/// Queues whose length an alarm watches.
fn watched(template: &Value) -> BTreeSet<String> {
    let alarms = resources(template, "AWS::CloudWatch::Alarm");
    let alarms = alarms.filter(|(_, a)| a["MetricName"] == "ApproximateNumberOfMessagesVisible");
    let dimensions = alarms.flat_map(|(_, alarm)| alarm["Dimensions"].as_array()).flatten();
    dimensions.filter_map(|dimension| owner(&dimension["Value"]).map(String::from)).collect()
}

/// Queues that hand messages to a function have somewhere to put those that never succeed.
fn without_dead_letters(template: &Value) -> Vec<String> {
    let endless = consumers(template).into_iter().map(|(queue, _, _)| queue).filter(|queue| {
        let redrive = &template["Resources"][queue]["Properties"]["RedrivePolicy"];
        owner(&redrive["deadLetterTargetArn"]).is_none()
    });
    let advice = "needs a RedrivePolicy with a dead-letter queue";
    endless.map(|queue| format!("template.yaml: {queue} {advice}")).collect()
}

#[test]
fn queues_hide_a_message_while_it_is_handled_and_keep_what_never_succeeds() {
    let template = template();
    assert_tidy([short_visibility(&template), without_dead_letters(&template)].concat());
}

#[test]
fn every_queue_of_dead_letters_has_an_alarm() {
    assert_tidy(unwatched(&template()));
}

#[test]
fn a_short_visibility_an_endless_queue_and_silent_dead_letters_are_noticed() {
    let template = parse(
        "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Timeout: 60\n      Events:\n        \
         A: { Type: SQS, Properties: { Queue: !GetAtt Q.Arn } }\n  Q: { Properties: { VisibilityTimeout: 359 } }\n  \
         R: { Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn } } }\n",
    );
    assert_eq!(short_visibility(&template).len(), 1);
    assert_eq!(without_dead_letters(&template).len(), 1);
    assert_eq!(unwatched(&template).len(), 1);
}

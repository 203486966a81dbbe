"""Events reach a bus in another account exactly when its policy says so."""

import json
import unittest

import local_aws
from local_aws import CUSTOMER, REGION, US


def bus_arn(name):
    return f"arn:aws:events:{REGION}:{CUSTOMER}:event-bus/{name}"


def entry(bus, number=1, source="kaiwa"):
    return {
        "Source": source,
        "DetailType": "call.completed",
        "Detail": json.dumps({"number": number}),
        "EventBusName": bus,
    }


def customer_bus(name, principal=None, condition=None):
    """A bus with one rule onto a queue; open to `principal` when given. Returns the queue's URL."""
    events = local_aws.client("events", CUSTOMER)
    events.create_event_bus(Name=name)
    url, arn = local_aws.queue(name, CUSTOMER)
    events.put_rule(Name=name, EventBusName=name, EventPattern=json.dumps({"detail-type": ["call.completed"]}))
    events.put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "queue", "Arn": arn}])
    if principal:
        events.put_permission(
            EventBusName=name,
            Action="events:PutEvents",
            Principal=principal,
            StatementId="kaiwa",
            **({"Condition": condition} if condition else {}),
        )
    return url


class CrossAccount(unittest.TestCase):
    def setUp(self):
        self.events = local_aws.client("events", US)

    def test_an_event_passes_an_open_door_and_names_its_sender(self):
        url = customer_bus("open", principal=US)
        answer = self.events.put_events(Entries=[entry(bus_arn("open"))])
        self.assertEqual(answer["FailedEntryCount"], 0)
        (event,) = local_aws.received(url, CUSTOMER)
        self.assertEqual((event["account"], event["detail"]), (US, {"number": 1}))

    def test_a_closed_door_refuses_the_entry_and_not_the_call(self):
        url = customer_bus("closed")
        customer_bus("ajar", principal=US)
        answer = self.events.put_events(Entries=[entry(bus_arn("closed")), entry(bus_arn("ajar"))])
        self.assertEqual(answer["FailedEntryCount"], 1)
        self.assertEqual(answer["Entries"][0]["ErrorCode"], "AccessDeniedException")
        self.assertIn("EventId", answer["Entries"][1])
        self.assertEqual(local_aws.received(url, CUSTOMER, seconds=1), [])

    def test_a_door_open_to_somebody_else_stays_closed(self):
        customer_bus("other", principal="333333333333")
        answer = self.events.put_events(Entries=[entry(bus_arn("other"))])
        self.assertEqual(answer["Entries"][0]["ErrorCode"], "AccessDeniedException")

    def test_an_unknown_bus_is_refused(self):
        answer = self.events.put_events(Entries=[entry(bus_arn("nowhere"))])
        self.assertEqual(answer["Entries"][0]["ErrorCode"], "AccessDeniedException")

    def test_entries_for_home_and_abroad_keep_their_places(self):
        url = customer_bus("mixed", principal=US)
        answer = self.events.put_events(
            Entries=[entry("default"), entry(bus_arn("mixed"), 2), entry("default", source="aws.s3")]
        )
        self.assertEqual(["ErrorCode" in one for one in answer["Entries"]], [False, False, True])
        (event,) = local_aws.received(url, CUSTOMER)
        self.assertEqual(event["detail"], {"number": 2})

    def test_a_rule_forwards_to_a_bus_in_another_account(self):
        url = customer_bus("forwarded", principal=US)
        self.events.put_rule(Name="forward", EventPattern=json.dumps({"source": ["forward.me"]}))
        target = {"Id": "bus", "Arn": bus_arn("forwarded"), "RoleArn": f"arn:aws:iam::{US}:role/any"}
        self.events.put_targets(Rule="forward", Targets=[target])
        self.events.put_events(Entries=[entry("default", 3, source="forward.me")])
        (event,) = local_aws.received(url, CUSTOMER)
        self.assertEqual(event["detail"], {"number": 3})

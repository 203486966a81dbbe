"""A partner event source goes its whole way: created, pending, associated, active, delivering."""

import json
import unittest

import local_aws
from local_aws import CUSTOMER, US


def entry(source):
    return {"Source": source, "DetailType": "call.completed", "Detail": json.dumps({"number": 1})}


class PartnerSources(unittest.TestCase):
    def setUp(self):
        self.partner = local_aws.client("events", US)
        self.customer = local_aws.client("events", CUSTOMER)

    def test_what_the_partner_puts_arrives_at_the_rules_of_the_customers_bus(self):
        source = "aws.partner/kaiwa.example/delivers"
        self.partner.create_partner_event_source(Name=source, Account=CUSTOMER)
        self.assertEqual(self.state(source), "PENDING")
        self.customer.create_event_bus(Name=source, EventSourceName=source)
        self.assertEqual(self.state(source), "ACTIVE")
        url = self.rule_onto_queue(source, "partner-delivers")
        answer = self.partner.put_partner_events(Entries=[entry(source)])
        self.assertEqual(answer["FailedEntryCount"], 0)
        (event,) = local_aws.received(url, CUSTOMER)
        self.assertEqual((event["source"], event["account"], event["detail"]), (source, CUSTOMER, {"number": 1}))

    def test_cloudformation_associates_the_bus_too(self):
        source = "aws.partner/kaiwa.example/by-stack"
        self.partner.create_partner_event_source(Name=source, Account=CUSTOMER)
        bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": source, "EventSourceName": source}}
        local_aws.deploy("partner-by-stack", {"Resources": {"Bus": bus}}, CUSTOMER)
        self.assertEqual(self.state(source), "ACTIVE")

    def test_events_put_while_pending_are_accepted_and_lost(self):
        source = "aws.partner/kaiwa.example/pending"
        self.partner.create_partner_event_source(Name=source, Account=CUSTOMER)
        self.assertEqual(self.partner.put_partner_events(Entries=[entry(source)])["FailedEntryCount"], 0)

    def test_an_unknown_source_fails_its_entry(self):
        answer = self.partner.put_partner_events(Entries=[entry("aws.partner/kaiwa.example/unknown")])
        self.assertEqual(answer["FailedEntryCount"], 1)
        self.assertEqual(answer["Entries"][0]["ErrorCode"], "ResourceNotFoundException")

    def test_a_bus_cannot_take_a_source_meant_for_somebody_else(self):
        source = "aws.partner/kaiwa.example/not-yours"
        self.partner.create_partner_event_source(Name=source, Account="333333333333")
        with self.assertRaises(self.customer.exceptions.ResourceNotFoundException):
            self.customer.create_event_bus(Name=source, EventSourceName=source)

    def state(self, source):
        (found,) = self.customer.list_event_sources(NamePrefix=source)["EventSources"]
        self.assertEqual(self.customer.describe_event_source(Name=source)["State"], found["State"])
        return found["State"]

    def rule_onto_queue(self, bus, name):
        url, arn = local_aws.queue(name, CUSTOMER)
        self.customer.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"account": [CUSTOMER]}))
        self.customer.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
        return url

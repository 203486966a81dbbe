"""CloudFormation can open a bus to another account, in both spellings."""

import json
import unittest

import local_aws
from local_aws import CUSTOMER, US


class BusPolicy(unittest.TestCase):
    def test_a_statement_of_its_own_lands_in_the_policy_of_the_bus_and_leaves_it_with_the_stack(self):
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{US}:root"},
            "Action": "events:PutEvents",
            "Resource": {"Fn::GetAtt": ["Bus", "Arn"]},
        }
        self.deploy("policy-long", {"Statement": statement})
        self.assertEqual(self.principal("policy-long"), {"AWS": f"arn:aws:iam::{US}:root"})

    def test_the_short_form_names_one_account(self):
        self.deploy("policy-short", {"Action": "events:PutEvents", "Principal": US})
        self.assertEqual(self.principal("policy-short"), {"AWS": f"arn:aws:iam::{US}:root"})

    def test_the_policy_property_of_the_bus_is_kept(self):
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]}
        bus = {"Type": "AWS::Events::EventBus", "Properties": {"Name": "policy-inline", "Policy": policy}}
        local_aws.deploy("policy-inline", {"Resources": {"Bus": bus}}, CUSTOMER)
        self.assertEqual(self.principal("policy-inline"), "*")

    def deploy(self, name, properties):
        resources = {
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": name}},
            "Door": {
                "Type": "AWS::Events::EventBusPolicy",
                "Properties": {"EventBusName": {"Ref": "Bus"}, "StatementId": "kaiwa", **properties},
            },
        }
        local_aws.deploy(name, {"Resources": resources}, CUSTOMER)

    def principal(self, bus):
        policy = local_aws.client("events", CUSTOMER).describe_event_bus(Name=bus)["Policy"]
        return json.loads(policy)["Statement"][0]["Principal"]

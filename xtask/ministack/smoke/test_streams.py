"""Expiry leaves a stream record, and a function fed by a stream neither loses records nor stops for ever."""

import json
import time
import unittest

import local_aws

# Answers by what the records ask for, and tells a queue what it was given.
HANDLER = '''
import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

def handle(event):
    keys = [record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]]
    tell(keys)
    if any(key.startswith("throw") for key in keys):
        raise ValueError(keys)
    failed = [one for one in event["Records"] if one["dynamodb"]["Keys"]["id"]["S"].startswith("report")]
    return {{"batchItemFailures": [{{"itemIdentifier": one["dynamodb"]["SequenceNumber"]}} for one in failed]}}

def tell(keys):
    form = urlencode({{"Action": "SendMessage", "QueueUrl": "{url}", "MessageBody": json.dumps(keys)}})
    urlopen(Request("{endpoint}", form.encode(), {{
        "Authorization": "AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/sqs/aws4_request, "
        "SignedHeaders=host, Signature=0"
    }})).read()
'''


def table(name, **properties):
    """A table with a stream, made by CloudFormation; returns the stream's ARN."""
    resource = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            **properties,
        },
    }
    outputs = {"Stream": {"Value": {"Fn::GetAtt": ["Table", "StreamArn"]}}}
    return local_aws.deploy(name, {"Resources": {"Table": resource}, "Outputs": outputs})["Stream"]


def put(name, *ids, **attributes):
    for one in ids:
        local_aws.client("dynamodb").put_item(TableName=name, Item={"id": {"S": one}, **attributes})


class Expiry(unittest.TestCase):
    def test_the_template_turns_it_on_and_a_removal_is_recorded_as_the_services_own(self):
        stream = table("expiring", TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})
        put("expiring", "old", until={"N": str(int(time.time()) - 5)})
        put("expiring", "new", until={"N": str(int(time.time()) + 999)})
        removal = local_aws.wait(lambda: self.removal(stream), what="the removal of an expired item")
        self.assertEqual(removal["dynamodb"]["Keys"], {"id": {"S": "old"}})
        self.assertEqual(removal["userIdentity"]["PrincipalId"], "dynamodb.amazonaws.com")
        items = local_aws.client("dynamodb").scan(TableName="expiring")["Items"]
        self.assertEqual([item["id"]["S"] for item in items], ["new"])

    def removal(self, stream):
        streams = local_aws.client("dynamodbstreams")
        shard = streams.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"][0]["ShardId"]
        iterator = streams.get_shard_iterator(StreamArn=stream, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
        records = streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]
        return next((record for record in records if record["eventName"] == "REMOVE"), None)


class StreamRetries(unittest.TestCase):
    def test_a_reported_record_is_tried_again_and_then_given_up_without_losing_the_others(self):
        told, lost = self.feed("reported", MaximumRetryAttempts=1, BatchSize=10)
        put("reported", "a", "report-b", "c")
        (failure,) = self.all_of(lost, 1)
        self.assertEqual(failure["requestContext"]["condition"], "RetryAttemptsExhausted")
        put("reported", "d")
        seen = self.until_seen(told, "d")
        self.assertIn("a", seen)
        self.assertGreaterEqual(seen.count("report-b"), 2)

    def test_a_throwing_record_is_found_by_halving_and_only_it_is_given_up(self):
        told, lost = self.feed(
            "halved", MaximumRetryAttempts=1, BisectBatchOnFunctionError=True, BatchSize=10
        )
        put("halved", "a", "b", "throw-c", "d")
        (failure,) = self.all_of(lost, 1)
        self.assertEqual(failure["DDBStreamBatchInfo"]["batchSize"], 1)
        self.assertTrue({"a", "b", "d"} <= set(self.until_seen(told, "d")))

    def test_records_outside_the_filter_never_reach_the_function(self):
        pattern = json.dumps({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "yes"}]}}}})
        told, _ = self.feed("filtered", FilterCriteria={"Filters": [{"Pattern": pattern}]})
        put("filtered", "no", "yes", "no-again", "yes-last")
        self.assertEqual(self.until_seen(told, "yes-last"), ["yes", "yes-last"])

    def feed(self, name, **mapping):
        """A function that reads the stream of a new table; returns the queues of its batches and of the given-up."""
        told, _ = local_aws.queue(f"{name}-told")
        lost, lost_arn = local_aws.queue(f"{name}-lost")
        handler = HANDLER.format(
            url=told, endpoint=local_aws.endpoint(), account=local_aws.US, region=local_aws.REGION
        )
        local_aws.function(name, handler)
        local_aws.client("lambda").create_event_source_mapping(
            FunctionName=name,
            EventSourceArn=table(name),
            StartingPosition="TRIM_HORIZON",
            FunctionResponseTypes=["ReportBatchItemFailures"],
            DestinationConfig={"OnFailure": {"Destination": lost_arn}},
            **mapping,
        )
        return told, lost

    def all_of(self, url, count):
        found = local_aws.received(url, seconds=20)
        self.assertEqual(len(found), count)
        return found

    def until_seen(self, url, last):
        seen = []

        def arrived():
            for batch in local_aws.received(url, seconds=0.5):
                seen.extend(batch)
            return last in seen

        local_aws.wait(arrived, what=f"record {last}")
        return seen

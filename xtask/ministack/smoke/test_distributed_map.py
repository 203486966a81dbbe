"""Item batches, written results and limits by path of a Distributed Map over a JSONL manifest in S3."""

import json
import unittest

import local_aws

PASS = {"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": True}}}
DISTRIBUTED = {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}
READER = {
    "Resource": "arn:aws:states:::s3:getObject",
    "ReaderConfig": {"InputType": "JSONL"},
    "Parameters": {"Bucket.$": "$.bucket", "Key.$": "$.key"},
}


def manifest(bucket, items):
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": local_aws.REGION})
    s3.put_object(Bucket=bucket, Key="manifest.jsonl", Body="".join(json.dumps(item) + "\n" for item in items))
    return {"bucket": bucket, "key": "manifest.jsonl", "prefix": "results", "limit": 2}


def over(name, processor, given, **fields):
    """Runs one Map state named `Each` and returns the ended execution."""
    state = {
        "Type": "Map",
        "ItemReader": READER,
        "ItemProcessor": {"ProcessorConfig": DISTRIBUTED, **processor},
        "End": True,
        **fields,
    }
    return local_aws.run(local_aws.machine(name, {"StartAt": "Each", "States": {"Each": state}}), given)


def document(bucket, key):
    return json.loads(local_aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


class ItemBatcher(unittest.TestCase):
    def test_selected_items_come_in_batches_with_their_shared_input(self):
        given = manifest("batches", [{"n": n} for n in range(7)])
        ended = over(
            "batches",
            PASS,
            given,
            ItemSelector={"number.$": "$$.Map.Item.Value.n", "key.$": "$.key"},
            ItemBatcher={"MaxItemsPerBatch": 3, "BatchInput": {"bucket.$": "$.bucket"}},
        )
        batches = json.loads(ended["output"])
        self.assertEqual([len(batch["Items"]) for batch in batches], [3, 3, 1])
        self.assertEqual(batches[2], {
            "BatchInput": {"bucket": "batches"},
            "Items": [{"number": 6, "key": "manifest.jsonl"}],
        })


class ResultWriter(unittest.TestCase):
    WRITER = {
        "Resource": "arn:aws:states:::s3:putObject",
        "Parameters": {"Bucket.$": "$.bucket", "Prefix.$": "$.prefix"},
    }

    def test_results_lie_in_s3_and_the_state_carries_their_manifest(self):
        given = manifest("written", [{"n": n} for n in range(3)])
        ended = over("written", PASS, given, ResultWriter=self.WRITER, ResultPath="$.map")
        output = json.loads(ended["output"])
        details = output["map"]["ResultWriterDetails"]
        self.assertEqual((output["key"], details["Bucket"]), ("manifest.jsonl", "written"))
        self.assertRegex(details["Key"], r"^results/[0-9a-f-]+/manifest\.json$")
        listed = document("written", details["Key"])
        self.assertEqual(listed["MapRunArn"], output["map"]["MapRunArn"])
        results = document("written", listed["ResultFiles"]["SUCCEEDED"][0]["Key"])
        self.assertEqual(sorted(json.loads(result["Output"])["n"] for result in results), [0, 1, 2])

    def test_failed_children_are_written_too_and_the_state_fails_by_its_threshold(self):
        given = manifest("failed", [{"n": n} for n in range(2)])
        fail = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "UnsupportedMedia", "Cause": "why"}}}
        ended = over("failed", fail, given, ResultWriter=self.WRITER, ToleratedFailurePercentage=0)
        self.assertEqual(ended["error"], "States.ExceedToleratedFailureThreshold")
        keys = [one["Key"] for one in local_aws.client("s3").list_objects_v2(Bucket="failed")["Contents"]]
        (failed,) = [key for key in keys if key.endswith("FAILED_0.json") and "SUCCEEDED" not in key]
        self.assertEqual({child["Error"] for child in document("failed", failed)}, {"UnsupportedMedia"})


class MapPaths(unittest.TestCase):
    def test_the_share_of_the_plan_bounds_the_children(self):
        given = manifest("paths", [{"n": n} for n in range(4)])
        ended = over("paths", PASS, given, MaxConcurrencyPath="$.limit")
        self.assertEqual(self.run_of(ended)["maxConcurrency"], 2)

    def run_of(self, ended):
        states = local_aws.client("stepfunctions")
        (run,) = states.list_map_runs(executionArn=ended["executionArn"])["mapRuns"]
        return states.describe_map_run(mapRunArn=run["mapRunArn"])

"""Delays of retries, repeated starts and the history of an execution."""

import json
import time
import unittest

import local_aws


class RetryDelay(unittest.TestCase):
    def test_a_retry_waits_no_longer_than_its_bound(self):
        local_aws.function("refuses", "def handle(event): raise TimeoutError('always')")
        retry = {
            "ErrorEquals": ["TimeoutError"],
            "IntervalSeconds": 1,
            "BackoffRate": 10,
            "MaxDelaySeconds": 2,
            "MaxAttempts": 2,
            "JitterStrategy": "FULL",
        }
        task = {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke",
            "Parameters": {"FunctionName": "refuses", "Payload.$": "$"},
            "Retry": [retry],
            "End": True,
        }
        begin = time.monotonic()
        ended = local_aws.run(local_aws.machine("retries", {"StartAt": "Ask", "States": {"Ask": task}}), {})
        self.assertEqual(ended["error"], "TimeoutError")
        self.assertLess(time.monotonic() - begin, 8)


class ExecutionName(unittest.TestCase):
    def setUp(self):
        self.states = local_aws.client("stepfunctions")

    def test_a_second_start_with_the_same_input_finds_the_running_execution(self):
        arn = self.machine("twice")
        first = self.start(arn, {"call": 1})
        self.assertEqual(self.start(arn, {"call": 1}), first)
        with self.assertRaises(self.states.exceptions.ExecutionAlreadyExists):
            self.start(arn, {"call": 2})

    def test_after_the_end_the_name_is_taken(self):
        arn = self.machine("ended", seconds=0)
        local_aws.ended(self.start(arn, {"call": 1}))
        with self.assertRaises(self.states.exceptions.ExecutionAlreadyExists):
            self.start(arn, {"call": 1})

    def machine(self, name, seconds=20):
        return local_aws.machine(name, {
            "StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": seconds, "End": True}}
        })

    def start(self, arn, given):
        return self.states.start_execution(stateMachineArn=arn, name="call", input=json.dumps(given))["executionArn"]


class BranchHistory(unittest.TestCase):
    def test_states_of_parallel_branches_are_entered_and_left_in_the_history(self):
        branches = [{"StartAt": name, "States": {name: {"Type": "Pass", "End": True}}} for name in ("Left", "Right")]
        state = {"Type": "Parallel", "Branches": branches, "End": True}
        ended = local_aws.run(local_aws.machine("branches", {"StartAt": "Both", "States": {"Both": state}}), {})
        states = local_aws.client("stepfunctions")
        history = states.get_execution_history(executionArn=ended["executionArn"])["events"]
        for verb in ("Entered", "Exited"):
            events = [event for event in history if event["type"] == f"PassState{verb}"]
            names = {event[f"state{verb}EventDetails"]["name"] for event in events}
            self.assertEqual(names, {"Left", "Right"})

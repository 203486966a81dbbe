"""Functions run as fast as on AWS and in a folder of their own."""

import json
import time
import unittest

import local_aws


class Nagle(unittest.TestCase):
    def test_the_fastest_warm_invocation_does_not_wait_for_an_acknowledgement(self):
        # Without a log line MiniStack waits 50 ms for one; every function of ours writes one.
        local_aws.function("nagle", "def handle(event): print(event, flush=True)")
        client = local_aws.client("lambda")
        client.invoke(FunctionName="nagle", Payload=b"{}")
        self.assertLess(min(self.seconds(client) for _ in range(20)), 0.035)

    def seconds(self, client):
        begin = time.monotonic()
        client.invoke(FunctionName="nagle", Payload=b"{}")
        return time.monotonic() - begin


class ScratchFolder(unittest.TestCase):
    def test_a_variable_that_names_the_scratch_folder_names_one_of_this_run(self):
        handler = "import os\ndef handle(event): return os.environ['SCRATCH_DIR']"
        local_aws.function("scratch", handler, SCRATCH_DIR="/tmp")
        answer = local_aws.client("lambda").invoke(FunctionName="scratch", Payload=b"{}")
        self.assertEqual(json.loads(answer["Payload"].read()), local_aws._shared.scratch.name)

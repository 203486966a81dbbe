"""A warm invocation stays below the 40 ms of a delayed acknowledgement."""

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

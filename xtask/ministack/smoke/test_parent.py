"""The server listens on loopback only and never outlives the process that started it."""

import tempfile
import unittest

import local_aws


class Parent(unittest.TestCase):
    def test_the_server_ends_when_its_standard_input_ends(self):
        with tempfile.TemporaryDirectory() as scratch:
            port = local_aws.free_port()
            process = local_aws.start(port, scratch)
            local_aws.wait_until_ready(port, process, scratch)
            process.stdin.close()
            process.wait(timeout=10)
            self.assertFalse(local_aws._answers(port))

    def test_it_listens_on_loopback_only(self):
        local_aws.endpoint()
        with open("/proc/net/tcp") as table:
            listening = [line.split()[1] for line in table if line.split()[3] == "0A"]
        ours = [address for address in listening if address.endswith(f":{local_aws._shared.port:04X}")]
        self.assertEqual([address.split(":")[0] for address in ours], ["0100007F"])



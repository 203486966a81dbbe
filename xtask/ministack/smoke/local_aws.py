"""One private server for all smoke tests, and the few moves they share."""

import atexit
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config

REGION = "eu-central-1"
US = "111111111111"
CUSTOMER = "222222222222"

SERVER = Path(__file__).resolve().parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(port, scratch):
    """Starts the server as `cargo xtask` does: nothing inherited, standard input held open."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_HOST": "localhost",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": US,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "S3_DATA_DIR": f"{scratch}/s3",
        "STATE_DIR": f"{scratch}/state",
        "TTL_REAPER_SECONDS": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with open(f"{scratch}/server.log", "wb") as log:
        return subprocess.Popen(
            [sys.executable, str(SERVER)], env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log,
            start_new_session=True,
        )


def wait_until_ready(port, process, scratch):
    wait(lambda: _answers(port) or process.poll() is not None, seconds=60, what="the server to be ready")
    if process.poll() is not None:
        sys.exit(f"the local AWS did not start:\n{Path(scratch, 'server.log').read_text()}")


def _answers(port):
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/ready", timeout=2).status == 200
    except OSError:
        return False


def wait(condition, seconds=30, what="the expected state"):
    """The first true answer of `condition`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what}")


class _Shared:
    def __init__(self):
        self.scratch = tempfile.TemporaryDirectory(prefix="kaiwa-smoke-")
        self.port = free_port()
        self.process = start(self.port, self.scratch.name)
        atexit.register(self.stop)
        wait_until_ready(self.port, self.process, self.scratch.name)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)
        self.scratch.cleanup()


_shared = None


def endpoint():
    global _shared
    _shared = _shared or _Shared()
    return f"http://127.0.0.1:{_shared.port}"


def client(service, account=US):
    return boto3.client(
        service,
        endpoint_url=endpoint(),
        region_name=REGION,
        aws_access_key_id=account,
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )


def queue(name, account=US):
    """A queue's URL and ARN."""
    sqs = client("sqs", account)
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return url, arn


def received(url, account=US, seconds=10):
    """Bodies of the messages in a queue, as parsed JSON, or an empty list after waiting."""
    sqs = client("sqs", account)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if messages:
            return [json.loads(message["Body"]) for message in messages]
        time.sleep(0.2)
    return []


def deploy(name, template, account=US):
    """Creates a stack and returns its outputs."""
    cloudformation = client("cloudformation", account)
    cloudformation.create_stack(
        StackName=name, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    )

    def settled():
        stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return stack if not stack["StackStatus"].endswith("_IN_PROGRESS") else None

    stack = wait(settled, seconds=60, what=f"stack {name}")
    assert stack["StackStatus"] == "CREATE_COMPLETE", (stack["StackStatus"], stack.get("StackStatusReason"))
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


BOOTSTRAP = '''#!{python} -S
import json, os, time
from http.client import HTTPConnection

api = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    request = answer.headers["Lambda-Runtime-Aws-Request-Id"]
    event = json.loads(answer.read())
    try:
        outcome, body = "response", handle(event)
    except Exception as failure:
        outcome, body = "error", {{"errorType": type(failure).__name__, "errorMessage": str(failure)}}
    api.request("POST", f"/2018-06-01/runtime/invocation/{{request}}/{{outcome}}", json.dumps(body))
    api.getresponse().read()
'''


def code(handler):
    """A zip whose `bootstrap` speaks the Runtime API; `handler` is the source of a function `handle(event)`."""
    head, rest = BOOTSTRAP.format(python=sys.executable).split("\n", 1)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        entry = zipfile.ZipInfo("bootstrap")
        entry.external_attr = 0o755 << 16
        archive.writestr(entry, f"{head}\n{handler}\n{rest}")
    return packed.getvalue()


def function(name, handler, **variables):
    """Creates a Lambda function and returns its ARN."""
    return client("lambda").create_function(
        FunctionName=name,
        Runtime="provided.al2023",
        Role=f"arn:aws:iam::{US}:role/any",
        Handler="bootstrap",
        Code={"ZipFile": code(handler)},
        Timeout=10,
        Environment={"Variables": variables},
    )["FunctionArn"]


def machine(name, definition):
    return client("stepfunctions").create_state_machine(
        name=name, definition=json.dumps(definition), roleArn=f"arn:aws:iam::{US}:role/any"
    )["stateMachineArn"]


def run(machine_arn, given, **named):
    """Runs an execution to its end and returns its description."""
    states = client("stepfunctions")
    execution = states.start_execution(stateMachineArn=machine_arn, input=json.dumps(given), **named)["executionArn"]
    return ended(execution)


def ended(execution, seconds=30):
    states = client("stepfunctions")

    def settled():
        found = states.describe_execution(executionArn=execution)
        return found if found["status"] != "RUNNING" else None

    return wait(settled, seconds, what=f"the end of {execution}")

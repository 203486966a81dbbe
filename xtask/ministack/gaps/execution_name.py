"""Gap: starting a running execution again is an error even with the same name and input.

AWS answers such a start with the execution that already runs; that is what makes our intake idempotent when one
upload is delivered twice. Another input, or an execution that has ended, stays an error, as on AWS.
"""

from functools import partial

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import stepfunctions


def close():
    stepfunctions._start_execution = partial(start, stepfunctions._start_execution)


def start(original, data):
    running = _same_and_running(data)
    if running is None:
        return original(data)
    return json_response({"executionArn": running["executionArn"], "startDate": running["startDate"]})


def _same_and_running(data):
    machine = stepfunctions._resolve_state_machine_arn(data.get("stateMachineArn", ""))
    if not data.get("name") or machine is None:
        return None
    name = stepfunctions._state_machines[machine]["name"]
    arn = f"arn:aws:states:{get_region()}:{get_account_id()}:execution:{name}:{data['name']}"
    execution = stepfunctions._executions.get(arn)
    if execution is None or execution["status"] != "RUNNING":
        return None
    return execution if execution["input"] == data.get("input", "{}") else None

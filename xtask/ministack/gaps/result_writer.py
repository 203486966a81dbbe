"""Gap: `ResultWriter` of a Distributed Map is ignored; results come back inline and nothing is written.

Writes what AWS writes (a manifest, and one file each for children that succeeded and failed, also when the Map Run
fails) and puts the reference to the manifest where the results would be.
"""

import json
from functools import partial

from ministack.core.responses import new_uuid
from ministack.services import s3, stepfunctions

# What AWS keeps of each child execution; the rest of MiniStack's record is its own affair.
FIELDS = {
    "ExecutionArn": "executionArn",
    "Input": "input",
    "InputDetails": "inputDetails",
    "Name": "name",
    "Output": "output",
    "OutputDetails": "outputDetails",
    "StartDate": "startDate",
    "StateMachineArn": "stateMachineArn",
    "Status": "status",
    "StopDate": "stopDate",
    "Error": "error",
    "Cause": "cause",
}


def close():
    stepfunctions._run_distributed_map = partial(run, stepfunctions._run_distributed_map)


def run(original, state, raw_input, effective, iterator, execution, context):
    writer = state.get("ResultWriter")
    if not writer:
        return original(state, raw_input, effective, iterator, execution, context)
    target = stepfunctions._resolve_params_obj(writer.get("Parameters") or {}, effective, context)
    label = state.get("Label") or new_uuid()
    bare = {name: value for name, value in state.items() if name not in ("ResultSelector", "ResultPath", "OutputPath")}
    write = partial(_written, execution, label, target, writer.get("WriterConfig"))
    try:
        original({**bare, "Label": label}, raw_input, effective, iterator, execution, context)
    except stepfunctions._ExecutionError as failure:
        if failure.error == "States.ExceedToleratedFailureThreshold":
            write()
        raise
    result = stepfunctions._apply_result_selector(state, write())
    output = stepfunctions._apply_result_path(state, raw_input, result)
    return stepfunctions._apply_output_path(state, output, context), stepfunctions._next_or_end(state)


def _written(execution, label, target, config):
    if config and (config.get("OutputType", "JSON"), config.get("Transformation", "NONE")) != ("JSON", "NONE"):
        raise _failure(f"WriterConfig {config} is not known to the local AWS")
    run_arn = _map_run(execution, label)
    folder = "/".join(part for part in (target.get("Prefix", "").rstrip("/"), run_arn.rsplit(":", 1)[1]) if part)
    children = [child for child in stepfunctions._executions.values() if child.get("mapRunArn") == run_arn]
    files = {
        status: _put_children(target["Bucket"], f"{folder}/{status}_0.json", children, status)
        for status in ("SUCCEEDED", "FAILED")
    }
    manifest = {"DestinationBucket": target["Bucket"], "MapRunArn": run_arn, "ResultFiles": {**files, "PENDING": []}}
    _put(target["Bucket"], f"{folder}/manifest.json", manifest)
    details = {"Bucket": target["Bucket"], "Key": f"{folder}/manifest.json"}
    return {"MapRunArn": run_arn, "ResultWriterDetails": details}


def _map_run(execution, label):
    """The latest run of this state: a Retry of the Map state makes a new one under the same label."""
    mine = [
        arn
        for arn, run in stepfunctions._map_runs.items()
        if run["executionArn"] == execution["executionArn"] and f"/{label}:" in arn
    ]
    return mine[-1]


def _put_children(bucket, key, children, status):
    chosen = [
        {name: child[field] for name, field in FIELDS.items() if child.get(field) is not None}
        for child in children
        if child["status"] == status
    ]
    return [{"Key": key, "Size": _put(bucket, key, chosen)}] if chosen else []


def _put(bucket, key, document):
    body = json.dumps(document).encode()
    status, _, answer = s3._put_object(bucket, key, body, {"content-type": "application/json"})
    if status != 200:
        raise _failure(f"s3://{bucket}/{key}: {answer!r}")
    return len(body)


def _failure(cause):
    return stepfunctions._ExecutionError("States.ResultWriterFailed", cause)

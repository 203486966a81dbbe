"""Gap: a Lambda fed by a DynamoDB stream either loses records or stops for ever.

Stock, a reported batch item failure is ignored (the record is lost), a failing batch is retried without end whatever
`MaximumRetryAttempts` and `BisectBatchOnFunctionError` say, the failure destination is used only for records that
grew too old, and one slow function holds up every other event source. The outbox is such a stream.
"""

import json
import time
from functools import partial

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

# Pause before a failed batch is tried again, unless the records are new.
BACKOFF_SECONDS = 1.0


def close():
    lambda_svc._poll_dynamodb_streams = poll


def poll():
    """Starts at most one batch per mapping; says whether any was started or filtered out whole."""
    busy = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        with request_scope(account, region):
            busy = _poll_mapping(account, region, mapping) or busy
    return busy


def _poll_mapping(account, region, mapping):
    table = _table_of(mapping, account, region)
    if table is None or lambda_svc._esm_inflight.get(mapping["UUID"], 0):
        return False
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    start = _position(mapping, table)
    records = dynamodb.stream_records_since(table, start, mapping.get("BatchSize", 100))
    if function is None or not records:
        return False
    wanted = lambda_svc._apply_filter_criteria(records, mapping)
    after = start + len(records)
    if not wanted:
        _advance(mapping, after)
        return True
    work = partial(_settle_and_advance, account, region, mapping, function, wanted, after)
    lambda_svc._dispatch_esm_batch(mapping["UUID"], work)
    return True


def _table_of(mapping, account, region):
    """The table whose live stream feeds `mapping`, or None when it is fed by something else."""
    try:
        source = parse_arn(mapping.get("EventSourceArn", ""))
    except ArnParseError:
        return None
    if (source.service, source.account_id, source.region) != ("dynamodb", account, region):
        return None
    found = lambda_svc._dynamodb_stream_table_from_arn_spec(source)
    table = dynamodb._tables.get(found[0]) if found and mapping.get("Enabled", True) else None
    return found[0] if table and table.get("LatestStreamArn") == mapping["EventSourceArn"] else None


def _position(mapping, table):
    horizon = dynamodb.stream_start_position(table)
    newest = dynamodb.stream_end_position(table)
    first = horizon if mapping.get("StartingPosition") == "TRIM_HORIZON" else newest
    with lambda_svc._dynamodb_stream_positions_lock:
        position = lambda_svc._dynamodb_stream_positions.setdefault(mapping["UUID"], first)
    return max(position, horizon)


def _advance(mapping, position):
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = position


def _settle_and_advance(account, region, mapping, function, records, after):
    with request_scope(account, region):
        _settle(mapping, function, records, mapping.get("MaximumRetryAttempts", -1))
        _advance(mapping, after)


def _settle(mapping, function, records, attempts_left):
    """Returns once each record is processed or given up, in order, as AWS does it (-1 attempts: no limit)."""
    while records and mapping.get("Enabled", True):
        done, result = _invoke(mapping, function, records)
        records = records[done:]
        if not records:
            return
        if mapping.get("BisectBatchOnFunctionError") and len(records) > 1:
            middle = len(records) // 2
            _settle(mapping, function, records[:middle], attempts_left)
            records = records[middle:]
            continue
        condition = _reason_to_give_up(mapping, records, attempts_left)
        if condition:
            _give_up(mapping, function, records, result, condition)
            return
        attempts_left -= 1 if attempts_left > 0 else 0
        time.sleep(BACKOFF_SECONDS)


def _invoke(mapping, function, records):
    """How many records from the front are done, and the function's answer."""
    result = lambda_svc._execute_function(function, {"Records": records})
    if result.get("error"):
        lambda_svc.logger.warning("stream batch failed in %s: %s", mapping["FunctionName"], result.get("body"))
        return 0, result
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return len(records), result
    return _first_failure(records, result.get("body")), result


def _first_failure(records, body):
    """Everything from the earliest reported failure on is tried again; an answer without sense fails all."""
    answer = json.loads(body) if isinstance(body, (str, bytes)) and body else body
    reported = (answer or {}).get("batchItemFailures") or []
    numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
    failed = [failure.get("itemIdentifier") for failure in reported]
    if any(number not in numbers for number in failed):
        return 0
    return min((numbers.index(number) for number in failed), default=len(records))


def _reason_to_give_up(mapping, records, attempts_left):
    age_max = mapping.get("MaximumRecordAgeInSeconds") or -1
    oldest = float(records[0]["dynamodb"].get("ApproximateCreationDateTime", time.time()))
    if age_max > 0 and time.time() - oldest > age_max:
        return "MaxRecordAgeExceeded"
    return "RetryAttemptsExhausted" if attempts_left == 0 else None


def _give_up(mapping, function, records, result, condition):
    lambda_svc._send_ddb_stream_failure_record(
        mapping, function, records, mapping["EventSourceArn"], result, condition
    )

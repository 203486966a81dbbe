"""Gap: items expire without a trace, and not at all when CloudFormation asked for it.

`TimeToLiveSpecification` of a template is dropped, expired items are looked for once a minute, and their deletion
writes no stream record, although on AWS it does: a REMOVE by the principal `dynamodb.amazonaws.com`.
"""

import os
import threading
import time
from functools import partial

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

# MiniStack's own reaper has this name too, so whichever finds an item first leaves a record.
REAPER = "dynamodb-ttl-reaper"

# A Lambda event spells the members small, GetRecords large; MiniStack has one record for both.
SERVICE = {
    "type": "Service",
    "principalId": "dynamodb.amazonaws.com",
    "Type": "Service",
    "PrincipalId": "dynamodb.amazonaws.com",
}

SECONDS_BETWEEN_LOOKS = float(os.environ.get("TTL_REAPER_SECONDS", "5"))


def close():
    table = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]
    table["create"] = partial(create_table, table["create"])
    table["update"] = partial(update_table, table["update"])
    dynamodb._remove_item = partial(remove_item, dynamodb._remove_item)
    threading.Thread(target=_reap_for_ever, daemon=True, name=REAPER).start()


def create_table(original, logical_id, props, stack_name):
    name, attributes = original(logical_id, props, stack_name)
    _apply(name, props)
    return name, attributes


def update_table(original, physical_id, old_props, new_props, *rest, **named):
    name, attributes = original(physical_id, old_props, new_props, *rest, **named)
    _apply(name, new_props)
    return name, attributes


def _apply(table_name, props):
    wanted = props.get("TimeToLiveSpecification")
    if wanted:
        status, _, body = dynamodb._update_ttl({"TableName": table_name, "TimeToLiveSpecification": wanted})
        if status >= 400:
            raise ValueError(f"AWS::DynamoDB::Table TimeToLiveSpecification: {body!r}")


def remove_item(original, table, partition, sort):
    old = original(table, partition, sort)
    if old is not None and threading.current_thread().name == REAPER:
        _record_removal(table, old)
    return old


def _record_removal(table, old):
    owner = parse_arn(table["TableArn"])
    with request_scope(owner.account_id, owner.region):
        dynamodb._emit_stream_event(table["TableName"], "REMOVE", old, None)
        records = dynamodb._stream_records.get(table["TableName"])
        if records:
            records[-1]["userIdentity"] = SERVICE


def _reap_for_ever():
    while True:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        try:
            _reap()
        except Exception:
            dynamodb.logger.exception("expiry of items")


def _reap():
    now = time.time()
    with dynamodb._lock:
        for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):
            table = dynamodb._tables.get_scoped(account, region, name)
            if table and setting.get("TimeToLiveStatus") == "ENABLED":
                for partition, sort in _expired(table, setting["AttributeName"], now):
                    dynamodb._remove_item(table, partition, sort)


def _expired(table, attribute, now):
    return [
        (partition, sort)
        for partition, items in list(table["items"].items())
        for sort, item in list(items.items())
        if _is_past(item.get(attribute), now)
    ]


def _is_past(value, now):
    """Only a number counts, as on AWS: an expiry written as text never comes."""
    return isinstance(value, dict) and "N" in value and float(value["N"]) <= now

"""Gap: no event ever leaves its account.

`PutEvents` to the ARN of another account's bus answers "does not exist", a rule whose target is such a bus drops the
event, and bus policies are stored but never read. Results reach customers exactly that way, so both routes are
opened here, and the policy of the receiving bus decides, as on AWS.
"""

import json
from functools import partial

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.iam_evaluator import EvalContext, caller_arn, evaluate_resource_policy
from ministack.core.responses import get_account_id, get_region, json_response, new_uuid, request_scope
from ministack.services import eventbridge


def close():
    eventbridge._put_events = partial(put_events, eventbridge._put_events)
    eventbridge._dispatch_to_event_bus = partial(dispatch_to_event_bus, eventbridge._dispatch_to_event_bus)


def put_events(original, data, allow_aws_source=False):
    entries = data.get("Entries", [])
    if len(entries) > 10 or not any(_foreign_bus(entry) for entry in entries):
        return original(data, allow_aws_source)
    results = [_put_one(original, entry, allow_aws_source) for entry in entries]
    failed = sum("ErrorCode" in result for result in results)
    return json_response({"FailedEntryCount": failed, "Entries": results})


def _put_one(original, entry, allow_aws_source):
    bus = _foreign_bus(entry)
    if bus is None:
        _, _, body = original({"Entries": [entry]}, allow_aws_source)
        return json.loads(body)["Entries"][0]
    refusal = _refusal(bus, entry, caller_arn())
    if refusal:
        return refusal
    event = _event(entry, account=get_account_id())
    deliver(bus.account_id, bus.region, _name(bus), event)
    return {"EventId": event["EventId"]}


def _foreign_bus(entry):
    """The bus of another account or region that `entry` is meant for, or None."""
    try:
        spec = parse_arn(entry.get("EventBusName") or "")
    except ArnParseError:
        return None
    if spec.service != "events" or not spec.resource.startswith("event-bus/"):
        return None
    home = (spec.account_id, spec.region) == (get_account_id(), get_region())
    return None if home else spec


def _name(bus):
    return bus.resource.split("/", 1)[1]


def _refusal(bus, entry, principal):
    """The failed entry that AWS would answer with, or None when the event may pass."""
    if str(entry.get("Source", "")).startswith("aws."):
        return _failed("NotAuthorizedForSourceException", "Not authorized for the source.")
    with request_scope(bus.account_id, bus.region):
        known = _name(bus) in eventbridge._event_buses
        policy = eventbridge._event_bus_policies.get(_name(bus))
    # An unknown bus is answered like a closed one: AWS does not tell strangers which buses exist.
    if known and _allowed(policy, bus, entry, principal):
        return None
    return _failed(
        "AccessDeniedException",
        f"User: {principal} is not authorized to perform: events:PutEvents on resource: {bus} because no "
        "resource-based policy allows the events:PutEvents action",
    )


def _failed(code, message):
    return {"ErrorCode": code, "ErrorMessage": message}


def _allowed(policy, bus, entry, principal):
    question = EvalContext(
        principal_arn=principal,
        principal_type="AssumedRole" if ":assumed-role/" in principal else "Root",
        principal_account=get_account_id(),
        action="events:PutEvents",
        resource_arn=str(bus),
        region=bus.region,
        service_context={
            "events:source": entry.get("Source", ""),
            "events:detail-type": entry.get("DetailType", ""),
        },
    )
    return evaluate_resource_policy(_with_principals(policy), question).decision == "Allow"


def _with_principals(policy):
    """MiniStack's PutPermission stores the bare account; AWS stores `{"AWS": account}`."""
    statements = [
        {**one, "Principal": {"AWS": one["Principal"]}} if isinstance(one.get("Principal"), str) else one
        for one in (policy or {}).get("Statement", [])
    ]
    return {"Statement": statements}


def _event(entry, account):
    return {
        "EventId": new_uuid(),
        "Source": entry.get("Source", ""),
        "DetailType": entry.get("DetailType", ""),
        "Detail": entry.get("Detail", "{}"),
        "Time": int(eventbridge._now_ts()),
        "Resources": entry.get("Resources", []),
        "Account": account,
        "Region": get_region(),
    }


def deliver(account, region, bus_name, event):
    """Puts `event` before the rules and archives of a bus, in the scope of the account that owns it."""
    with request_scope(account, region):
        placed = {**event, "EventBusName": bus_name}
        eventbridge._events_log_list().append(placed)
        eventbridge._dispatch_event(placed)
        eventbridge._archive_event({key: value for key, value in placed.items() if key != "_DispatchPath"})


def dispatch_to_event_bus(original, spec, event, rule, event_path, target_input_payload=None):
    bus = _foreign_bus({"EventBusName": str(spec)})
    if bus is None:
        return original(spec, event, rule, event_path, target_input_payload)
    principal = f"arn:aws:iam::{get_account_id()}:root"
    refusal = _refusal(bus, event, principal)
    if refusal:
        eventbridge.logger.warning("EventBridge rule %s: %s", rule.get("Name"), refusal["ErrorMessage"])
        return None
    detail = event.get("Detail") if target_input_payload is None else target_input_payload
    return deliver(bus.account_id, bus.region, _name(bus), {**event, "Detail": detail})

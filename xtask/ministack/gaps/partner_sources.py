"""Gap: partner event sources are stubs that report success and deliver nothing.

Becoming an EventBridge partner needs AWS's approval; the calls a partner makes do not. Here the whole way works: we
create a source for a customer's account, the customer sees it as pending and makes a bus of the same name, and what
we put arrives at the rules of that bus. State lives in memory only.
"""

from functools import partial

from ministack.core.responses import (
    error_response_json,
    get_account_id,
    get_region,
    json_response,
    new_uuid,
)
from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners

from gaps import cross_account

# (region, customer's account, source name) -> "PENDING" until the customer's bus exists, then "ACTIVE".
_sources = {}

# AWS's limit on one PutPartnerEvents call.
ENTRIES_MAX = 20


def close():
    eventbridge._create_partner_event_source = create
    eventbridge._delete_partner_event_source = delete
    eventbridge._describe_partner_event_source = describe_for_partner
    eventbridge._list_partner_event_sources = list_for_partner
    eventbridge._list_partner_event_source_accounts = list_accounts
    eventbridge._list_event_sources = list_for_customer
    eventbridge._describe_event_source = describe_for_customer
    eventbridge._put_partner_events = put
    eventbridge._create_event_bus = partial(create_event_bus, eventbridge._create_event_bus)
    bus = provisioners._RESOURCE_HANDLERS["AWS::Events::EventBus"]
    bus["create"] = partial(create_bus_by_stack, bus["create"])


def create(data):
    key = _key(data["Account"], data["Name"])
    if key in _sources:
        return error_response_json("ResourceAlreadyExistsException", f"{data['Name']} already exists.", 400)
    _sources[key] = "PENDING"
    return json_response({"EventSourceArn": _arn(data["Name"])})


def delete(data):
    _sources.pop(_key(data["Account"], data["Name"]), None)
    return json_response({})


def describe_for_partner(data):
    if not _accounts(data["Name"]):
        return _unknown(data["Name"])
    return json_response({"Name": data["Name"], "Arn": _arn(data["Name"])})


def list_for_partner(data):
    names = {name for region, _, name in _sources if region == get_region()}
    found = sorted(name for name in names if name.startswith(data["NamePrefix"]))
    return json_response({"PartnerEventSources": [{"Name": name, "Arn": _arn(name)} for name in found]})


def list_accounts(data):
    found = [{"Account": account, "State": state} for account, state in _accounts(data["EventSourceName"])]
    return json_response({"PartnerEventSourceAccounts": found})


def list_for_customer(data):
    mine = [name for region, account, name in _sources if (region, account) == (get_region(), get_account_id())]
    found = sorted(name for name in mine if name.startswith(data.get("NamePrefix", "")))
    return json_response({"EventSources": [_seen_by_customer(name) for name in found]})


def describe_for_customer(data):
    if _key(get_account_id(), data["Name"]) not in _sources:
        return _unknown(data["Name"])
    return json_response(_seen_by_customer(data["Name"]))


def put(data):
    entries = data.get("Entries", [])
    if len(entries) > ENTRIES_MAX:
        return error_response_json("ValidationException", f"At most {ENTRIES_MAX} entries are allowed.", 400)
    results = [_put_one(entry) for entry in entries]
    failed = sum("ErrorCode" in result for result in results)
    return json_response({"FailedEntryCount": failed, "Entries": results})


def create_event_bus(original, data):
    """A customer's bus with `EventSourceName` turns the pending source active."""
    source = data.get("EventSourceName")
    if source is None:
        return original(data)
    if source != data.get("Name"):
        return error_response_json("ValidationException", "A partner event bus is named like its source.", 400)
    if _key(get_account_id(), source) not in _sources:
        return _unknown(source)
    response = original(data)
    _sources[_key(get_account_id(), source)] = "ACTIVE"
    return response


def create_bus_by_stack(original, logical_id, props, stack_name):
    source = props.get("EventSourceName")
    created = original(logical_id, props, stack_name)
    if source is not None:
        if source != created[0] or _key(get_account_id(), source) not in _sources:
            raise ValueError(f"Event source {source} does not exist, or the bus has another name.")
        _sources[_key(get_account_id(), source)] = "ACTIVE"
    return created


def _put_one(entry):
    source = entry.get("Source", "")
    accounts = _accounts(source)
    if not accounts:
        return {"ErrorCode": "ResourceNotFoundException", "ErrorMessage": f"Event source {source} does not exist."}
    event_id = new_uuid()
    for account, state in accounts:
        # As on AWS, what is put while the customer has not yet made the bus is accepted and lost.
        if state == "ACTIVE":
            cross_account.deliver(account, get_region(), source, _event(entry, event_id, account))
    return {"EventId": event_id}


def _event(entry, event_id, account):
    """A partner's event carries the customer's account, unlike one from a plain cross-account bus."""
    return {
        "EventId": event_id,
        "Source": entry["Source"],
        "DetailType": entry.get("DetailType", ""),
        "Detail": entry.get("Detail", "{}"),
        "Time": int(eventbridge._now_ts()),
        "Resources": entry.get("Resources", []),
        "Account": account,
        "Region": get_region(),
    }


def _key(account, name):
    return (get_region(), account, name)


def _arn(name):
    return f"arn:aws:events:{get_region()}::event-source/{name}"


def _accounts(name):
    return [(key[1], state) for key, state in _sources.items() if (key[0], key[2]) == (get_region(), name)]


def _seen_by_customer(name):
    partner = "/".join(name.split("/")[:2])
    state = _sources[_key(get_account_id(), name)]
    return {"Name": name, "Arn": _arn(name), "CreatedBy": partner, "State": state}


def _unknown(name):
    return error_response_json("ResourceNotFoundException", f"Event source {name} does not exist.", 400)

"""Gap: CloudFormation cannot say who may put events on a bus.

`AWS::Events::EventBusPolicy` is unknown, and the property `Policy` of `AWS::Events::EventBus` is dropped in silence.
The customer's snippet needs one of them to let our account in.
"""

import json
from functools import partial

from ministack.services import eventbridge
from ministack.services.cloudformation import provisioners


def close():
    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::Events::EventBusPolicy"] = {
        "create": create_statement,
        "update": update_statement,
        "delete": delete_statement,
    }
    bus = handlers["AWS::Events::EventBus"]
    bus["create"] = partial(create_bus, bus["create"])
    bus["update"] = partial(update_bus, bus["update"])


def create_bus(original, logical_id, props, stack_name):
    name, attributes = original(logical_id, props, stack_name)
    _put_policy(name, props.get("Policy"))
    return name, attributes


def update_bus(original, physical_id, old_props, new_props, stack_name):
    name, attributes = original(physical_id, old_props, new_props, stack_name)
    _put_policy(name, new_props.get("Policy"))
    return name, attributes


def create_statement(logical_id, props, stack_name):
    bus = _bus_name(props)
    if bus not in eventbridge._event_buses and bus != "default":
        raise ValueError(f"Event bus {bus} does not exist.")
    statement = {**_statement(props, bus), "Sid": props["StatementId"]}
    _replace_statement(bus, props["StatementId"], statement)
    return f"{bus}|{props['StatementId']}", {}


def update_statement(physical_id, old_props, new_props, stack_name):
    delete_statement(physical_id, old_props)
    return create_statement(physical_id, new_props, stack_name)


def delete_statement(physical_id, props):
    bus, _, sid = physical_id.partition("|")
    _replace_statement(bus, sid, None)


def _bus_name(props):
    name, error = eventbridge._event_bus_name_from_ref(props.get("EventBusName") or "default")
    if error:
        raise ValueError(": ".join(error))
    return name


def _statement(props, bus):
    """The statement given whole, or the short form of one action for one account."""
    given = props.get("Statement")
    if given:
        return json.loads(given) if isinstance(given, str) else given
    account = props["Principal"]
    return {
        "Effect": "Allow",
        "Principal": "*" if account == "*" else {"AWS": f"arn:aws:iam::{account}:root"},
        "Action": props["Action"],
        "Resource": eventbridge._event_buses[bus]["Arn"],
    }


def _replace_statement(bus, sid, statement):
    policy = eventbridge._event_bus_policies.get(bus) or {"Version": "2012-10-17", "Statement": []}
    kept = [one for one in policy["Statement"] if one.get("Sid") != sid]
    policy["Statement"] = kept + ([statement] if statement else [])
    eventbridge._event_bus_policies[bus] = policy


def _put_policy(bus, policy):
    if policy:
        eventbridge._event_bus_policies[bus] = json.loads(policy) if isinstance(policy, str) else policy

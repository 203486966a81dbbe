"""Gap: the `…Path` spellings of a Map's limits are ignored.

`MaxConcurrencyPath` carries the plan's share of the machine into the Map state; without it 64 children run at once.
"""

from functools import partial

from ministack.services import stepfunctions

LIMITS = ("MaxConcurrency", "ToleratedFailurePercentage", "ToleratedFailureCount")


def close():
    stepfunctions._run_map_items = partial(run, stepfunctions._run_map_items)


def run(original, state, raw_input, execution, context):
    effective = stepfunctions._apply_input_path(state, raw_input, context)
    found = {
        limit: stepfunctions._resolve_path_or_ctx(state[f"{limit}Path"], effective, context)
        for limit in LIMITS
        if f"{limit}Path" in state
    }
    wrong = [limit for limit, value in found.items() if not isinstance(value, (int, float))]
    if wrong:
        raise stepfunctions._ExecutionError("States.Runtime", f"{wrong[0]}Path must lead to a number")
    return original({**state, **found}, raw_input, execution, context)

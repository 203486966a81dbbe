"""Gap: states inside a Parallel or Map leave no trace in the history of the execution.

On AWS entering and leaving each of them is an event; whoever watches a call sees the four analyses at work.
"""

import json
from functools import partial

from ministack.services import stepfunctions


def close():
    stepfunctions._run_sub_machine = partial(run, stepfunctions._run_sub_machine)


def run(original, states, start_at, given, execution, context):
    watched = _Watched(states, execution)
    output = original(watched, start_at, given, execution, context)
    watched.leave(output)
    return output


class _Watched(dict):
    """The states of a branch; the interpreter looks a state up exactly when it enters it."""

    def __init__(self, states, execution):
        super().__init__(states)
        self.execution = execution
        self.inside = None

    def get(self, name, default=None):
        self.leave()
        state = super().get(name, default)
        if state:
            self.inside = (name, state.get("Type"))
            self._tell("Entered", {"name": name, "input": "{}"})
        return state

    def leave(self, output=None):
        if self.inside:
            self._tell("Exited", {"name": self.inside[0], "output": json.dumps(output)})
            self.inside = None

    def _tell(self, verb, details):
        kind = self.inside[1]
        stepfunctions._add_event(self.execution, f"{kind}State{verb}", {f"state{verb}EventDetails": details})

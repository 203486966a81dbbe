"""Gap: `ItemBatcher` of a Distributed Map is ignored; every item becomes a child execution of its own.

The items are read, selected and packed here, and the packed batches are handed on as the items. Counts of the Map Run
are therefore counts of batches.
"""

import json
from functools import partial

from ministack.services import stepfunctions


def close():
    stepfunctions._run_distributed_map = partial(run, stepfunctions._run_distributed_map)


def run(original, state, raw_input, effective, iterator, execution, context):
    batcher = state.get("ItemBatcher")
    if not batcher:
        return original(state, raw_input, effective, iterator, execution, context)
    items = [
        _selected(state, effective, context, index, item)
        for index, item in enumerate(_items(state, effective, context))
    ]
    shared = stepfunctions._resolve_params_obj(batcher.get("BatchInput") or {}, effective, context)
    batches = [
        {**({"BatchInput": shared} if shared else {}), "Items": batch}
        for batch in _packed(items, *_limits(batcher, effective, context))
    ]
    packed = {name: value for name, value in state.items() if name not in _DONE_HERE}
    return original({**packed, "ItemsPath": "$"}, raw_input, batches, iterator, execution, context)


_DONE_HERE = ("ItemBatcher", "ItemReader", "ItemSelector", "Parameters")


def _items(state, effective, context):
    if state.get("ItemReader"):
        return stepfunctions._read_map_items(state["ItemReader"], effective, context)
    found = stepfunctions._resolve_path_or_ctx(state.get("ItemsPath", "$"), effective, context)
    return found if isinstance(found, list) else [found]


def _selected(state, effective, context, index, item):
    selector = state.get("ItemSelector") or state.get("Parameters")
    if not selector:
        return item
    scope = {**context, "Map": {"Item": {"Index": index, "Value": item}}}
    return stepfunctions._resolve_params_obj(selector, effective, scope)


def _limits(batcher, effective, context):
    def limit(name):
        path = batcher.get(f"{name}Path")
        return stepfunctions._resolve_path_or_ctx(path, effective, context) if path else batcher.get(name)

    return limit("MaxItemsPerBatch"), limit("MaxInputBytesPerBatch")


def _packed(items, items_max, bytes_max):
    batch, size = [], 0
    for item in items:
        length = len(json.dumps(item).encode())
        if batch and (len(batch) == (items_max or -1) or (bytes_max and size + length > bytes_max)):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += length
    if batch:
        yield batch

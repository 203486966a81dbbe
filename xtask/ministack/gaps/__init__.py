"""What MiniStack 1.5.33 leaves out or gets wrong, one module per gap.

Each module says which gap it closes and why the product needs it, has one function `close`, and has tests in
`../smoke` that fail without it. They replace private functions, so they hold for exactly one version: `close_all`
refuses any other. To move to a new version, change the number here and in `../requirements.in`, make
`../requirements.txt` anew, run the smoke tests, and delete every gap whose tests pass without its module.

Not closed, because nothing here needs it: JSONata in a Distributed Map (our machines are JSONPath), RedriveExecution,
target dead-letter queues of EventBridge rules, the 256 KB state limit.
"""

from importlib.metadata import version

from gaps import (
    api_key_id,
    branch_history,
    bus_policy,
    cross_account,
    execution_name,
    item_batcher,
    map_paths,
    nagle,
    partner_sources,
    result_writer,
    retry_delay,
    scratch_folder,
    stream_retries,
    ttl,
)

MINISTACK = "1.5.33"

ALL = (
    nagle,
    scratch_folder,
    bus_policy,
    cross_account,
    partner_sources,
    # The three that wrap the Distributed Map: the last one closed sees a state first.
    item_batcher,
    result_writer,
    map_paths,
    retry_delay,
    execution_name,
    branch_history,
    stream_retries,
    ttl,
    api_key_id,
)


def close_all():
    """Closes every gap; to be called once, before the server starts."""
    found = version("ministack")
    if found != MINISTACK:
        raise SystemExit(f"expected ministack {MINISTACK}, found {found}: see xtask/ministack/gaps/__init__.py")
    for gap in ALL:
        gap.close()

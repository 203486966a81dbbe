"""Gap: `MaxDelaySeconds` and `JitterStrategy` of a Retry are ignored.

Our machines retry with full jitter and a bounded delay; without this a fifth attempt waits far longer than written.
"""

import random
from functools import partial

from ministack.services import stepfunctions


def close():
    stepfunctions._find_matching_retrier = partial(find, stepfunctions._find_matching_retrier)


def find(original, retriers, error, retry_counts):
    """The matching retrier with its next delay already worked out and written as its interval."""
    retrier, index = original(retriers, error, retry_counts)
    if retrier is None:
        return retrier, index
    return {**retrier, "IntervalSeconds": _delay(retrier, retry_counts.get(index, 0)), "BackoffRate": 1.0}, index


def _delay(retrier, attempts):
    grown = retrier.get("IntervalSeconds", 1) * retrier.get("BackoffRate", 2.0) ** attempts
    bounded = min(grown, retrier.get("MaxDelaySeconds", grown))
    return random.uniform(0, bounded) if retrier.get("JitterStrategy") == "FULL" else bounded

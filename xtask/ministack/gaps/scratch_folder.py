"""Gap: `/tmp` of a function is the machine's own.

On AWS it belongs to one execution environment and is gone with it. Here a variable that names it names the run's own
temporary folder instead, so that a run leaves no models and no audio behind and two runs do not meet.
"""

import tempfile
from functools import partial

from ministack.services import lambda_svc


def close():
    lambda_svc._provided_worker_env = partial(environment, lambda_svc._provided_worker_env)


def environment(original, config, code_dir, port):
    names = original(config, code_dir, port)
    return {name: tempfile.gettempdir() if value == "/tmp" else value for name, value in names.items()}

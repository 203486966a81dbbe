"""Gap: a function behind an API with keys does not learn which key was used.

REST APIs put `apiKey` and `apiKeyId` into `requestContext.identity`; the tenant is looked up by that id.
"""

from contextvars import ContextVar
from functools import partial

from ministack.services import apigateway_v1

_key_of_request = ContextVar("api key of the request", default=None)


def close():
    apigateway_v1._check_api_key = partial(check, apigateway_v1._check_api_key)
    apigateway_v1._build_lambda_event_v1 = partial(build_event, apigateway_v1._build_lambda_event_v1)


def check(original, *request):
    error, key = original(*request)
    _key_of_request.set(key)
    return error, key


def build_event(original, *request, **named):
    event = original(*request, **named)
    key = _key_of_request.get()
    if key is not None:
        event["requestContext"]["identity"].update(apiKey=key["value"], apiKeyId=key["id"])
    return event

"""Who may call a route: a key with the scope, whose person's role allows what the scope stands for, within its rate.

A route is declared with ``allowed(scope, …)``; the test that walks all routes reads the scope from there.
"""

from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from keizoku.accounts.api_keys import queries as keys
from keizoku.accounts.api_keys.queries import Caller
from keizoku.accounts.api_keys.rules import SCOPES
from keizoku.api import problems
from keizoku.api.rates import RATES


class ApiRequest(HttpRequest):
    """A request that the gate has let through."""

    auth: Caller


class Key(HttpBearer):
    """Authorization: Bearer kz_…; refused before anything of the request is looked at."""

    openapi_bearerFormat = "kz_<prefix>_<secret>"  # noqa: N815 - OpenAPI's name

    def __init__(self, scope: str) -> None:
        super().__init__()
        if scope not in SCOPES:
            raise ValueError(f"no such scope: {scope!r}")
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = keys.admit(token)
        if caller is None:
            raise problems.Stopped(problems.UNAUTHENTICATED)
        seconds = RATES.take(caller.line, caller.calls_a_minute)
        if seconds > 0:
            raise problems.Stopped(problems.too_many(seconds))
        if not caller.may(self.scope):
            raise problems.Stopped(problems.not_allowed(self.scope))
        request.keizoku_key = caller.prefix  # type: ignore[attr-defined]  # for the log
        return caller


def allowed(scope: str, operation: str, *responses: int) -> dict[str, Any]:
    """The arguments of a route's declaration: its gate, its name, and the scope and problems in OpenAPI."""
    statuses = sorted({401, 403, 422, 429, *responses})
    return {
        "auth": [Key(scope)],
        "operation_id": operation,
        "openapi_extra": {
            "x-keizoku-scope": scope,
            "responses": {status: {"$ref": "#/components/responses/Problem"} for status in statuses},
        },
    }

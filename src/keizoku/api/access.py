"""Who may call a route: a key with the scope, whose person's role allows what the scope stands for, within its rate.

A route is declared with ``allowed(scope, …)``; the test that walks all routes reads the scope from there.
"""

from typing import Any, Final

from django.http import HttpRequest
from ninja.security import HttpBearer

from keizoku.accounts.api_keys import queries as keys
from keizoku.accounts.api_keys.queries import Caller
from keizoku.accounts.api_keys.rules import SCOPES
from keizoku.api import problems
from keizoku.api.rates import RATES

_HEADERS: Final[dict[int, dict[str, Any]]] = {
    400: {
        "in": "header",
        "name": "Idempotency-Key",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "description": "A new one with each change, the same for its repetitions; kept for 24 hours.",
    },
    428: {
        "in": "header",
        "name": "If-Match",
        "required": True,
        "schema": {"type": "string"},
        "description": "The ETag that was read.",
    },
}


class ApiRequest(HttpRequest):
    """A request that the gate has let through."""

    auth: Caller


class Key(HttpBearer):
    """Authorization: Bearer kz_…; refused before anything of the request is looked at.

    ``weight`` is how many of the key's calls a minute one call is; ``most_bytes`` what its body may have (None: what
    Django takes, which is little).
    """

    openapi_bearerFormat = "kz_<prefix>_<secret>"  # noqa: N815 - OpenAPI's name

    def __init__(self, scope: str, weight: int = 1, most_bytes: int | None = None) -> None:
        super().__init__()
        if scope not in SCOPES:
            raise ValueError(f"no such scope: {scope!r}")
        self.scope = scope
        self.weight = weight
        self.most_bytes = most_bytes

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        caller = keys.admit(token)
        if caller is None:
            raise problems.Stopped(problems.UNAUTHENTICATED)
        seconds = RATES.take(caller.line, caller.calls_a_minute, self.weight)
        if seconds > 0:
            raise problems.Stopped(problems.too_many(seconds))
        if not caller.may(self.scope):
            raise problems.Stopped(problems.not_allowed(self.scope))
        if self.most_bytes is not None and int(request.META.get("CONTENT_LENGTH") or 0) > self.most_bytes:
            raise problems.Stopped(problems.plain(413))
        request.keizoku_key = caller.prefix  # type: ignore[attr-defined]  # for the log
        return caller


def allowed(scope: str, operation: str, *responses: int, gate: Key | None = None) -> dict[str, Any]:
    """The arguments of a route's declaration: its gate, its name, and the scope, headers and problems in OpenAPI.

    A route that may answer 400 asks for an Idempotency-Key, one that may answer 428 for If-Match. ``gate`` where the
    plain one does not do.
    """
    statuses = sorted({401, 403, 422, 429, *responses})
    headers = [header for status, header in _HEADERS.items() if status in responses]
    return {
        "auth": [gate or Key(scope)],
        "operation_id": operation,
        "openapi_extra": {
            "x-keizoku-scope": scope,
            "parameters": headers,
            "responses": {status: {"$ref": "#/components/responses/Problem"} for status in statuses},
        },
    }

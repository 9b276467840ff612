"""What stands around every request of the API: an id, no caching, one log line, and no error without problem+json."""

import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from keizoku.api import problems
from keizoku.kernel.logs import get_logger

PREFIX: Final = "/api/"
_ERROR: Final = 400
_NOT_FOUND: Final = 404
log = get_logger(__name__)


class ApiFrame:
    """Middleware. The log names route, status and the key's prefix; never an address with its query, never a body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        begun = time.monotonic()
        response = self.get_response(request)
        if response.status_code >= _ERROR and not _is_problem(response):
            response = _as_problem(request, response)
        response.headers.setdefault("Cache-Control", "no-store")
        response["X-Request-Id"] = problems.request_id(request)
        route = request.resolver_match.route if request.resolver_match else ""
        log.info(
            "api.answered",
            request_id=problems.request_id(request),
            method=request.method,
            route=route,
            status=response.status_code,
            key=getattr(request, "keizoku_key", ""),
            milliseconds=round((time.monotonic() - begun) * 1000),
        )
        return response


def _is_problem(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith(problems.MEDIA_TYPE)


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Django's and ninja's own plain errors."""
    if response.status_code == _NOT_FOUND:
        return problems.answer(request, problems.NOT_FOUND)
    answered = problems.answer(request, problems.plain(response.status_code))
    if "Allow" in response.headers:
        answered["Allow"] = response.headers["Allow"]
    return answered

"""The carriers' way in, before sessions, cookies and pages: a callback has none of them, and comes by the thousand."""

from collections.abc import Callable
from typing import Final

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

PREFIX: Final = "/webhooks/"


class Door:
    """Middleware. The view verifies the carrier's signature; who knocks under another address gets the page "not found".

    A callback does not ask first whether the connection still lives, as a page does: its view tries again on a new one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        connection.health_check_done = True  # type: ignore[attr-defined]  # Django's own name, not in its stubs
        request.resolver_match = match
        answer = match.func(request, *match.args, **match.kwargs)
        assert isinstance(answer, HttpResponse)
        return answer

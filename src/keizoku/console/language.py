"""In which language the console speaks to whoever looks at it: a choice of this browser, Japanese until then (ADR 0050).

Only our own words are said in it. What customers answered, what staff wrote and every file that leaves the house stay as
they are.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from keizoku.console.screen import public
from keizoku.ui import speaking
from keizoku.ui.own_pages import own_page

COOKIE: Final = "keizoku_console_language"
PLACE: Final = "/console/"
_A_YEAR_S: Final = 365 * 24 * 60 * 60


def in_chosen_language(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: whatever of the console is rendered, is said in the browser's choice."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PLACE):
            return get_response(request)
        with speaking.spoken_in(chosen(request)):
            return get_response(request)

    return respond


def chosen(request: HttpRequest) -> str:
    language = request.COOKIES.get(COOKIE, speaking.JAPANESE)
    return language if language in dict(speaking.offered_to_staff()) else speaking.JAPANESE


def languages(request: HttpRequest) -> dict[str, object]:
    """Context processor: the other languages that this page could be read in."""
    if not request.path.startswith(PLACE):
        return {}
    others = [
        (code, name, speaking.tag(code))
        for code, name in speaking.offered_to_staff()
        if code != speaking.current()
    ]
    return {"other_languages": others, "here": request.get_full_path() if request.method == "GET" else PLACE}


@public
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the choice, and show the same page again."""
    answer = redirect(own_page(request.POST.get("next", ""), PLACE, under=PLACE))
    language = request.POST.get("language", "")
    if language in dict(speaking.offered_to_staff()):
        answer.set_cookie(
            COOKIE,
            language,
            max_age=_A_YEAR_S,
            path=PLACE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer

"""Whose last verification rests on which method: counts, the customers of one, and their list as a file."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse

from keizoku.console import method_words as words
from keizoku.console.attachments import attached
from keizoku.console.forms.numbers import whole_number
from keizoku.console.page import page, way_up
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers.written_csv import lines
from keizoku.identity.methods import resting
from keizoku.identity.methods.resting import Ground
from keizoku.identity.methods.tables import table
from keizoku.identity.rules.purposes import LegalUse
from keizoku.ui.components.display import Row
from keizoku.ui.formats import number

FILE_TYPE: Final = "text/csv; charset=utf-8"
PAGE: Final = 50
HEADER: Final = ("customer", "verification", "legal_use", "statute", "method", "letter", "verified_on")


@screen("methods.read")
def counts(request: StaffRequest) -> HttpResponse:
    known, found = table(), resting.counts(request.user.actor)
    return page(
        request,
        "methods_resting",
        title="本人確認がよっている方法",
        current="settings",
        trail=way_up("console-settings", "console-methods"),
        columns=words.RESTING_COLUMNS,
        rows=[
            words.resting_row(one, known, url=_url("console-methods-resting-people", one.ground))
            for one in found
        ],
        total=number(sum(one.count for one in found)),
    )


@screen("customers.read")
def people(request: StaffRequest) -> HttpResponse:
    """The customers of one ground, by No."""
    ground, after = _ground(request), whole_number(request.GET.get("after", "")) or 0
    found = resting.people(ground, request.user.actor, after=after, limit=PAGE + 1)
    shown = found[:PAGE]
    return page(
        request,
        "methods_resting_people",
        title="この方法によっているお客さま",
        current="settings",
        trail=way_up("console-settings", "console-methods", "console-methods-resting"),
        ground=words.ground(ground, table()),
        columns=words.PEOPLE_COLUMNS,
        rows=[
            Row(
                (one.customer_id, one.letter or "—", one.verified_on.isoformat(), one.verification_id),
                url=reverse("console-customer", args=[one.customer_id]),
            )
            for one in shown
        ],
        shown=len(shown),
        next_url=_url("console-methods-resting-people", ground, after=shown[-1].customer_id)
        if len(found) > PAGE
        else "",
        file_url=_url("console-methods-resting-file", ground),
    )


@screen("customers.read")
def file(request: StaffRequest) -> HttpResponse:
    """The same as a list: our own numbers, codes and days; nobody's data."""
    ground = _ground(request)

    def told() -> Iterator[tuple[str, ...]]:
        for one in resting.everybody(ground, request.user.actor):
            use, statute, method = ground.legal_use.value, ground.statute, ground.method
            about = (str(one.customer_id), str(one.verification_id))
            yield (*about, use, statute, method, one.letter, one.verified_on.isoformat())

    content = b"".join(lines(HEADER, told(), "utf-8"))
    return attached(HttpResponse(content, content_type=FILE_TYPE), "keizoku-verified-by-method.csv")


def _ground(request: StaffRequest) -> Ground:
    asked = request.GET
    use = next((one for one in LegalUse if one.value == asked.get("use")), LegalUse.STATUTORY)
    return Ground(use, asked.get("statute", ""), asked.get("method", ""))


def _url(route: str, ground: Ground, **more: int) -> str:
    asked = {"use": ground.legal_use.value, "statute": ground.statute, "method": ground.method, **more}
    return f"{reverse(route)}?{urlencode(asked)}"

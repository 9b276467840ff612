"""What the tests do with a browser: open a screen, post its form, read its words."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from keizoku.ui.tests.page import Page


def go(client: Client, route: str, /, *args: object, **asked: str | int) -> Any:
    return client.get(reverse(route, args=args), asked)


def do(client: Client, route: str, /, *args: object, **posted: object) -> Any:
    return client.post(reverse(route, args=args), posted)


def words(answer: HttpResponse) -> str:
    """The text of a whole page's content; the page itself has no fault."""
    page = Page(answer.content.decode())
    assert page.faults() == []
    return page.text(page.all("main")[0])

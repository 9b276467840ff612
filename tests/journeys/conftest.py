"""One house and one Chromium for all journeys; everybody comes with a browser of their own."""

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from journeys import people
from journeys.house import Ground, House, house
from journeys.world import OSAKA, SENDAI
from keizoku.kernel.database.tests import clones

BROWSER = Path(__file__).resolve().parents[2] / ".venv" / "browser.json"
# The first page of whoever may see the due dates, or of the phone desk.
FIRST_PAGE = re.compile(r"/console/(phone)?$")
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}
# How long a page may take to show what surely comes: a busy machine fails no test.
PAGE_MS = 60_000

# Says what no log says by itself: a page wider than its window, and anything that the policy refused.
WATCH = """
addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI));
addEventListener('load', () => {
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) console.error('wider than the window: ' + root.scrollWidth);
});
"""
# Chromium's own remark on a page that answers 403, 404, 409 or 422, as refusals here do.
REFUSALS = tuple(f"the server responded with a status of {status}" for status in (403, 404, 409, 422))
# htmx's own remark on a request that a newer choice replaced.
REPLACED = ("htmx:afterRequest", "htmx:sendAbort")


@pytest.fixture(scope="package")
def home(server: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of all journeys. It stands before the browser does: Django's own set-up needs a thread without a loop."""
    with clones.clone(server) as database:
        ground = Ground(tmp_path_factory.mktemp("house"), database, django_db_blocker)
        with house(ground, people.register) as made:
            yield made


@pytest.fixture(scope="package")
def launch(home: House) -> Iterator[Callable[..., Browser]]:
    """Start a Chromium, with more arguments for what only one journey needs."""
    if not BROWSER.is_file():
        pytest.skip("run make setup-browser")
    found = json.loads(BROWSER.read_text())
    expect.set_options(timeout=PAGE_MS)
    with sync_playwright() as playwright:

        def start(*arguments: str) -> Browser:
            return playwright.chromium.launch(
                executable_path=found["executable"],
                args=[*found["args"], *arguments],
                env=os.environ | found["env"],
            )

        yield start


@pytest.fixture(scope="package")
def chromium(launch: Callable[..., Browser]) -> Iterator[Browser]:
    browser = launch()
    yield browser
    browser.close()


@dataclass
class Visitor:
    """Somebody's browser: cookies of its own. ``complaints`` is whatever a page did that no page may do."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(
            words in message.text for words in REFUSALS + REPLACED
        ):
            self.complaints.append(f"{self.page.url}: {message.text}")


@pytest.fixture
def visitor(chromium: Browser, home: House) -> Iterator[Callable[..., Visitor]]:
    """``visitor()`` comes on a phone, ``visitor(size=DESKTOP)`` at a desk; what their pages complained of fails the test."""
    came: list[Visitor] = []

    def come(*, size: Any = PHONE, scripts: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport=size,
            java_script_enabled=scripts,
            base_url=home.web,
            locale="ja-JP",
            timezone_id="Asia/Tokyo",
        )
        context.set_default_timeout(PAGE_MS)
        context.add_init_script(WATCH)
        person = Visitor(context, context.new_page())
        context.on("console", person.hear)
        context.on("weberror", lambda error: person.complaints.append(str(error.error)))
        came.append(person)
        return person

    yield come
    for person in came:
        person.context.close()
    assert [complaint for person in came for complaint in person.complaints] == []


@pytest.fixture
def staff(visitor: Callable[..., Visitor], home: House) -> Callable[..., Page]:
    """``staff("reviewer")`` is signed in by a one-time ticket, at a desk unless told otherwise."""

    def sign_in(login: str, *, size: Any = DESKTOP, scripts: bool = True) -> Page:
        page = visitor(size=size, scripts=scripts).page
        page.goto(f"/console/ticket/{home.ticket(login)}")
        page.get_by_role("button", name="サインインする").click()
        page.wait_for_url(FIRST_PAGE)
        return page

    return sign_in


@pytest.fixture(scope="package")
def osaka(home: House) -> int:
    """A campaign by LINE over all of Osaka: everybody there has a message."""
    return home.campaign(OSAKA, count=len(people.OSAKANS))


@pytest.fixture(scope="package")
def sendai(home: House) -> int:
    """The same over all of Sendai, whose people's pages are looked at."""
    campaign = home.campaign(SENDAI, count=len(people.LOOKED_AT))
    home.line_to(people.LOOKING)
    return campaign

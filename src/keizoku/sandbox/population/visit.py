"""One visit to the portal: from the link or the start page to the page that says "done".

Goes through redirects by hand, so that the moment of the final answer is the moment of that very response. A lost
connection on a GET is tried again; on a POST the outcome is unknown, so the visit starts over and looks.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urljoin, urlsplit

import aiohttp

from keizoku.sandbox.population.pages import Form, Page, read_page
from keizoku.sandbox.population.persona import Persona

REFERENCE_CODE = re.compile(r"\d{5}-\d{5}-\d")
_ENDS = {"done", "expired", "locked", "closed"}
_MOST_STEPS = 40
_MOST_TRIES = 3  # at one and the same page, before a person gives up
_MOST_REDIRECTS = 10
_MOST_STARTS = 3
_PATIENCE = aiohttp.ClientTimeout(total=30)
_LOST = (aiohttp.ClientError, TimeoutError)


@dataclass(slots=True)
class Outcome:
    """`state`: done, expired, locked, closed, stuck or unreachable. The moments are of the last POST."""

    state: str = "unreachable"
    steps: int = 0
    starts: int = 0
    mistyped: bool = False
    code: str | None = None
    submitted_at: datetime | None = None
    answered_at: datetime | None = None
    remarks: list[str] = field(default_factory=list)


class _LostOnPost(Exception):
    """Nobody knows whether the portal took the form."""


class Visit:
    """One person's browser: its cookies are its own, its connections are shared."""

    def __init__(
        self, persona: Persona, start: str, connector: aiohttp.BaseConnector, now: Callable[[], datetime]
    ) -> None:
        self._persona = persona
        self._start = start
        self._connector = connector
        self._now = now
        self._outcome = Outcome(code=persona.code)
        self._has_slipped = False

    async def go(self) -> Outcome:
        """The whole visit. Never raises for what a network or a page can do."""
        for attempt in range(_MOST_STARTS):
            self._outcome.starts = attempt + 1
            try:
                return await self._walk()
            except _LostOnPost:
                self._outcome.remarks.append("connection lost on a form")
            except _LOST as lost:
                self._outcome.remarks.append(type(lost).__name__)
            await asyncio.sleep(2.0 * attempt)
        self._outcome.state = "unreachable"
        return self._outcome

    async def _walk(self) -> Outcome:
        origin = _origin(self._start)
        tried: Counter[tuple[str, ...]] = Counter()
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=origin)
        async with aiohttp.ClientSession(
            connector=self._connector, connector_owner=False, cookie_jar=jar, timeout=_PATIENCE
        ) as browser:
            url, page = await self._get(browser, self._start, "")
            while page.state not in _ENDS and self._outcome.steps < _MOST_STEPS:
                self._outcome.steps += 1
                self._note_code(page)
                form = page.form
                tried[_likeness(page)] += 1
                if tried[_likeness(page)] > _MOST_TRIES:
                    break
                if form is not None:
                    url, page = await self._submit(browser, url, form)
                elif page.links and _origin(urljoin(url, page.links[0])) == origin:
                    url, page = await self._get(browser, urljoin(url, page.links[0]), url)
                else:
                    break
            self._note_code(page)
            self._outcome.state = page.state if page.state in _ENDS else "stuck"
            if self._outcome.state == "stuck":
                self._outcome.remarks.append(f"stuck at {page.state or 'a page without a state'}")
        return self._outcome

    async def _submit(self, browser: aiohttp.ClientSession, url: str, form: Form) -> tuple[str, Page]:
        asks_birth = any(entry.name == "birth_day" for entry in form.fields)
        slips = asks_birth and self._persona.mistypes and not self._has_slipped
        if slips:
            self._has_slipped = self._outcome.mistyped = True
        filled = self._persona.fill(form, wrongly=slips)
        target = urljoin(url, form.action) if form.action else url
        if form.method == "get":
            return await self._follow(browser, "GET", target, url, params=filled)
        self._outcome.submitted_at = self._now()
        try:
            return await self._follow(browser, "POST", target, url, data=filled)
        except _LOST as lost:
            raise _LostOnPost from lost

    async def _get(self, browser: aiohttp.ClientSession, url: str, referer: str) -> tuple[str, Page]:
        return await self._follow(browser, "GET", url, referer)

    async def _follow(
        self,
        browser: aiohttp.ClientSession,
        method: str,
        url: str,
        referer: str,
        *,
        data: list[tuple[str, str]] | None = None,
        params: list[tuple[str, str]] | None = None,
    ) -> tuple[str, Page]:
        for _ in range(_MOST_REDIRECTS):
            headers = {"Accept": "text/html", "Accept-Language": "ja"}
            if referer:
                headers["Referer"] = referer
            if method == "POST":
                headers["Origin"] = _origin(url)
            body = aiohttp.FormData(data) if data is not None else None
            async with browser.request(
                method, url, data=body, params=params, headers=headers, allow_redirects=False
            ) as response:
                if method == "POST":
                    self._outcome.answered_at = self._now()
                if response.status in {301, 302, 303, 307, 308}:
                    url = urljoin(url, response.headers.get("Location", ""))
                    if response.status not in {307, 308}:
                        method, data = "GET", None
                    params = None
                    continue
                if response.status >= 500:  # noqa: PLR2004 - the portal is ill; as good as no answer
                    self._outcome.remarks.append(f"status {response.status}")
                    raise aiohttp.ClientPayloadError
                return str(response.url), read_page(await response.text(errors="replace"))
        raise aiohttp.ClientPayloadError

    def _note_code(self, page: Page) -> None:
        if self._outcome.code is None and (found := REFERENCE_CODE.search(page.text)):
            self._outcome.code = found.group()


def _likeness(page: Page) -> tuple[str, ...]:
    """Two pages with the same are the same page to a tired reader."""
    asked = page.form.visible if page.form else []
    return (page.state, *(entry.name for entry in asked))


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

"""A member of staff at a browser without JavaScript: reads pages, fills forms, follows redirects, keeps cookies."""

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from keizoku.sandbox.population.pages import Form, Page, read_page

TIMEOUT_S = 60


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came: its status, the address it came from after redirects, and what could be read of it."""

    status: int
    url: str
    page: Page

    def form_with(self, field: str) -> Form:
        """The form that has this field. Raises ``WalkFailed`` with the page's own words when there is none."""
        for form in self.page.forms:
            if any(entry.name == field for entry in form.fields):
                return form
        raise WalkFailed(f"{self.url} ({self.status}) has no form with {field}: {self.page.text[:300]}")


class WalkFailed(RuntimeError):
    """A page was not what the walk needs; the message says which, and what stood there."""


class Browser:
    """One person's browser; everybody has their own cookies."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(urllib.parse.urljoin(self._origin, path)))  # noqa: S310 - our own

    def submit(self, answer: Answer, form: Form, filled: Mapping[str, str | Sequence[str]]) -> Answer:
        """Send a form as it stands on the page, with some fields filled differently; several values are boxes to tick.

        A button counts only if named.
        """
        pairs: list[tuple[str, str]] = []
        for entry in form.fields:
            if (given := filled.get(entry.name)) is not None:
                pairs += [(entry.name, value) for value in ([given] if isinstance(given, str) else given)]
            elif entry.kind in {"radio", "checkbox", "select"}:
                pairs += [(entry.name, choice.value) for choice in entry.choices if choice.chosen]
            elif entry.kind != "submit":
                pairs.append((entry.name, entry.value))
        target = urllib.parse.urljoin(answer.url, form.action) if form.action else answer.url
        request = urllib.request.Request(  # noqa: S310 - our own http address
            target,
            data=urllib.parse.urlencode(pairs).encode(),
            headers={"Origin": self._origin, "Referer": answer.url},
            method="POST",
        )
        return self._open(request)

    def sign_in(self, token: str) -> None:
        """Use a one-time ticket: its page has one button."""
        answer = self.get(f"/console/ticket/{token}")
        signed_in = self.submit(answer, answer.form_with("csrfmiddlewaretoken"), {})
        if "/console/ticket/" in signed_in.url or "sign-in" in signed_in.url:
            raise WalkFailed(f"the ticket was not taken: {signed_in.page.text[:200]}")

    def _open(self, request: urllib.request.Request) -> Answer:
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                return Answer(response.status, response.url, read_page(response.read().decode()))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.url, read_page(refused.read().decode(errors="replace")))

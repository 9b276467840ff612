"""A browser without JavaScript: opens pages, posts forms, follows, and reads what the page says of itself."""

from typing import Any

from django.test import Client

from keizoku.ui.tests.page import Page

IDENTITY = {
    "birth_era": "昭和",
    "birth_year": "35",
    "birth_month": "4",
    "birth_day": "8",
    "account_last4": "4567",
}
GOOD_ANSWERS = (
    {"answer_address_known": "same"},
    {"answer_phone_known": "same"},
    {"answer_occupation": "pensioner"},
    {"answer_purpose": "salary"},
    {"answer_remittance": "no"},
)


class Browser:
    """Cross-site checks are on, as for real visitors; the address can be changed between requests."""

    def __init__(self, address: str = "192.0.2.1") -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)
        self.path = ""
        self.html = ""
        self.status = 0
        self.headers: Any = {}

    def open(self, path: str) -> "Browser":
        return self._read(self.client.get(path, follow=True))

    def post(self, **fields: str) -> "Browser":
        """Post the page's own form; the header's chooses a language."""
        *_, token = Page(self.html).all("input", name="csrfmiddlewaretoken")
        return self._read(
            self.client.post(self.path, {**fields, "csrfmiddlewaretoken": token["value"]}, follow=True)
        )

    @property
    def state(self) -> str:
        [main] = Page(self.html).all("main")
        return str(main["data-state"])

    @property
    def text(self) -> str:
        page = Page(self.html)
        return page.text(page.all("main")[0])

    def speak(self, language: str) -> "Browser":
        """Press the name of a language in the header."""
        page = Page(self.html)
        token, *_ = page.all("input", name="csrfmiddlewaretoken")
        [back] = page.all("input", name="next")
        posted = {"language": language, "next": back["value"], "csrfmiddlewaretoken": token["value"]}
        return self._read(self.client.post("/language", posted, follow=True))

    def one_by_one(self) -> "Browser":
        """From the known values to the first question."""
        return self.post(do="changed") if self.state == "unchanged" else self

    def answer_all(self) -> "Browser":
        self.one_by_one()
        for fields in GOOD_ANSWERS:
            self.post(**fields)
        return self

    def _read(self, response: Any) -> "Browser":
        if response.redirect_chain:
            self.path = response.redirect_chain[-1][0]
        else:
            self.path = response.request["PATH_INFO"]
        self.html, self.status, self.headers = (
            response.content.decode(),
            response.status_code,
            response.headers,
        )
        return self

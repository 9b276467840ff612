"""The staff's browser of the demo's check: it fills forms as a browser does, follows redirects and keeps cookies."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl

import pytest

from keizoku.cli.demo.browser import Browser

FORM = """<main><form method="post" action="/send"><input type="hidden" name="token" value="t1">
<input name="name" value="初めの名前"><textarea name="words">本文です</textarea>
<select name="days"><option value="0">今日</option><option value="30" selected>30日</option></select>
<input type="checkbox" name="levels" value="high" checked><input type="checkbox" name="levels" value="low">
<input type="radio" name="journey" value="line"><input type="radio" name="journey" value="mail" checked>
<button name="act" value="save">保存</button></form></main>"""


class Site(BaseHTTPRequestHandler):
    """Shows the form; what is sent is kept, answered with a redirect, a cookie and a page that names the cookie."""

    posted: ClassVar[list[list[tuple[str, str]]]] = []

    def do_GET(self) -> None:
        if self.path == "/refused":
            self._answer(409, "<main><p>受け付けられません</p></main>")
        else:
            self._answer(200, f"{FORM}<main><p>{self.headers.get('Cookie', 'クッキーなし')}</p></main>")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.posted.append(parse_qsl(body, keep_blank_values=True))
        self.send_response(302)
        self.send_header("Location", "/after")
        self.send_header("Set-Cookie", "sitting=42; Path=/")
        self.end_headers()

    def _answer(self, status: int, html: str) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(html.encode())

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def browser():
    Site.posted.clear()
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Browser(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()


def test_form_is_sent_as_it_stands_but_for_what_was_filled_and_buttons_only_if_named(browser):
    page = browser.get("/form")
    form = page.form_with("name")
    browser.submit(page, form, {"name": "新しい名前"})
    browser.submit(page, form, {"act": "save"})
    first, second = map(dict, Site.posted)
    assert first == {
        "token": "t1",
        "name": "新しい名前",
        "words": "本文です",
        "days": "30",
        "levels": "high",
        "journey": "mail",
    }
    assert (second["name"], second["act"]) == ("初めの名前", "save")


def test_redirect_is_followed_and_the_cookie_comes_along(browser):
    page = browser.get("/form")
    after = browser.submit(page, page.form_with("name"), {})
    assert after.status == 200
    assert after.url.endswith("/after")
    assert "クッキーなし" in page.page.text
    assert "sitting=42" in after.page.text


def test_refusal_is_an_answer_with_its_words(browser):
    refused = browser.get("/refused")
    assert (refused.status, refused.page.text) == (409, "受け付けられません")

"""A portal for the population to walk through: the same shapes as the product's pages, and nothing behind them.

GET /r/<token> and the start page lead to identify, three questions, confirm, done. A CSRF token lives in a cookie
and in each form; every POST answers with a redirect.
"""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import escape

from aiohttp import web
from aiohttp.test_utils import TestServer

TOKEN, CODE = "one-time-token", "12345-67890-1"
QUESTIONS = {
    "address": (
        '<input type="radio" name="answer_address_known" value="same" id="s"><label for="s">変わりありません</label>'
        '<input type="radio" name="answer_address_known" value="changed" id="c"><label for="c">変わりました</label>'
        '<input name="answer_address_postal_code"><textarea name="answer_address"></textarea>'
    ),
    "occupation": (
        '<label><input type="radio" name="answer_occupation" value="company_employee">会社員</label>'
        '<label><input type="radio" name="answer_occupation" value="pensioner">年金受給</label>'
    ),
    "remittance": (
        '<label><input type="radio" name="answer_remittance" value="yes">はい</label>'
        '<label><input type="radio" name="answer_remittance" value="no">いいえ</label>'
    ),
}
STEPS = ("identify", *QUESTIONS, "confirm", "done")


class Portal:
    """`answers` are what was handed in, one dict for each person; `drop_next_post` cuts one connection."""

    def __init__(self) -> None:
        self.answers: list[dict[str, str]] = []
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.url = ""
        self.drop_next_post = False
        self.drop_after_acting = False
        self._walks: dict[str, dict[str, str]] = {}
        self._done: set[str] = set()

    async def start(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        if request.method == "POST" and form.get("code") == CODE:
            return self._enter("by code")
        return _page("entry", '<input name="code">', "")

    async def link(self, request: web.Request) -> web.StreamResponse:
        return self._enter(request.match_info["token"])

    def _enter(self, token: str) -> web.StreamResponse:
        walk, csrf = secrets.token_hex(8), secrets.token_hex(8)
        self._walks[walk] = {"csrf": csrf, "token": token}
        step = "done" if token in self._done else "identify"
        answer = web.Response(status=303, headers={"Location": f"/step/{step}"})
        answer.set_cookie("walk", walk, secure=True, httponly=True)
        return answer

    async def show(self, request: web.Request) -> web.StreamResponse:
        step = request.match_info["step"]
        walk = self._walks[request.cookies["walk"]]
        if request.method == "POST":
            return await self._take(request, step, walk)
        if step == "done":
            return _page("done", None, "")
        known = {"identify": _IDENTIFY, "confirm": ""}
        state = step if step in known else "question"
        return _page(state, known.get(step, QUESTIONS.get(step, "")), walk["csrf"])

    async def _take(self, request: web.Request, step: str, walk: dict[str, str]) -> web.StreamResponse:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.headers.append(dict(request.headers))
        if self.drop_next_post:
            self.drop_next_post = False
            if self.drop_after_acting:
                self._done.add(walk["token"])
            assert request.transport
            request.transport.abort()
            return web.Response()
        if form.pop("csrf", "") != walk["csrf"]:
            raise web.HTTPForbidden
        self.posts.append((step, form))
        born = tuple(form.get(f"birth_{part}") for part in ("year", "month", "day"))
        if step == "identify" and born != ("1960", "4", "8"):
            return _page("identify", _IDENTIFY, walk["csrf"])
        if step == "confirm":
            self._done.add(walk["token"])
            self.answers.append({**walk})
        walk.update(form)
        raise web.HTTPSeeOther(f"/step/{STEPS[STEPS.index(step) + 1]}")


_IDENTIFY = (
    '<select name="birth_era"><option value="">西暦</option><option value="S">昭和</option></select>'
    '<input name="birth_year"><input name="birth_month"><input name="birth_day"><input name="account_last4">'
)


def _page(state: str, fields: str | None, csrf: str) -> web.Response:
    form = (
        f'<form method="post"><input type="hidden" name="csrf" value="{escape(csrf)}">{fields}<button>次へ</button></form>'
        if fields is not None
        else f"<p>受付番号 {CODE}</p>"
    )
    html = (
        '<!doctype html><header><form method="post" action="/language"><button>English</button></form></header>'
        f'<main data-state="{state}"><a href="/">戻る</a>{form}</main>'
    )
    return web.Response(text=html, content_type="text/html")


@asynccontextmanager
async def portal() -> AsyncIterator[Portal]:
    open_portal = Portal()
    app = web.Application()
    app.add_routes(
        [
            web.route("*", "/", open_portal.start),
            web.get("/r/{token}", open_portal.link),
            web.route("*", "/step/{step}", open_portal.show),
        ]
    )
    async with TestServer(app) as server:
        open_portal.url = str(server.make_url("")).rstrip("/")
        yield open_portal

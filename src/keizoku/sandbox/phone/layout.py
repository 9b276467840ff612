"""The frame of every phone page: head, the mark that this is a simulation, foot."""

from aiohttp import web

from keizoku.sandbox.phone.markup import Child, Markup, element, join

# Flex messages bring their own colours as style attributes; scripts only from here.
_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self';"
    " img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


def page(title: str, *children: Child, status: int = 200) -> web.Response:
    """A whole page; it looks for news by itself every few seconds."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{title} | 模擬環境"),
        element("link", rel="stylesheet", href="/phone/static/phone.css"),
        element("link", rel="icon", href="data:,"),
        element("script", src="/phone/static/refresh.js", defer=True),
        element("noscript", element("meta", http_equiv="refresh", content="15")),
    )
    mark = element(
        "p",
        element("strong", "模擬環境"),
        " この画面のお客さま・LINE・メールはすべて作りものです。実在の人や会社には何も届きません。",
        class_="simulation",
        role="note",
    )
    body = element("body", mark, *children)
    html = join(Markup("<!doctype html>"), element("html", head, body, lang="ja"))
    return web.Response(
        text=html,
        content_type="text/html",
        status=status,
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
    )

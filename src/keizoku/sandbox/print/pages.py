"""The print house's counter as a page: which batches lie there, and their letters as PDF."""

from datetime import datetime
from typing import Final

from aiohttp import web

from keizoku.sandbox.phone.layout import page
from keizoku.sandbox.phone.markup import Markup, element
from keizoku.sandbox.phone.words import day, time_of_day
from keizoku.sandbox.print.house import Batch, House

STATES: Final = {
    "accepted": "受け付けた（締め切り前）",
    "printed": "印刷した",
    "posted": "投函した",
    "cancelled": "取りやめた",
}
REASONS: Final = {
    "no_such_person": "あて所に尋ねあたりません",
    "moved": "転居先不明",
    "incomplete": "あて名不完全",
    "not_collected": "保管期間経過",
    "refused": "受取拒絶",
}
_MOST: Final = 50


def counter(house: House) -> web.Response:
    batches = list(reversed(house.batches.values()))[:_MOST]
    rows = [_row(batch) for batch in batches]
    return page(
        "印刷会社",
        element(
            "main",
            element("p", element("a", "お客さまの電話へ", href="/phone")),
            element("h1", "印刷会社の受付"),
            element(
                "p",
                "銀行から届いた手紙の束です。17時30分までに届いた束を夕方に印刷し、翌日に投函します。",
                class_="lead",
            ),
            element("ul", *rows, class_="people")
            if rows
            else element("p", "まだ束は届いていません。", class_="empty"),
            class_="front",
        ),
    )


def one(batch: Batch) -> web.Response:
    returns = [
        element(
            "li", element("a", f"{each['tag']} ", REASONS[each["reason"]], href=_place(batch, each["tag"]))
        )
        for each in batch.returns
    ]
    letters = [element("li", element("a", tag, href=_place(batch, tag))) for tag in batch.tags[:_MOST]]
    return page(
        "手紙の束",
        element(
            "main",
            element("p", element("a", "印刷会社の受付へ", href="/print")),
            element("h1", f"束 {batch.reference}"),
            element("p", f"{len(batch.tags):,}通 ・ {STATES[batch.state]}", class_="lead"),
            element("p", element("a", "手紙をすべて見る（PDF）", href=f"{_path(batch)}/letters.pdf")),
            element("h2", "戻ってきた手紙"),
            element("ul", *returns) if returns else element("p", "ありません。", class_="empty"),
            element("h2", f"手紙（はじめの{len(letters)}通）"),
            element("ul", *letters),
            class_="front",
        ),
    )


def _row(batch: Batch) -> Markup:
    taken = datetime.fromisoformat(batch.taken_at)
    return element(
        "li",
        element(
            "a",
            element(
                "span",
                element("span", f"束 {batch.reference}", class_="name"),
                element("span", f"{len(batch.tags):,}通", class_="own-number"),
            ),
            element("span", f"{day(taken)} {time_of_day(taken)}", class_="beside"),
            href=_path(batch),
        ),
        element("p", STATES[batch.state], class_="preview"),
    )


def _path(batch: Batch) -> str:
    return f"/print/batches/{batch.key}"


def _place(batch: Batch, tag: str) -> str:
    """The letter's page within the PDF, which browsers open at a page."""
    return f"{_path(batch)}/letters.pdf#page={batch.tags.index(tag) + 1}"

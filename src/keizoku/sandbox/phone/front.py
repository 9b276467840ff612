"""/phone: find a customer, see who has news, the carriers' counters, and the assumptions' table."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from aiohttp import web

from keizoku.sandbox.inbox import Inbox, Kind, Place
from keizoku.sandbox.mail.reading import read
from keizoku.sandbox.phone.bubbles import preview
from keizoku.sandbox.phone.layout import page
from keizoku.sandbox.phone.markup import Markup, element, join
from keizoku.sandbox.phone.words import day, percent, time_of_day
from keizoku.sandbox.world.assumptions import ASSUMPTIONS
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import Person

_MOST_FOUND = 30
_MOST_NEWS = 12


class Front:
    """`status` gives the counters that /_sandbox/status tells."""

    def __init__(self, world: World, inbox: Inbox, status: Callable[[], Mapping[str, Any]]) -> None:
        self._world = world
        self._inbox = inbox
        self._status = status

    async def show(self, request: web.Request) -> web.StreamResponse:
        sought = request.query.get("q", "").strip()
        if sought in self._world.people:
            raise web.HTTPSeeOther(f"/phone/{sought}")
        news = self._inbox.latest(_MOST_NEWS)
        version = f"{news[0].id if news else 0}"
        return page(
            "お客さまの電話",
            element(
                "main",
                element("h1", "お客さまの電話を見る"),
                element(
                    "p",
                    "お客さまに届いたLINE・メール・SMSを、お客さまの画面のまま確かめられます。",
                    class_="lead",
                ),
                _search(sought),
                self._found(sought) if sought else None,
                element(
                    "div",
                    self._news(news),
                    _counters(self._status()),
                    id="live",
                    data_version=version,
                    class_="columns",
                ),
                _assumptions(),
                class_="front",
            ),
        )

    def _found(self, sought: str) -> Markup:
        found = list(islice(self._matching(sought), _MOST_FOUND))
        if not found:
            return element("p", f"「{sought}」に当てはまるお客さまはいません。", class_="empty")
        rows = [element("li", _person_link(person)) for person in found]
        more = (
            element("p", f"はじめの{_MOST_FOUND}人です。", class_="hint")
            if len(found) == _MOST_FOUND
            else None
        )
        return element(
            "section", element("h2", "見つかったお客さま"), element("ul", *rows, class_="people"), more
        )

    def _matching(self, sought: str) -> Iterator[Person]:
        plain = sought.replace(" ", "").replace("\u3000", "")
        for person in self._world.people.values():
            name = person.name.replace(" ", "").replace("\u3000", "")
            if person.number.startswith(plain) or plain in name:
                yield person

    def _news(self, news: list[Place]) -> Markup:
        rows = [self._arrival(place) for place in news]
        inner = element("ul", *rows, class_="people") if rows else _nothing_yet()
        return element("section", element("h2", "新しく届いたお客さま"), inner)

    def _arrival(self, place: Place) -> Markup:
        owners = self._world.owners(place.holder)
        content = self._inbox.open(place).content
        name, mark, view = _MARKS[place.kind]
        words = _opening(place.kind, content)
        when = f"{day(place.at)} {time_of_day(place.at)}"
        channel = element("span", name, class_=mark)
        first = owners[0] if owners else None
        link = _person_link(first, when, view) if first else element("span", place.holder)
        return element("li", link, element("p", channel, " ", words, class_="preview"))


# Kind → its name, the class of its mark, and the view of the phone that shows it.
_MARKS = {
    Kind.LINE: ("LINE", "line-mark", ""),
    Kind.MAIL: ("メール", "mail-mark", "?view=mail"),
    Kind.SMS: ("SMS", "mail-mark", "?view=sms"),
}


def _opening(kind: Kind, content: Any) -> str:
    if kind is Kind.MAIL:
        return read(content.encode("latin-1")).subject
    return str(content)[:60] if kind is Kind.SMS else preview(content[0])


def _person_link(person: Person, beside: str = "", view: str = "") -> Markup:
    return element(
        "a",
        element(
            "span",
            element("span", person.name or "お名前なし", class_="name"),
            element("span", person.number, class_="own-number"),
        ),
        element("span", beside, class_="beside") if beside else None,
        href=f"/phone/{person.number}{view}",
    )


def _search(sought: str) -> Markup:
    return element(
        "form",
        element("label", "お客さま番号か名前でさがす", for_="q"),
        element(
            "div",
            element("input", type="search", id="q", name="q", value=sought, placeholder="例: 0000000123"),
            element("button", "さがす"),
            class_="search-row",
        ),
        action="/phone",
        class_="search",
        role="search",
    )


def _nothing_yet() -> Markup:
    return element(
        "p", "まだ何も届いていません。キャンペーンを送信すると、届いた方がここに並びます。", class_="empty"
    )


def _counters(status: Mapping[str, Any]) -> Markup:
    line, mail, sms, crowd, hooks, letters = (
        status[key] for key in ("line", "smtp", "sms", "population", "webhooks", "print")
    )
    rows = (
        ("LINE 受け付け", line.get("accepted", 0)),
        ("LINE 届いた", line.get("delivered", 0)),
        ("LINE 送れない(422)", line.get("refused", 0)),
        ("LINE ブロック(届かない)", line.get("blocked", 0)),
        ("LINE 同意待ち", line.get("waiting_for_consent", 0)),
        ("LINE 24時間で消えた", line.get("expired", 0)),
        ("通知(webhook)受領", hooks.get("accepted", 0)),
        ("メール 受け付け", mail.get("messages", 0)),
        ("メール 宛先の拒否", mail.get("recipients_refused", 0)),
        ("SMS 受け付け", sms.get("accepted", 0)),
        ("SMS 届いた", sms.get("received", 0)),
        ("手紙 受け付け", letters.get("letters", 0)),
        ("手紙 戻ってきた", letters.get("returned", 0)),
        ("自分で回答した人", crowd.get("done", 0)),
    )
    cells = [join(element("dt", name), element("dd", f"{number:,}")) for name, number in rows]
    switch = "回答する(ON)" if crowd["on"] else "回答しない(OFF)"
    return element(
        "section",
        element("h2", "運び手の記録(起動してから)"),
        element("dl", *cells, class_="counters"),
        element("p", element("a", "手紙は印刷会社の受付で見られます", href="/print")),
        element("p", f"模擬のお客さま {status['people']:,}人 ・ 自分からの回答: {switch}", class_="hint"),
    )


def _assumptions() -> Markup:
    heads = ("ふるまい", "割合", "根拠", "出どころ")
    rows = [
        element(
            "tr",
            element("th", line.name, scope="row"),
            element("td", percent(line.share), class_="number", data_head="割合"),
            element("td", element("span", line.basis.value, class_=f"basis basis-{line.basis.name.lower()}")),
            element("td", line.source, class_="source"),
        )
        for line in ASSUMPTIONS
    ]
    return element(
        "section",
        element("h2", "この模擬環境の前提"),
        element(
            "p",
            "お客さまのふるまいは次の割合で決まります。「仮定」は公表された数字がなく、動作を確かめるための値です。",
            class_="hint",
        ),
        element(
            "table",
            element("thead", element("tr", *(element("th", head, scope="col") for head in heads))),
            element("tbody", *rows),
            class_="assumptions",
        ),
    )

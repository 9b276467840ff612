"""/phone/<customer number>: one customer's phone, with the talk and the mailbox, and beside it what they know."""

from collections.abc import Mapping

from aiohttp import web

from keizoku.sandbox.inbox import Inbox, Item, Kind
from keizoku.sandbox.line.deliveries import Deliveries
from keizoku.sandbox.line.linking import WHOSE_PHONE
from keizoku.sandbox.line.talk import Talk
from keizoku.sandbox.mail.reading import read
from keizoku.sandbox.phone.bubbles import bubble, linked
from keizoku.sandbox.phone.layout import page
from keizoku.sandbox.phone.markup import Child, Markup, element, join
from keizoku.sandbox.phone.words import (
    HANDSET_WORDS,
    MAILBOX_WORDS,
    RECEPTION_WORDS,
    birthday,
    day,
    full_moment,
    time_of_day,
)
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import Person

_SHOWN = 60
_LONGEST_WORDS = 500


class PersonPages:
    def __init__(
        self, world: World, inbox: Inbox, deliveries: Deliveries, talk: Talk, institution: str
    ) -> None:
        self._world = world
        self._inbox = inbox
        self._deliveries = deliveries
        self._talk = talk
        self._institution = institution

    def routes(self) -> list[web.RouteDef]:
        own = r"/phone/{number:\d{10}}"
        return [
            web.get(own, self.show),
            web.post(f"{own}/say", self.say),
            web.post(f"{own}/press", self.press),
            web.post(f"{own}/consent", self.consent),
            web.post(f"{own}/friend", self.befriend),
        ]

    async def show(self, request: web.Request) -> web.Response:
        person = self._person(request)
        asked = request.query.get("view", "")
        view = asked if asked in {"mail", "sms"} else "line"
        opened = request.query.get("mail", "")
        screens = {"mail": lambda: self._mail(person, opened), "sms": lambda: self._sms(person)}
        screen = screens.get(view, lambda: self._line(person))()
        items = self._count(person)
        response = page(
            person.name or person.number,
            element(
                "main",
                element("p", element("a", "一覧へもどる", href="/phone"), class_="back"),
                element("h1", f"{person.name or 'お名前なし'} さまの電話"),
                element(
                    "div",
                    element(
                        "div",
                        self._tabs(person, view),
                        screen,
                        class_="phone",
                        id="live",
                        data_version=f"{items}-{self._deliveries.prompted(person.phone or '')}",
                    ),
                    self._knows(person),
                    class_="columns person",
                ),
            ),
        )
        # LINE's own dialogs know their user by LINE's sign-in; here it is the phone that was opened last.
        response.set_cookie(WHOSE_PHONE, person.number, httponly=True, samesite="Lax")
        return response

    async def say(self, request: web.Request) -> web.Response:
        person, form = self._person(request), await request.post()
        words = str(form.get("text", "")).strip()[:_LONGEST_WORDS]
        if words and person.phone:
            self._talk.say(person.phone, words)
        raise web.HTTPSeeOther(f"/phone/{person.number}")

    async def press(self, request: web.Request) -> web.Response:
        person, form = self._person(request), await request.post()
        if person.phone:
            self._talk.press(person.phone, str(form.get("label", "")), str(form.get("content", "")))
        raise web.HTTPSeeOther(f"/phone/{person.number}")

    async def consent(self, request: web.Request) -> web.Response:
        person, form = self._person(request), await request.post()
        if person.phone and self._deliveries.prompted(person.phone):
            self._deliveries.answer_prompt(person.phone, accepts=form.get("answer") == "accept")
        raise web.HTTPSeeOther(f"/phone/{person.number}")

    async def befriend(self, request: web.Request) -> web.Response:
        person, form = self._person(request), await request.post()
        if person.phone and form.get("act") == "follow":
            self._talk.follow(person.phone)
        elif person.phone and form.get("act") == "block":
            self._talk.block(person.phone)
        raise web.HTTPSeeOther(f"/phone/{person.number}")

    def _person(self, request: web.Request) -> Person:
        person = self._world.people.get(request.match_info["number"])
        if person is None:
            raise web.HTTPNotFound(text="この番号のお客さまはいません。")
        return person

    def _count(self, person: Person) -> int:
        talk = self._inbox.of(person.phone or "", {Kind.LINE, Kind.SAID, Kind.SMS})
        return len(talk) + len(self._inbox.of(person.mail or "", {Kind.MAIL}))

    def _tabs(self, person: Person, view: str) -> Markup:
        own = f"/phone/{person.number}"
        numbers: Mapping[str, int] = {
            "line": len(self._inbox.of(person.phone or "", {Kind.LINE})),
            "mail": len(self._inbox.of(person.mail or "", {Kind.MAIL})),
            "sms": len(self._inbox.of(person.phone or "", {Kind.SMS})),
        }
        tabs = [
            element(
                "a",
                f"{name} ",
                element("span", str(numbers[key]), class_="count"),
                href=f"{own}?view={key}",
                aria_current="page" if key == view else None,
            )
            for key, name in (("line", "LINE"), ("mail", "メール"), ("sms", "SMS"))
        ]
        return element("nav", *tabs, class_="tabs", aria_label="この電話の画面")

    def _line(self, person: Person) -> Markup:
        phone = person.phone or ""
        places = self._inbox.of(phone, {Kind.LINE, Kind.SAID})[-_SHOWN:]
        lines: list[Child] = []
        shown_day = ""
        for place in places:
            if day(place.at) != shown_day:
                shown_day = day(place.at)
                lines.append(element("p", shown_day, class_="day"))
            lines.append(self._said(self._inbox.open(place), person))
        lines.append(self._prompt(person, phone))
        if not any(lines):
            reason = "LINEのトークはまだありません。"
            if self._world.user_id(phone) is None:
                reason = "この方の電話番号のLINE利用者はいません。"
            lines.append(element("p", reason, class_="empty"))
        return join(
            element("p", self._institution, class_="screen-title"),
            element("div", element("div", *lines, class_="talk-lines"), class_="talk", tabindex="0"),
            _write_form(person) if self._world.user_id(phone) else None,
            _friend_form(person, is_friend=self._world.is_friend(phone))
            if self._world.user_id(phone)
            else None,
        )

    def _said(self, item: Item, person: Person) -> Markup:
        clock = element("span", time_of_day(item.place.at), class_="clock")
        if item.place.kind is Kind.SAID:
            return element(
                "div", clock, element("div", str(item.content), class_="bubble own"), class_="said own"
            )
        shown = [bubble(message, person.number) for message in item.content]
        return element("div", element("div", *shown, class_="messages"), clock, class_="said")

    def _prompt(self, person: Person, phone: str) -> Markup | None:
        waiting = self._deliveries.prompted(phone)
        if not waiting:
            return None
        buttons = [
            element("button", words, name="answer", value=value, class_=f"card-button {value}")
            for value, words in (("accept", "同意して受けとる"), ("decline", "受けとらない"))
        ]
        return element(
            "form",
            element("p", "LINE", class_="card-title"),
            element(
                "p",
                f"{self._institution}からLINE通知メッセージが{waiting}件あります。"
                "24時間以内に同意すると届きます。",
                class_="card-text",
            ),
            element("div", *buttons, class_="card-buttons"),
            method="post",
            action=f"/phone/{person.number}/consent",
            class_="card-bubble prompt",
        )

    def _mail(self, person: Person, opened: str) -> Markup:
        places = self._inbox.of(person.mail or "", {Kind.MAIL})
        chosen = next((place for place in places if str(place.id) == opened), None)
        own = f"/phone/{person.number}?view=mail"
        if chosen is not None:
            letter = read(self._inbox.open(chosen).content.encode("latin-1"))
            return element(
                "article",
                element("p", element("a", "受信箱へもどる", href=own), class_="back"),
                element("h2", letter.subject or "(件名なし)"),
                element("p", letter.sender, class_="sender"),
                element("p", full_moment(chosen.at), class_="clock"),
                element("div", linked(letter.text), class_="letter"),
                class_="mail-open",
            )
        rows = [self._mail_row(self._inbox.open(place), own) for place in reversed(places[-_SHOWN:])]
        reason = "メールはまだありません。" if person.mail else "この方のメールアドレスは登録されていません。"
        inner = element("ul", *rows, class_="mails") if rows else element("p", reason, class_="empty")
        return join(element("p", "受信箱", class_="screen-title"), element("div", inner, class_="mailbox"))

    def _mail_row(self, item: Item, own: str) -> Markup:
        letter = read(item.content.encode("latin-1"))
        return element(
            "li",
            element(
                "a",
                element("span", letter.sender, class_="sender"),
                element("span", full_moment(item.place.at), class_="clock"),
                element("span", letter.subject or "(件名なし)", class_="subject"),
                element("span", " ".join(letter.text.split())[:60], class_="preview"),
                href=f"{own}&mail={item.place.id}",
            ),
        )

    def _sms(self, person: Person) -> Markup:
        places = self._inbox.of(person.phone or "", {Kind.SMS})[-_SHOWN:]
        lines = [self._texted(self._inbox.open(place)) for place in places]
        reason = "SMSはまだありません。" if person.phone else "この方の電話番号は登録されていません。"
        return join(
            element("p", self._institution, class_="screen-title"),
            element(
                "div",
                element("div", *lines or [element("p", reason, class_="empty")], class_="talk-lines"),
                class_="talk",
                tabindex="0",
            ),
        )

    @staticmethod
    def _texted(item: Item) -> Markup:
        clock = element("span", full_moment(item.place.at), class_="clock")
        return element(
            "div", element("div", linked(str(item.content)), class_="bubble"), clock, class_="said"
        )

    def _knows(self, person: Person) -> Markup:
        account = person.account_number[-4:] if person.account_number else "ファイルから読み取れません"
        reception = (
            RECEPTION_WORDS[self._world.reception(person.phone)] if person.phone else "電話番号の登録なし"
        )
        mailbox = MAILBOX_WORDS[self._world.mailbox(person.mail)] if person.mail else "登録なし"
        secrets = (("生年月日", birthday(person.birth_date)), ("口座番号の下4けた", account))
        settings = (
            ("お客さま番号", person.number),
            ("電話番号", person.phone or "登録なし"),
            ("LINE通知メッセージ", reception),
            (
                "SMS",
                HANDSET_WORDS[self._world.handset(person.phone)] if person.phone else "電話番号の登録なし",
            ),
            ("メール", person.mail or "登録なし"),
            ("メールボックス", mailbox),
        )
        return element(
            "aside",
            element("h2", "この方が知っていること"),
            element("p", "この方になって回答するときに使います。", class_="hint"),
            _facts(secrets, "secrets"),
            element("h2", "この電話の設定"),
            _facts(settings, "settings"),
            element("p", "ボタンやリンクは新しい画面で開きます。", class_="hint"),
            class_="knows",
        )


def _write_form(person: Person) -> Markup:
    return element(
        "form",
        element("label", "メッセージを書く", for_="text", class_="hidden"),
        element(
            "input", type="text", id="text", name="text", placeholder="メッセージを書く", autocomplete="off"
        ),
        element("button", "送信"),
        method="post",
        action=f"/phone/{person.number}/say",
        class_="write",
    )


def _friend_form(person: Person, *, is_friend: bool) -> Markup:
    act, words = ("block", "公式アカウントをブロックする") if is_friend else ("follow", "友だちに追加する")
    return element(
        "form",
        element("button", words, name="act", value=act, class_="quick"),
        method="post",
        action=f"/phone/{person.number}/friend",
        class_="press friend",
    )


def _facts(rows: tuple[tuple[str, str], ...], classes: str) -> Markup:
    return element(
        "dl", *(join(element("dt", name), element("dd", value)) for name, value in rows), class_=classes
    )

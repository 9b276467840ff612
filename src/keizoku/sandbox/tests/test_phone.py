import asyncio
from typing import Any

import aiohttp

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.phone.markup import element
from keizoku.sandbox.phone.words import birthday, percent
from keizoku.sandbox.tests.places import (
    PEOPLE,
    line,
    people_whose_mailbox,
    people_with,
    person,
    sandbox,
    until,
)
from keizoku.sandbox.tests.test_faults import send
from keizoku.sandbox.world.assumptions import Mailbox, Reception
from keizoku.sandbox.world.people import World, phone_hash

LINK = "https://bank.example/r/abc?x=1&y=2"
FLEX = {
    "type": "flex",
    "altText": "お客さま情報の確認",
    "contents": {
        "type": "bubble",
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "text", "text": "<b>確認</b>のお願い", "weight": "bold", "color": "#1a1a1c"},
                {
                    "type": "button",
                    "style": "primary",
                    "action": {"type": "uri", "label": "確認する", "uri": LINK},
                },
                {"type": "button", "action": {"type": "postback", "label": "あとで", "data": "later=1"}},
            ],
        },
    },
}


async def see(caller: Any, path: Any) -> Any:
    async with aiohttp.ClientSession() as phone, phone.get(caller.running.url + path) as response:
        return response.status, await response.text(), response.headers


async def notify(caller: Any, who: Any, *messages: Any) -> Any:
    await caller.post("/bot/pnp/push", {"to": phone_hash(who.phone), "messages": list(messages)})


def test_talk_shows_the_message_with_a_button_that_really_leads_to_its_uri(tmp_path):
    async def scenario() -> Any:
        who = people_with(Reception.ON)[0]
        async with sandbox(tmp_path) as caller:
            await notify(caller, who, line("大切なお知らせ"), FLEX)
            await until(lambda: caller.running.deliveries.counts["delivered"])
            status, html, headers = await see(caller, f"/phone/{who.number}")
            assert status == 200
            assert "模擬環境" in html
            assert "大切なお知らせ" in html
            href = LINK.replace("&", "&amp;")
            assert (
                f'<a href="{href}" target="_blank" rel="noopener" class="flex-button primary">確認する</a>'
                in html
            )
            assert "&lt;b&gt;確認&lt;/b&gt;のお願い" in html
            assert "<script>" not in html
            assert "script-src 'self'" in headers["Content-Security-Policy"]
            assert "1960年(昭和35年)4月8日" in html
            assert who.account_number[-4:] in html

    asyncio.run(scenario())


def test_customer_is_found_by_number_and_by_name(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            assert f"{PEOPLE[6].number} さま" not in (await see(caller, "/phone"))[1]
            assert "山田 7 さまの電話" in (await see(caller, f"/phone?q={PEOPLE[6].number}"))[1]
            found = (await see(caller, "/phone?q=山田7"))[1]
            assert f'href="/phone/{PEOPLE[6].number}"' in found
            assert "当てはまるお客さまはいません" in (await see(caller, "/phone?q=佐藤"))[1]
            assert (await see(caller, "/phone/9999999999"))[0] == 404

    asyncio.run(scenario())


def test_mail_is_listed_and_opens_with_its_decoded_text(tmp_path):
    async def scenario() -> Any:
        who = people_whose_mailbox(Mailbox.OPEN)[0]
        async with sandbox(tmp_path) as caller:
            await asyncio.to_thread(send, caller.running.smtp_port, who.mail)
            assert "お客さま情報の確認" in (await see(caller, f"/phone/{who.number}?view=mail"))[1]
            opened = (await see(caller, f"/phone/{who.number}?view=mail&mail=1"))[1]
            assert "受付番号 12345-67890-1" in opened
            other = PEOPLE[-1] if PEOPLE[-1] is not who else PEOPLE[0]
            assert "受付番号" not in (await see(caller, f"/phone/{other.number}?view=mail&mail=1"))[1]
            assert who.name in (await see(caller, "/phone"))[1]

    asyncio.run(scenario())


def test_visitor_can_accept_the_consent_prompt_for_the_customer(tmp_path):
    async def scenario() -> Any:
        world = World(PEOPLE, Chance(1))
        who = next(
            each for each in people_with(Reception.UNSET) if not world.answers_prompt_after(each.phone)
        )
        async with sandbox(tmp_path) as caller:
            await notify(caller, who, line("大切なお知らせ"))
            html = (await see(caller, f"/phone/{who.number}"))[1]
            assert "同意して受けとる" in html
            assert "大切なお知らせ" not in html
            async with aiohttp.ClientSession() as phone:
                url = f"{caller.running.url}/phone/{who.number}/consent"
                await phone.post(url, data={"answer": "accept"})
            await until(lambda: caller.running.deliveries.counts["delivered"])
            assert "大切なお知らせ" in (await see(caller, f"/phone/{who.number}"))[1]

    asyncio.run(scenario())


def test_front_page_tells_which_share_is_published_and_which_assumed(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            html = (await see(caller, "/phone"))[1]
            assert html.count("basis-published") == 2
            assert html.count("basis-derived") == 1
            assert "顧客情報確認の数字ではありません" in html
            for name in ("phone.css", "refresh.js"):
                assert (await see(caller, f"/phone/static/{name}"))[0] == 200

    asyncio.run(scenario())


def test_markup_escapes_what_is_not_markup():
    assert element("p", "<script>", title='"x"') == '<p title="&quot;x&quot;">&lt;script&gt;</p>'


def test_words_of_the_pages():
    assert birthday(person(1).birth_date) == "1960年(昭和35年)4月8日"
    assert birthday(None) == "ファイルから読み取れません"
    assert [percent(0.18), percent(0.015)] == ["18%", "1.5%"]

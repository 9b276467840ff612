"""Account link over the real protocol: LINE's dialog, our replies, what LINE's OpenAPI and SDK say of each; and what is kept."""

import asyncio
import base64
import hashlib
import hmac
import json
import re

import aiohttp
import pytest
from django.db import connections
from django.test import Client
from linebot.v3 import WebhookParser
from linebot.v3.messaging import ApiClient, Configuration, MessagingApi
from tests.contract.test_line_openapi import SPEC, faults, named, response_faults

from keizoku.channels.line import accounts
from keizoku.customers.linking import actions as linking
from keizoku.customers.linking import queries
from keizoku.customers.linking.rules import Ending, Heard
from keizoku.customers.models import LineEvent
from keizoku.delivery import registry
from keizoku.delivery.models import RawEvent
from keizoku.kernel.personal import LineUser
from keizoku.sandbox.chance import Chance
from keizoku.sandbox.tests.places import CHANNEL, PATIENCE, PEOPLE, bank, sandbox
from keizoku.sandbox.world.people import World

WORLD = World(PEOPLE, Chance(1))
FRIEND = next(each for each in PEOPLE if WORLD.is_friend(each.phone or ""))
USER = LineUser(str(WORLD.user_id(FRIEND.phone or "")))
NONCE = "bm9uY2UtdGhhdC1tZWFucy1ub3RoaW5n"


def event(kind, **content):
    return {
        "type": kind,
        "mode": "active",
        "timestamp": 1_795_000_000_000,
        "webhookEventId": f"01{kind}",
        "deliveryContext": {"isRedelivery": False},
        "source": {"type": "user", "userId": USER.reveal()},
        "replyToken": "reply",
        **content,
    }


def text(words):
    return event("message", message={"type": "text", "id": "1", "text": words})


@pytest.mark.parametrize(
    ("told", "heard"),
    [
        (event("follow", follow={"isUnblocked": False}), Heard.FOLLOWED),
        (event("unfollow"), Heard.LEFT),
        (text("連携"), Heard.LINK_ASKED),
        (text("連携解除"), Heard.UNLINK_ASKED),
        (event("postback", postback={"data": "連携"}), Heard.LINK_ASKED),
        (event("accountLink", link={"result": "ok", "nonce": NONCE}), Heard.LINKED),
    ],
)
def test_what_concerns_a_link_is_understood(told, heard):
    (telling,) = accounts.read({"events": [told]})

    assert (telling.kind, telling.user, telling.reply_token) == (heard, USER, "reply")


@pytest.mark.parametrize(
    "told",
    [
        text("口座番号は1234567です"),
        event("message", message={"type": "sticker", "id": "1", "packageId": "1", "stickerId": "1"}),
        event("accountLink", link={"result": "failed", "nonce": NONCE}),
        {**event("follow"), "source": {"type": "group", "groupId": "C1", "userId": USER.reveal()}},
        event("somethingNew"),
        {"type": "delivery", "delivery": {"data": "kz-00001-00001-0000001"}},
    ],
)
def test_everything_else_is_not_kept(told):
    assert accounts.read({"events": [told]}) == []


def test_in_standby_somebody_else_answers():
    (telling,) = accounts.read({"events": [{**text("連携"), "mode": "standby"}]})
    assert telling.reply_token == ""


def test_webhook_keeps_a_wish_encrypted_once_and_no_words(db, settings):
    settings.LINE_CHANNEL_SECRET = "secret"
    registry.transport.cache_clear()
    body = json.dumps({"destination": "U", "events": [text("連携"), text("口座番号は1234567です")]}).encode()
    signed = base64.b64encode(hmac.digest(b"secret", body, hashlib.sha256)).decode()

    for _ in range(2):
        answer = Client().post(
            "/webhooks/line", body, content_type="application/json", headers={"x-line-signature": signed}
        )
        assert answer.status_code == 200

    (kept,) = LineEvent.objects.all()
    assert kept.kind == Heard.LINK_ASKED
    assert USER.reveal().encode() not in bytes(kept.payload)
    assert RawEvent.objects.count() == 0


# -- beside the sandbox


def in_thread(work):
    def run():
        try:
            return work()
        finally:
            connections.close_all()

    return asyncio.to_thread(run)


async def press(caller, path, **form):
    """A button on the friend's own phone, in a browser that remembers whose phone it is."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as phone:
        await phone.get(f"{caller.running.url}/phone/{FRIEND.number}")
        async with phone.post(caller.running.url + path, data=form) as response:
            return response.status, await response.text()


async def hear(hearing):
    """The next webhook, kept as our webhook keeps it; returns its one event."""
    body, signature = await asyncio.wait_for(hearing.heard.get(), PATIENCE)
    document = json.loads(body)
    await in_thread(lambda: linking.keep(accounts.read(document)))
    (told,) = WebhookParser(CHANNEL.secret).parse(body.decode(), signature)
    if SPEC.is_dir():
        schema = type(told).__name__
        assert faults("webhook.yml", named("CallbackRequest"), document) == []
        assert faults("webhook.yml", named(schema), document["events"][0]) == []
    return document["events"][0]


def replies(tmp_path):
    lines = (tmp_path / "line.jsonl").read_text().splitlines()
    bodies = [json.loads(e["body"]) for e in map(json.loads, lines) if e["path"].endswith("/reply")]
    return [body["messages"][0] for body in bodies]


def test_account_is_linked_by_line_s_dialog_and_left_by_a_word_or_a_block(
    committed_db, make_customers, tmp_path, settings
):
    (customer,) = make_customers(1)
    talk = f"/phone/{FRIEND.number}"

    async def scenario():
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            settings.LINE_API_URL, settings.LINE_CHANNEL_TOKEN = caller.running.url, CHANNEL.token
            await press(caller, f"{talk}/say", text="連携")
            await hear(hearing)
            assert await in_thread(accounts.converse) == 1
            assert await in_thread(accounts.converse) == 0
            (offered,) = replies(tmp_path)
            link = offered["template"]["actions"][0]["uri"]
            token = re.search("linkToken=(.+)", link)[1]

            nonce = await in_thread(lambda: linking.offer(customer))
            status, page = await press(caller, "/dialog/bot/accountLink", linkToken=token, nonce=nonce)
            assert (status, "連携しました" in page) == (200, True)
            told = await hear(hearing)
            assert told["link"] == {"result": "ok", "nonce": nonce}
            assert await in_thread(accounts.converse) == 1
            assert await in_thread(lambda: queries.customer_of(USER)) == customer
            # the token was good once
            assert (await press(caller, "/dialog/bot/accountLink", linkToken=token, nonce=nonce))[0] == 400

            await press(caller, f"{talk}/say", text="連携解除")
            await hear(hearing)
            await in_thread(accounts.converse)
            assert await in_thread(lambda: queries.customer_of(USER)) is None

            again = await in_thread(lambda: linking.link(linking.offer(customer), USER))
            assert again == customer
            await press(caller, f"{talk}/friend", act="block")
            await hear(hearing)
            await in_thread(accounts.converse)
            await press(caller, f"{talk}/friend", act="follow")
            await hear(hearing)
            await in_thread(accounts.converse)

    asyncio.run(scenario())

    assert [link.ended_because for link in queries.links_of(customer)] == [Ending.BLOCKED, Ending.ASKED]
    words = [reply.get("text", reply["type"]) for reply in replies(tmp_path)]
    assert words == ["template", accounts.LINKED, accounts.UNLINKED, "template"]
    assert not LineEvent.objects.exclude(payload=None).exists()


def test_somebody_else_s_browser_cannot_take_the_token(tmp_path):
    """The attack that account link is for: the victim is sent the attacker's token."""
    other = next(each for each in PEOPLE if each is not FRIEND and WORLD.is_friend(each.phone or ""))

    async def scenario():
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            attacker = WORLD.user_id(other.phone)
            _, answer, _ = await caller.post(f"/v2/bot/user/{attacker}/linkToken", {})
            status, _ = await press(
                caller, "/dialog/bot/accountLink", linkToken=answer["linkToken"], nonce=NONCE
            )
            assert status == 403
            told = await hear_raw(hearing)
            assert told["link"] == {"result": "failed", "nonce": NONCE}
            assert {"source", "replyToken"} & set(told) == set()

    asyncio.run(scenario())


async def hear_raw(hearing):
    body, _ = await asyncio.wait_for(hearing.heard.get(), PATIENCE)
    return json.loads(body)["events"][0]


def test_sdk_issues_a_link_token_for_a_friend_and_for_nobody_else(tmp_path):
    async def scenario():
        async with sandbox(tmp_path) as caller:

            def issue():
                with ApiClient(Configuration(host=caller.running.url, access_token=CHANNEL.token)) as client:
                    return MessagingApi(client).issue_link_token(USER.reveal()).link_token

            assert len(await asyncio.to_thread(issue)) == 32
            path = f"/v2/bot/user/{USER.reveal()}/linkToken"
            status, answer, _ = await caller.post(path, {})
            assert status == 200
            if SPEC.is_dir():
                assert response_faults("post", "/v2/bot/user/{userId}/linkToken", 200, answer) == []
            assert (await caller.post(f"/v2/bot/user/U{'0' * 32}/linkToken", {}))[0] == 404

    asyncio.run(scenario())

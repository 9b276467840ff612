import asyncio
import base64
import hashlib
import hmac
import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.line.limits import Buckets
from keizoku.sandbox.tests.places import CHANNEL, PEOPLE, bank, line, people_with, sandbox, until
from keizoku.sandbox.world.assumptions import Reception
from keizoku.sandbox.world.people import World, phone_hash

TAG = "tag-of-16-letters"
PNP = "/bot/pnp/push"


def to(person: Any, *messages: Any) -> Any:
    return {"to": phone_hash(person.phone), "messages": list(messages) or [line()]}


def user_id(person: Any) -> Any:
    return World(PEOPLE, Chance(1)).user_id(person.phone)


def friend() -> Any:
    world = World(PEOPLE, Chance(1))
    return next(each for each in people_with(Reception.ON) if world.is_friend(each.phone))


def later(hours: Any) -> Any:
    return {"now": (datetime.now(UTC) + timedelta(hours=hours)).isoformat()}


def test_notification_is_answered_with_200_and_its_delivery_event_is_signed(tmp_path):
    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            status, answer, headers = await caller.post(
                PNP, to(people_with(Reception.ON)[0]), X_Line_Delivery_Tag=TAG
            )
            assert (status, answer) == (200, {})
            assert re.fullmatch(r"[0-9a-f-]{36}", headers["x-line-request-id"])
            body, signature = await asyncio.wait_for(hearing.heard.get(), 10)
            expected = base64.b64encode(hmac.digest(CHANNEL.secret.encode(), body, "sha256")).decode()
            assert signature == expected
            said = json.loads(body)
            assert said["destination"] == CHANNEL.user_id
            (event,) = said["events"]
            assert event["type"] == "delivery"
            assert event["delivery"] == {"data": TAG}
            assert event["deliveryContext"] == {"isRedelivery": False}
            assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{26}", event["webhookEventId"])
            assert "source" not in event

    asyncio.run(scenario())


def test_without_a_tag_the_event_carries_the_phone_hash(tmp_path):
    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            who = people_with(Reception.ON)[0]
            await caller.post(PNP, to(who))
            event = await hearing.next_event()
            assert event["delivery"]["data"] == phone_hash(who.phone)

    asyncio.run(scenario())


def test_people_without_reception_are_refused_alike_and_get_nothing(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            for who in (people_with(Reception.OFF)[0], people_with(Reception.NONE)[0]):
                status, answer, _ = await caller.post(PNP, to(who))
                assert (status, answer) == (422, {"message": "Failed to send messages"})
            stranger = {"to": hashlib.sha256(b"+819099999999").hexdigest(), "messages": [line()]}
            assert (await caller.post(PNP, stranger))[0] == 422
            assert (await caller.status())["line"]["in_talks"] == 0

    asyncio.run(scenario())


def test_blocked_account_answers_200_and_delivers_nothing(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            assert (await caller.post(PNP, to(people_with(Reception.BLOCKED)[0])))[0] == 200
            counted = (await caller.status())["line"]
            assert counted["blocked"] == 1
            assert counted["in_talks"] == 0

    asyncio.run(scenario())


def test_message_behind_a_prompt_is_delivered_when_the_person_accepts_and_deleted_after_24_hours(tmp_path):
    async def scenario() -> Any:
        world = World(PEOPLE, Chance(1))
        unset = people_with(Reception.UNSET)
        accepting = next(each for each in unset if world.answers_prompt_after(each.phone))
        ignoring = next(each for each in unset if not world.answers_prompt_after(each.phone))
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            for who in (accepting, ignoring):
                assert (await caller.post(PNP, to(who)))[0] == 200
            assert (await caller.status())["line"]["waiting_for_consent"] == 2
            assert hearing.heard.empty()
            await caller.post("/_sandbox/clock", later(25))
            event = await hearing.next_event()
            assert event["delivery"]["data"] == phone_hash(accepting.phone)
            counted = (await caller.status())["line"]
            assert counted["expired"] == 1
            assert counted["delivered"] == 1
            assert counted["waiting_for_consent"] == 0

    asyncio.run(scenario())


def test_requests_that_line_refuses_name_the_property(tmp_path):
    who = people_with(Reception.ON)[0]
    long_label = {"type": "uri", "label": "あ" * 21, "uri": "https://example.jp/"}
    template = {
        "type": "template",
        "altText": "確認",
        "template": {"type": "confirm", "text": "確認", "actions": [long_label] * 2},
    }
    button = {"type": "button", "action": {"type": "uri", "label": "あ" * 40, "uri": "ftp://example.jp"}}
    flex = {
        "type": "flex",
        "altText": "確認",
        "contents": {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [button]}},
    }
    cases = [
        ({"to": "+819012345678", "messages": [line()]}, "to", "The value must be a valid SHA-256 digest."),
        (
            {"to": phone_hash(who.phone).upper(), "messages": [line()]},
            "to",
            "The value must be a valid SHA-256 digest.",
        ),
        (to(who, *[line()] * 6), "messages", "Size must be between 1 and 5"),
        (to(who, line("")), "messages[0].text", "May not be empty"),
        (to(who, line("あ" * 5001)), "messages[0].text", "Length must be between 0 and 5000"),
        (to(who, line("😀" * 2501)), "messages[0].text", "Length must be between 0 and 5000"),
        (to(who, {"type": "image"}), "messages[0].type", "Invalid message type: image"),
        (to(who, template), "messages[0].template.actions[0].label", "Length must be between 0 and 20"),
        (to(who, flex), "messages[0].contents.body.contents[0].action.uri", "invalid uri scheme"),
        (
            to(who, {"type": "flex", "altText": "x", "contents": {"type": "bubble"}}),
            "messages[0].contents",
            "At least one block must be specified",
        ),
    ]

    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            for body, where, message in cases:
                status, answer, _ = await caller.post(PNP, body)
                assert status == 400, where
                assert answer["message"] == f"The request body has {len(answer['details'])} error(s)"
                assert answer["details"][0] == {"message": message, "property": where}
            assert (await caller.post(PNP, to(who), X_Line_Delivery_Tag="short"))[0] == 400
            assert (await caller.post(PNP, to(who), X_Line_Retry_Key=str(uuid4())))[0] == 400
            assert (await caller.status())["line"]["in_talks"] == 0

    asyncio.run(scenario())


def test_template_notification_is_202_and_refuses_unknown_and_doubled_keys(tmp_path):
    async def scenario() -> Any:
        path = "/v2/bot/message/pnp/templated/push"
        who = people_with(Reception.ON)[0]
        item = {"itemKey": "date_002_ja", "content": "11月21日"}
        body = {
            "to": phone_hash(who.phone),
            "templateKey": "shipment_completed_ja",
            "body": {"items": [item]},
        }
        async with sandbox(tmp_path) as caller:
            assert (await caller.post(path, body))[:2] == (202, {})
            unknown = await caller.post(path, {**body, "templateKey": "reserve_004"})
            assert unknown[0] == 400
            assert unknown[1]["message"] == "Invalid templateKey: reserve_004"
            doubled = await caller.post(path, {**body, "body": {"items": [item], "emphasizedItem": item}})
            assert doubled[1]["details"][0]["property"] == "body.emphasizedItem.itemKey"
            wrong = await caller.post(path, {**body, "body": {"items": [{**item, "itemKey": "datetime"}]}})
            assert wrong[1]["message"] == "The request body has 1 invalid key(s)."
            await until(lambda: caller.running.deliveries.counts["delivered"] == 1)

    asyncio.run(scenario())


def test_retry_key_is_accepted_once_in_24_hours(tmp_path):
    async def scenario() -> Any:
        key, who = str(uuid4()), friend()
        body = {"to": user_id(who), "messages": [line()]}
        path = "/v2/bot/message/push"
        async with sandbox(tmp_path) as caller:
            first = await caller.post(path, body, X_Line_Retry_Key=key)
            assert first[0] == 200
            again = await caller.post(path, body, X_Line_Retry_Key=key)
            assert again[0] == 409
            assert again[1]["message"] == "The retry key is already accepted"
            assert again[1]["sentMessages"] == first[1]["sentMessages"]
            assert again[2]["x-line-accepted-request-id"] == first[2]["x-line-request-id"]
            await caller.post("/_sandbox/clock", later(24.1))
            assert (await caller.post(path, body, X_Line_Retry_Key=key))[0] == 200
            lines = await caller.journal("line")
            assert [(entry["status"], entry["acted"]) for entry in lines] == [
                (200, True),
                (409, False),
                (200, True),
            ]
            assert {entry["headers"]["x-line-retry-key"] for entry in lines} == {key}

    asyncio.run(scenario())


def test_reply_token_works_once(tmp_path):
    async def scenario() -> Any:
        who = people_with(Reception.ON)[0]
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            async with aiohttp.ClientSession() as phone:
                await phone.post(f"{caller.running.url}/phone/{who.number}/say", data={"text": "残高"})
            event = await hearing.next_event()
            assert event["type"] == "message"
            assert event["source"] == {"type": "user", "userId": user_id(who)}
            body = {"replyToken": event["replyToken"], "messages": [line()]}
            assert (await caller.post("/v2/bot/message/reply", body))[0] == 200
            again = await caller.post("/v2/bot/message/reply", body)
            assert again[:2] == (400, {"message": "Invalid reply token"})

    asyncio.run(scenario())


def test_only_the_channels_tokens_open_it(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            status, answer, headers = await caller.post(PNP, {}, Authorization="Bearer wrong")
            assert status == 401
            assert answer["message"].startswith("Authentication failed")
            assert 'error="invalid_token"' in headers["www-authenticate"]
            assert "x-line-request-id" in headers
            form = {
                "grant_type": "client_credentials",
                "client_id": CHANNEL.id,
                "client_secret": CHANNEL.secret,
            }
            async with aiohttp.ClientSession() as session:
                for path, life in (("/v2/oauth/accessToken", 2592000), ("/oauth2/v3/token", 899)):
                    async with session.post(caller.running.url + path, data=form) as response:
                        issued = await response.json()
                    assert issued["expires_in"] == life
                    bearer = f"Bearer {issued['access_token']}"
                    assert (await caller.call("GET", "/v2/bot/info", None, Authorization=bearer))[0] == 200
                wrong = {**form, "client_secret": "guess"}
                async with session.post(f"{caller.running.url}/oauth2/v3/token", data=wrong) as response:
                    assert response.status == 400
            assert all("channel-token" not in json.dumps(entry) for entry in await caller.journal("line"))

    asyncio.run(scenario())


def test_unknown_paths_methods_and_bodies_are_refused_as_line_does(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            assert (await caller.get("/v2/bot/nothing"))[:2] == (404, {"message": "Not found"})
            assert (await caller.get(PNP))[0] == 405
            async with aiohttp.ClientSession() as session:
                headers = {"Authorization": f"Bearer {CHANNEL.token}", "Content-Type": "application/json"}
                async with session.post(caller.running.url + PNP, data=b"{", headers=headers) as response:
                    assert response.status == 400
                huge = io.BytesIO(b"x" * (2 * 1024 * 1024 + 1))
                async with session.post(caller.running.url + PNP, data=huge, headers=headers) as response:
                    assert response.status == 413
                    assert "message" in await response.json()

    asyncio.run(scenario())


def test_bucket_empties_and_refills_gradually():
    now = [0.0]
    buckets = Buckets(push_class=10, monotonic=lambda: now[0])
    assert [buckets.admits("POST /bot/pnp/push") for _ in range(11)] == [True] * 10 + [False]
    assert buckets.admits("POST /v2/bot/message/push")
    now[0] = 0.2
    assert [buckets.admits("POST /bot/pnp/push") for _ in range(3)] == [True, True, False]


def test_empty_bucket_answers_429(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path, push_class=1.0) as caller:
            who = people_with(Reception.ON)[0]
            assert (await caller.post(PNP, to(who)))[0] == 200
            status, answer, _ = await caller.post(PNP, to(who))
            assert (status, answer) == (
                429,
                {"message": "The API rate limit has been exceeded. Try again later."},
            )

    asyncio.run(scenario())


def test_quota_counts_multicast_by_recipient_and_days_are_ready_on_the_morrow(tmp_path):
    async def scenario() -> Any:
        users = [user_id(each) for each in people_with(Reception.ON)[:3]]
        async with sandbox(tmp_path) as caller:
            body = {"to": users, "messages": [line()], "customAggregationUnits": ["wave_1"]}
            assert (await caller.post("/v2/bot/message/multicast", body))[:2] == (200, {})
            assert (await caller.get("/v2/bot/message/quota/consumption"))[1] == {"totalUsage": 3}
            assert (await caller.get("/v2/bot/message/aggregation/info"))[1] == {
                "numOfCustomAggregationUnits": 1
            }
            today = (datetime.now(UTC) + timedelta(hours=9)).strftime("%Y%m%d")
            counted = f"/v2/bot/message/delivery/multicast?date={today}"
            assert (await caller.get(counted))[1] == {"status": "unready"}
            await caller.post("/_sandbox/clock", later(24))
            assert (await caller.get(counted))[1] == {"status": "ready", "success": 3}
            assert (await caller.get("/v2/bot/message/delivery/pnp?date=2026"))[0] == 400
            old = await caller.get("/v2/bot/message/delivery/pnp/templated?date=20170101")
            assert old[1] == {"status": "out_of_service"}

    asyncio.run(scenario())


def test_profile_is_told_of_friends_only(tmp_path):
    async def scenario() -> Any:
        world = World(PEOPLE, Chance(1))
        stranger = next(each for each in people_with(Reception.ON) if not world.is_friend(each.phone))
        async with sandbox(tmp_path) as caller:
            told = await caller.get(f"/v2/bot/profile/{user_id(friend())}")
            assert told[0] == 200
            assert "山田" not in told[1]["displayName"]
            assert (await caller.get(f"/v2/bot/profile/{user_id(stranger)}"))[:2] == (
                404,
                {"message": "Not found"},
            )

    asyncio.run(scenario())


def test_webhook_that_is_not_taken_is_redelivered_with_the_same_id(tmp_path):
    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            hearing.statuses = [500, 503]
            await caller.post(PNP, to(people_with(Reception.ON)[0]))
            events = [await hearing.next_event() for _ in range(3)]
            assert [event["deliveryContext"]["isRedelivery"] for event in events] == [False, True, True]
            assert len({event["webhookEventId"] for event in events}) == 1
            assert len({event["timestamp"] for event in events}) == 1

    asyncio.run(scenario())


def test_webhook_settings_can_be_read_set_and_tested(tmp_path):
    async def scenario() -> Any:
        path = "/v2/bot/channel/webhook"
        async with bank() as hearing, sandbox(tmp_path) as caller:
            assert (await caller.get(f"{path}/endpoint"))[0] == 404
            assert (await caller.call("PUT", f"{path}/endpoint", {"endpoint": hearing.url}))[0] == 200
            assert (await caller.get(f"{path}/endpoint"))[1] == {"endpoint": hearing.url, "active": True}
            tested = await caller.post(f"{path}/test", {})
            assert tested[1]["success"] is True
            assert tested[1]["statusCode"] == 200
            body, _ = await asyncio.wait_for(hearing.heard.get(), 10)
            assert json.loads(body)["events"] == []

    asyncio.run(scenario())

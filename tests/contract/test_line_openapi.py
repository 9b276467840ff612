"""The sandbox held to LINE's own OpenAPI files, which are read where they lie and not copied into the project."""

import asyncio
import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from openapi_schema_validator import OAS30Validator

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.tests.places import CHANNEL, PATIENCE, PEOPLE, bank, people_with, sandbox
from keizoku.sandbox.world.assumptions import Reception
from keizoku.sandbox.world.people import World, phone_hash

SHARED = Path(os.environ.get("KEIZOKU_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
SPEC = SHARED / "line-openapi"
pytestmark = pytest.mark.skipif(
    not SPEC.is_dir(), reason=f"LINE's OpenAPI files are not at {SPEC}; set KEIZOKU_SHARED_DATA"
)

WHO = people_with(Reception.ON)[0]
BUTTON = {
    "type": "button",
    "action": {"type": "uri", "label": "確認する", "uri": "https://bank.example/r/abc"},
}
BUBBLE = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [BUTTON]}}
URI = {"type": "uri", "label": "確認する", "uri": "https://bank.example/r/abc"}
MESSAGES = {
    "TextMessage": {"type": "text", "text": "お客さま情報の確認をお願いします"},
    "StickerMessage": {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    "FlexMessage": {"type": "flex", "altText": "お客さま情報の確認", "contents": BUBBLE},
    "TemplateMessage": {
        "type": "template",
        "altText": "お客さま情報の確認",
        "template": {"type": "buttons", "text": "変わりはありませんか", "actions": [URI]},
    },
}


@cache
def document(name: Any) -> Any:
    return yaml.safe_load((SPEC / name).read_text(encoding="utf-8"))


def faults(name: Any, schema: Any, value: Any) -> Any:
    """What the file's schema objects to."""
    whole = {**schema, "components": document(name)["components"]}
    return [fault.message for fault in OAS30Validator(whole).iter_errors(value)]


def named(schema: Any) -> Any:
    return {"$ref": f"#/components/schemas/{schema}"}


def operation(method: Any, path: Any, name: Any = "messaging-api.yml") -> Any:
    return document(name)["paths"][path][method]


def response_faults(method: Any, path: Any, status: Any, answer: Any, name: Any = "messaging-api.yml") -> Any:
    described = operation(method, path, name)["responses"][str(status)]
    if "content" not in described:
        return []
    return faults(name, described["content"]["application/json"]["schema"], answer)


def request_schema(method: Any, path: Any, name: Any = "messaging-api.yml") -> Any:
    return operation(method, path, name)["requestBody"]["content"]["application/json"]["schema"]


def user_id() -> Any:
    return World(PEOPLE, Chance(1)).user_id(WHO.phone)


GOOD = [
    ("/bot/pnp/push", {"to": phone_hash(WHO.phone), "messages": list(MESSAGES.values())}),
    ("/v2/bot/message/push", {"to": user_id(), "messages": list(MESSAGES.values())}),
    ("/v2/bot/message/multicast", {"to": [user_id()], "messages": [MESSAGES["TextMessage"]]}),
    ("/v2/bot/message/validate/push", {"messages": list(MESSAGES.values())}),
]


@pytest.mark.parametrize(("path", "body"), GOOD, ids=[path for path, _ in GOOD])
def test_what_the_specification_allows_the_sandbox_accepts(tmp_path, path, body):
    assert faults("messaging-api.yml", request_schema("post", path), body) == []
    for schema, message in MESSAGES.items():
        assert faults("messaging-api.yml", named(schema), message) == []

    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            status, answer, headers = await caller.post(path, body)
            assert status == 200
            assert response_faults("post", path, status, answer) == []
            assert headers["x-line-request-id"]

    asyncio.run(scenario())


def without(body: Any, *names: Any) -> Any:
    return {name: value for name, value in body.items() if name not in names}


PUSH = GOOD[1][1]
BAD = [
    ("/bot/pnp/push", without(GOOD[0][1], "to")),
    ("/bot/pnp/push", without(GOOD[0][1], "messages")),
    ("/bot/pnp/push", {**GOOD[0][1], "messages": []}),
    ("/v2/bot/message/push", {**PUSH, "messages": [MESSAGES["TextMessage"]] * 6}),
    ("/v2/bot/message/push", {**PUSH, "messages": [{"text": "no type"}]}),
    ("/v2/bot/message/push", {**PUSH, "to": 7}),
    ("/v2/bot/message/multicast", {**GOOD[2][1], "to": []}),
    ("/v2/bot/message/multicast", {**GOOD[2][1], "to": [user_id()] * 501}),
    ("/v2/bot/message/multicast", {**GOOD[2][1], "customAggregationUnits": ["with space"]}),
    ("/v2/bot/message/multicast", {**GOOD[2][1], "customAggregationUnits": ["a", "b"]}),
    ("/v2/bot/message/reply", {"messages": [MESSAGES["TextMessage"]]}),
    ("/v2/bot/message/validate/reply", {"messages": []}),
]


@pytest.mark.parametrize(("path", "body"), BAD)
def test_what_the_specification_forbids_the_sandbox_refuses(tmp_path, path, body):
    assert faults("messaging-api.yml", request_schema("post", path), body) != []

    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            status, answer, _ = await caller.post(path, body)
            assert status == 400
            assert faults("messaging-api.yml", named("ErrorResponse"), answer) == []
            assert (await caller.status())["line"]["in_talks"] == 0

    asyncio.run(scenario())


def test_messages_that_lack_what_the_specification_requires_are_refused(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            for schema, message in MESSAGES.items():
                for name in document("messaging-api.yml")["components"]["schemas"][schema]["required"]:
                    incomplete = without(message, name)
                    assert faults("messaging-api.yml", named(schema), incomplete) != []
                    body = {"messages": [incomplete]}
                    assert (await caller.post("/v2/bot/message/validate/push", body))[0] == 400

    asyncio.run(scenario())


def test_answers_to_questions_follow_the_specification(tmp_path):
    gets = [
        "/v2/bot/info",
        "/v2/bot/message/quota",
        "/v2/bot/message/quota/consumption",
        "/v2/bot/channel/webhook/endpoint",
        "/v2/bot/message/aggregation/info",
        "/v2/bot/message/aggregation/list",
        "/v2/bot/message/delivery/push?date=20200101",
        "/v2/bot/message/delivery/pnp?date=20200101",
    ]

    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            for url in gets:
                status, answer, _ = await caller.get(url)
                assert status == 200
                assert response_faults("get", url.partition("?")[0], 200, answer) == []
            tested = await caller.post("/v2/bot/channel/webhook/test", {})
            assert response_faults("post", "/v2/bot/channel/webhook/test", 200, tested[1]) == []

    asyncio.run(scenario())


def test_refusals_with_409_and_422_follow_the_specification(tmp_path):
    async def scenario() -> Any:
        key = {"X_Line_Retry_Key": "123e4567-e89b-12d3-a456-426614174000"}
        off = people_with(Reception.OFF)[0]
        async with sandbox(tmp_path) as caller:
            refused = await caller.post("/bot/pnp/push", {**GOOD[0][1], "to": phone_hash(off.phone)})
            assert refused[0] == 422
            assert response_faults("post", "/bot/pnp/push", 422, refused[1]) == []
            await caller.post("/v2/bot/message/push", PUSH, **key)
            again = await caller.post("/v2/bot/message/push", PUSH, **key)
            assert again[0] == 409
            assert response_faults("post", "/v2/bot/message/push", 409, again[1]) == []

    asyncio.run(scenario())


@pytest.mark.parametrize("path", ["/oauth2/v3/token", "/v2/oauth/accessToken"])
def test_token_answers_follow_the_specification(tmp_path, path):
    async def scenario() -> Any:
        form = {"grant_type": "client_credentials", "client_id": CHANNEL.id, "client_secret": CHANNEL.secret}
        async with sandbox(tmp_path) as caller, aiohttp.ClientSession() as session:
            async with session.post(caller.running.url + path, data=form) as response:
                answer = await response.json()
            assert response_faults("post", path, 200, answer, "channel-access-token.yml") == []
            async with session.post(caller.running.url + path, data={}) as response:
                assert response.status == 400
                answer = await response.json()
            assert faults("channel-access-token.yml", named("ErrorResponse"), answer) == []

    asyncio.run(scenario())


def test_webhooks_follow_the_specification(tmp_path):
    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            await caller.post(*GOOD[0])
            delivered, _ = await asyncio.wait_for(hearing.heard.get(), PATIENCE)
            async with aiohttp.ClientSession() as phone:
                await phone.post(f"{caller.running.url}/phone/{WHO.number}/say", data={"text": "残高"})
            said, _ = await asyncio.wait_for(hearing.heard.get(), PATIENCE)
            return json.loads(delivered), json.loads(said)

    delivered, said = asyncio.run(scenario())
    for request, schema in ((delivered, "PnpDeliveryCompletionEvent"), (said, "MessageEvent")):
        assert faults("webhook.yml", named("CallbackRequest"), request) == []
        assert faults("webhook.yml", named(schema), request["events"][0]) == []
    assert "source" not in delivered["events"][0]
    assert faults("webhook.yml", named("TextMessageContent"), said["events"][0]["message"]) == []


def test_phone_hash_is_the_one_of_lines_documentation():
    vector = json.loads((SHARED / "vectors" / "line_pnp_phone_hash.json").read_text(encoding="utf-8"))
    assert phone_hash(vector["e164"]) == vector["sha256_hex"]

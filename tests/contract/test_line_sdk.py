"""LINE's official SDK must work against the sandbox: then what the product sends to the sandbox suits LINE too."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from linebot.v3 import WebhookParser
from linebot.v3.exceptions import InvalidSignatureError
from linebot.v3.messaging import (
    ApiClient,
    ApiException,
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    FlexContainer,
    FlexMessage,
    MessagingApi,
    PnpMessagesRequest,
    PnpTemplatedButton,
    PnpTemplatedEmphasizedItem,
    PnpTemplatedItem,
    PnpTemplatedMessageBody,
    PnpTemplatedMessageRequest,
    PushMessageRequest,
    SetWebhookEndpointRequest,
    TextMessage,
    ValidateMessageRequest,
)
from linebot.v3.oauth import ApiClient as OauthClient
from linebot.v3.oauth import ChannelAccessToken
from linebot.v3.oauth import Configuration as OauthConfiguration

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.tests.places import CHANNEL, PATIENCE, PEOPLE, bank, people_with, sandbox, until
from keizoku.sandbox.world.assumptions import Reception
from keizoku.sandbox.world.people import World, phone_hash

TAG = "01K9V7Q4WX5Y6Z7A8B9C0D1E2F"
LISTENING = people_with(Reception.ON)[0]
REFUSING = people_with(Reception.OFF)[0]
CONFIRM = {
    "type": "bubble",
    "body": {
        "type": "box",
        "layout": "vertical",
        "contents": [{"type": "text", "text": "お客さま情報の確認", "weight": "bold", "wrap": True}],
    },
    "footer": {
        "type": "box",
        "layout": "vertical",
        "contents": [
            {
                "type": "button",
                "style": "primary",
                "action": {"type": "uri", "label": "内容を確認する", "uri": "https://bank.example/r/abc"},
            }
        ],
    },
}


def configuration(caller: Any) -> Any:
    return Configuration(host=caller.running.url, access_token=CHANNEL.token)


def user_id(person: Any) -> Any:
    return World(PEOPLE, Chance(1)).user_id(person.phone)


def notification(person: Any) -> Any:
    flex = FlexMessage(altText="お客さま情報の確認", contents=FlexContainer.from_dict(CONFIRM))
    return PnpMessagesRequest(
        to=phone_hash(person.phone), messages=[TextMessage(text="大切なお知らせ"), flex]
    )


def templated(person: Any) -> Any:
    return PnpTemplatedMessageRequest(
        to=phone_hash(person.phone),
        templateKey="shipment_completed_ja",
        body=PnpTemplatedMessageBody(
            emphasizedItem=PnpTemplatedEmphasizedItem(itemKey="date_002_ja", content="11月30日まで"),
            items=[PnpTemplatedItem(itemKey="name_010_ja", content="お客さま情報の確認")],
            buttons=[PnpTemplatedButton(buttonKey="contact_ja", url="https://bank.example/r/abc")],
        ),
    )


def by_sdk(tmp_path: Any, use: Any) -> Any:
    """Runs `use(api, caller)` with the SDK's blocking client beside a running sandbox."""

    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:

            def block() -> Any:
                with ApiClient(configuration(caller)) as client:
                    return use(MessagingApi(client), caller)

            return await asyncio.to_thread(block)

    return asyncio.run(scenario())


def test_sdk_notifies_by_phone_number_and_parses_the_delivery_event(tmp_path):
    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:

            def send() -> Any:
                with ApiClient(configuration(caller)) as client:
                    MessagingApi(client).push_messages_by_phone(
                        notification(LISTENING), x_line_delivery_tag=TAG
                    )

            await asyncio.to_thread(send)
            return await asyncio.wait_for(hearing.heard.get(), PATIENCE)

    body, signature = asyncio.run(scenario())
    parser = WebhookParser(CHANNEL.secret)
    payload = parser.parse(body.decode(), signature, as_payload=True)
    assert payload.destination == CHANNEL.user_id
    (event,) = payload.events
    assert type(event).__name__ == "PnpDeliveryCompletionEvent"
    assert event.delivery.data == TAG
    assert event.delivery_context.is_redelivery is False
    with pytest.raises(InvalidSignatureError):
        parser.parse(body.decode().replace(TAG, TAG[::-1]), signature)


def test_sdk_takes_202_for_a_template_notification(tmp_path):
    def use(api: Any, caller: Any) -> Any:
        answer = api.push_templated_messages_by_phone_with_http_info(
            templated(LISTENING), x_line_delivery_tag=TAG
        )
        return answer.status_code

    assert by_sdk(tmp_path, use) == 202


def test_sdk_reports_who_cannot_be_reached(tmp_path):
    def use(api: Any, caller: Any) -> Any:
        refused = []
        for request in (notification(REFUSING), notification(LISTENING)):
            if request.to == phone_hash(LISTENING.phone):
                request.to = "not a digest"
            with pytest.raises(ApiException) as raised:
                api.push_messages_by_phone(request)
            refused.append((raised.value.status, json.loads(raised.value.body)["message"]))
        return refused

    assert by_sdk(tmp_path, use) == [
        (422, "Failed to send messages"),
        (400, "The request body has 1 error(s)"),
    ]


def test_sdk_learns_from_409_that_the_first_push_was_accepted(tmp_path):
    def use(api: Any, caller: Any) -> Any:
        key = str(uuid4())
        request = PushMessageRequest(to=user_id(LISTENING), messages=[TextMessage(text="確認のお願い")])
        first = api.push_message_with_http_info(request, x_line_retry_key=key)
        with pytest.raises(ApiException) as raised:
            api.push_message(request, x_line_retry_key=key)
        assert raised.value.status == 409
        assert raised.value.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
        (sent,) = json.loads(raised.value.body)["sentMessages"]
        assert sent["id"] == first.data.sent_messages[0].id

    by_sdk(tmp_path, use)


def test_sdk_reads_the_account_its_quota_and_its_settings(tmp_path):
    def use(api: Any, caller: Any) -> Any:
        assert api.get_bot_info().user_id == CHANNEL.user_id
        assert (api.get_message_quota().type, api.get_message_quota_consumption().total_usage) == (
            "limited",
            0,
        )
        assert api.get_pnp_message_statistics("20200101").success == 0
        assert api.get_pnp_templated_message_statistics("20170101").status == "out_of_service"
        api.set_webhook_endpoint(SetWebhookEndpointRequest(endpoint="https://bank.example/webhooks/line"))
        assert api.get_webhook_endpoint().endpoint == "https://bank.example/webhooks/line"
        api.validate_push(ValidateMessageRequest(messages=[TextMessage(text="下書き")]))
        with pytest.raises(ApiException) as raised:
            api.get_profile("U" + "0" * 32)
        assert raised.value.status == 404

    by_sdk(tmp_path, use)


def test_sdk_issues_a_stateless_token(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:

            def issue() -> Any:
                with OauthClient(OauthConfiguration(host=caller.running.url)) as client:
                    return ChannelAccessToken(client).issue_stateless_channel_token(
                        grant_type="client_credentials", client_id=CHANNEL.id, client_secret=CHANNEL.secret
                    )

            token = await asyncio.to_thread(issue)
            assert (token.token_type, token.expires_in) == ("Bearer", 899)

    asyncio.run(scenario())


def test_async_sdk_does_the_same(tmp_path):
    async def scenario() -> Any:
        async with (
            bank() as hearing,
            sandbox(tmp_path, webhook_url=hearing.url) as caller,
            AsyncApiClient(configuration(caller)) as client,
        ):
            api = AsyncMessagingApi(client)
            await api.push_messages_by_phone(notification(LISTENING), x_line_delivery_tag=TAG)
            await api.push_templated_messages_by_phone(templated(LISTENING))
            assert (await api.get_bot_info()).user_id == CHANNEL.user_id
            assert (await api.get_message_quota()).value == 1_000_000
            key = str(uuid4())
            request = PushMessageRequest(to=user_id(LISTENING), messages=[TextMessage(text="確認のお願い")])
            first = await api.push_message(request, x_line_retry_key=key)
            with pytest.raises(ApiException) as raised:
                await api.push_message(request, x_line_retry_key=key)
            assert raised.value.status == 409
            assert json.loads(raised.value.body)["sentMessages"][0]["id"] == first.sent_messages[0].id
            with pytest.raises(ApiException) as raised:
                await api.push_messages_by_phone(notification(REFUSING))
            assert raised.value.status == 422
            await until(lambda: caller.running.deliveries.counts["delivered"] == 2)

    asyncio.run(scenario())

"""The SMS transport against Karaden's protocol: what each answer means, what the carrier is told, how unknowns are found."""

import asyncio
import json
from urllib.parse import parse_qs
from uuid import uuid4

import pytest

from keizoku.channels.sms import transport
from keizoku.channels.sms.transport import KaradenSms, sign
from keizoku.delivery.models import RawEvent
from keizoku.delivery.ports import Message, Outcome, Outgoing, Result
from keizoku.delivery.rules import Tag
from keizoku.kernel.personal import PhoneNumber
from keizoku.sandbox.faults import FaultKind
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.sms.api import TENANT
from keizoku.sandbox.tests.places import CHANNEL, PEOPLE

WORDS = Message("", "継続銀行です。受付番号 12345-67890-1")
WHO = PEOPLE[0]


def outgoing(phone=WHO.phone, position=1, words=WORDS):
    return Outgoing(uuid4(), str(Tag(1, 1, position)), PhoneNumber(phone), words)


def with_carrier(tmp_path, settings, act, *faults):
    """Do ``act(transport)`` beside a fresh sandbox; returns its result and what the carrier journaled."""

    async def run():
        async with outside(Plan(PEOPLE, tmp_path, CHANNEL)) as world:
            settings.SMS_API_URL, settings.SMS_TENANT, settings.SMS_TOKEN = (
                f"{world.url}/api",
                TENANT,
                "sandbox",
            )
            for fault in faults:
                world.control._faults.arm("sms", *fault)
            return await act(KaradenSms())

    result = asyncio.run(run())
    lines = (tmp_path / "sms.jsonl").read_text().splitlines() if (tmp_path / "sms.jsonl").exists() else []
    return result, [json.loads(line) for line in lines]


def sending(*batch):
    async def act(sms):
        async with sms.connect() as sender:
            return await sender(batch)

    return act


def test_carrier_sees_number_words_and_two_tags_only(tmp_path, settings):
    (outcome,), journal = with_carrier(tmp_path, settings, sending(outgoing()))

    assert outcome.result is Result.ACCEPTED
    told = parse_qs(journal[0]["body"])
    tag = "kz-00001-00001-0000001"
    assert told["to"] == [f"0{WHO.phone[3:]}"]
    assert told["body"] == [WORDS.body]
    assert told["tags[]"] == [tag, sign(tag)]
    assert set(told) == {"service_id", "to", "body", "tags[]"}


@pytest.mark.parametrize("phone", ["+81312345678", "+81120123456", "+815012345678", "+14155550100"])
def test_number_that_is_no_japanese_mobile_is_never_told_to_the_carrier(tmp_path, settings, phone):
    (outcome,), journal = with_carrier(tmp_path, settings, sending(outgoing(phone)))

    assert outcome == Outcome(Result.REJECTED, "not_a_mobile")
    assert journal == []


def test_refused_words_are_final_and_a_wrong_token_waits_for_its_mending(tmp_path, settings):
    long = outgoing(words=Message("", "あ" * 661))
    (refused,), _ = with_carrier(tmp_path, settings, sending(long))
    assert refused == Outcome(Result.REJECTED, "validation:body")

    async def with_wrong_token(sms):
        settings.SMS_TOKEN = "other"
        return await sending(outgoing())(sms)

    (waits,), _ = with_carrier(tmp_path, settings, with_wrong_token)
    assert waits == Outcome(Result.DEFERRED, "http_401:unauthentication")


@pytest.mark.parametrize(
    ("fault", "result", "code"),
    [
        (FaultKind.RATE_LIMIT, Result.DEFERRED, "rate_limited"),
        (FaultKind.FAIL, Result.UNKNOWN, "http_500"),
        (FaultKind.DROP_BEFORE, Result.UNKNOWN, "ServerDisconnectedError"),
        (FaultKind.TIMEOUT_AFTER_ACTING, Result.UNKNOWN, "ServerDisconnectedError"),
    ],
)
def test_each_failure_is_deferred_only_where_nothing_can_have_been_sent(
    tmp_path, settings, fault, result, code
):
    (outcome,), _ = with_carrier(tmp_path, settings, sending(outgoing()), (fault, 1, 0.0))

    assert (outcome.result, outcome.code) == (result, code)


def test_carrier_that_cannot_be_reached_has_certainly_sent_nothing(tmp_path, settings):
    async def act(sms):
        settings.SMS_API_URL = "http://127.0.0.1:9/api"
        return await sending(outgoing())(sms)

    (outcome,), _ = with_carrier(tmp_path, settings, act)
    assert outcome.result is Result.DEFERRED


def test_unknown_message_is_found_by_its_tag_or_told_as_not_taken(tmp_path, settings):
    async def act(sms):
        await sending(outgoing(position=1), outgoing(PEOPLE[1].phone, position=2))(sms)
        return await sms.find([str(Tag(1, 1, position)) for position in (1, 2, 3)])

    found, _ = with_carrier(
        tmp_path, settings, act, (FaultKind.TIMEOUT_AFTER_ACTING, 1, 0.0), (FaultKind.FAIL, 1, 0.0)
    )

    taken = [tag for tag, outcome in found.items() if outcome]
    assert len(taken) == 1  # one timed out after it had acted, one failed before
    assert found["kz-00001-00001-0000003"] is None
    assert found[taken[0]].result is Result.ACCEPTED


def test_carrier_that_does_not_answer_tells_nothing(tmp_path, settings):
    async def act(sms):
        settings.SMS_API_URL = "http://127.0.0.1:9/api"
        return await sms.find(["kz-00001-00001-0000001"])

    assert with_carrier(tmp_path, settings, act)[0] == {}


def callback(**changes):
    tag = "kz-00001-00001-0000001"
    told = {
        "id": "82bdf9de-a532-4bf5-86bc-c9a1366e5f4a",
        "tags": [tag, sign(tag)],
        "sent_result": "received",
        "received_at": "2026-11-21T10:00:00+09:00",
        "updated_at": "2026-11-21T10:00:01+09:00",
    }
    return json.dumps(told | changes).encode()


def events(body):
    sms = KaradenSms()
    kept = sms.keep(body)
    return sms.read_events(kept) if kept else []


def test_callback_tells_arrival_and_failure():
    (arrived,) = events(callback())
    assert (arrived.tag, arrived.kind) == ("kz-00001-00001-0000001", "delivered")
    (failed,) = events(callback(sent_result="unconnected", received_at=None))
    assert failed.kind == "undelivered"
    assert events(callback(sent_result="unknown")) == []


def test_callback_without_our_own_signature_counts_for_nothing():
    other = sign("kz-00001-00001-0000002")
    assert events(callback(tags=["kz-00001-00001-0000001", other])) == []
    assert events(callback(tags=["kz-00001-00001-0000001"])) == []
    assert events(callback(tags=None)) == []


def test_number_and_words_that_come_with_a_callback_are_not_kept():
    kept = KaradenSms().keep(callback(to="09012345678", body="受付番号 12345-67890-1")).decode()
    assert set(json.loads(kept)) == {"id", "tag", "kind", "at"}
    assert "09012345678" not in kept


def test_callback_counts_only_at_the_secret_address(client, db, settings):
    good = f"/webhooks/sms/{settings.SMS_CALLBACK_SECRET}"
    assert client.post("/webhooks/sms/other", callback(), content_type="application/json").status_code == 404
    assert client.get(good).status_code == 405
    assert RawEvent.objects.count() == 0
    assert client.post(good, callback(), content_type="application/json").status_code == 200
    assert RawEvent.objects.get().carrier == "sms"
    for wrong in (b"", b"no json", b"[]", b'{"id": 1}', callback(received_at="yesterday")):
        assert client.post(good, wrong, content_type="application/json").status_code == 400
    assert RawEvent.objects.count() == 1
    settings.SMS_CALLBACK_SECRET = ""
    assert client.post("/webhooks/sms/x", callback(), content_type="application/json").status_code == 404


def test_transport_waits_no_longer_than_its_limit():
    assert transport.TIMEOUT_S <= 10

"""LINE's transport against LINE's protocol: what each answer means, what LINE is told, what its events say."""

import asyncio
import base64
import hashlib
import hmac
import json
from uuid import uuid4

import pytest

from keizoku.channels.line import transport
from keizoku.channels.line.transport import LineNotification
from keizoku.delivery.models import RawEvent
from keizoku.delivery.ports import Message, Outcome, Outgoing, Result
from keizoku.delivery.rules import Tag
from keizoku.kernel.personal import PhoneNumber
from keizoku.sandbox.faults import FaultKind
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.tests.places import CHANNEL, PEOPLE, people_with
from keizoku.sandbox.world.assumptions import Reception

MESSAGE = Message(
    "",
    "継続銀行からのお知らせです。\n受付番号は 12345-67890-1 です。",
    "確認をはじめる",
    "https://bank.example.jp/r/x",
)


def outgoing(person, position=1):
    return Outgoing(uuid4(), str(Tag(1, 1, position)), PhoneNumber(person.phone), MESSAGE)


def send(tmp_path, settings, batch, *faults):
    """Send a batch to a fresh sandbox; returns the outcomes and what LINE journaled."""

    async def run():
        async with outside(Plan(PEOPLE, tmp_path, CHANNEL)) as world:
            settings.LINE_API_URL, settings.LINE_CHANNEL_TOKEN = world.url, CHANNEL.token
            for fault in faults:
                world.control._faults.arm("line", *fault)
            async with LineNotification().connect() as sender:
                return await sender(batch)

    outcomes = asyncio.run(run())
    lines = (tmp_path / "line.jsonl").read_text().splitlines() if (tmp_path / "line.jsonl").exists() else []
    return outcomes, [json.loads(line) for line in lines]


def test_reachable_person_is_accepted_and_line_sees_hash_tag_and_words_only(tmp_path, settings):
    person = people_with(Reception.ON)[0]

    outcomes, journal = send(tmp_path, settings, [outgoing(person)])

    assert outcomes[0].result is Result.ACCEPTED
    assert outcomes[0].carrier_ref == journal[0]["request_id"]
    told = json.loads(journal[0]["body"])
    assert told["to"] == hashlib.sha256(person.phone.encode()).hexdigest()
    assert set(told) == {"to", "messages"}
    assert journal[0]["headers"]["x-line-delivery-tag"] == "kz-00001-00001-0000001"
    assert person.phone not in journal[0]["body"]


@pytest.mark.parametrize("reception", [Reception.OFF, Reception.NONE])
def test_unreachable_person_is_rejected_for_the_next_channel(tmp_path, settings, reception):
    outcomes, _ = send(tmp_path, settings, [outgoing(people_with(reception)[0])])

    assert outcomes[0].result is Result.REJECTED
    assert outcomes[0].code == "unreachable_by_line"


def test_time_out_after_acting_is_unknown_and_called_once(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(transport, "TIMEOUT_S", 0.3)

    outcomes, journal = send(
        tmp_path, settings, [outgoing(people_with(Reception.ON)[0])], (FaultKind.TIMEOUT_AFTER_ACTING, 1, 5.0)
    )

    assert outcomes[0].result is Result.UNKNOWN
    assert [entry["acted"] for entry in journal] == [True]


@pytest.mark.parametrize(
    ("fault", "result"), [(FaultKind.FAIL, Result.UNKNOWN), (FaultKind.RATE_LIMIT, Result.DEFERRED)]
)
def test_carrier_s_failure_is(tmp_path, settings, fault, result):
    outcomes, _ = send(tmp_path, settings, [outgoing(people_with(Reception.ON)[0])], (fault, 1, 0.0))

    assert outcomes[0].result is result


def test_connection_that_cannot_be_opened_has_certainly_sent_nothing(settings):
    settings.LINE_API_URL = "http://127.0.0.1:9"

    async def run():
        async with LineNotification().connect() as sender:
            return await sender([outgoing(PEOPLE[0])])

    (outcome,) = asyncio.run(run())
    assert outcome == Outcome(Result.DEFERRED, "not_sent:ClientConnectorError")


def test_outcomes_come_in_the_order_of_the_batch(tmp_path, settings):
    people = [people_with(Reception.NONE)[0], *people_with(Reception.ON)[:2], people_with(Reception.OFF)[0]]

    outcomes, _ = send(tmp_path, settings, [outgoing(person, n) for n, person in enumerate(people, 1)])

    assert [outcome.result for outcome in outcomes] == ["rejected", "accepted", "accepted", "rejected"]


def test_delivery_event_names_its_delivery_and_others_are_left_out():
    body = json.dumps(
        {
            "destination": "U1",
            "events": [
                {"type": "follow", "webhookEventId": "E0", "timestamp": 0},
                {"type": "message", "webhookEventId": "E2", "message": {"type": "text", "text": "山田です"}},
                {
                    "type": "delivery",
                    "webhookEventId": "E1",
                    "timestamp": 1_790_000_000_000,
                    "delivery": {"data": "kz-00001-00001-0000001"},
                },
            ],
        }
    ).encode()

    kept = LineNotification().keep(body)
    (event,) = LineNotification().read_events(kept)

    assert "山田" not in repr(json.loads(kept))
    assert (event.event_id, event.kind, Tag.parse(event.tag)) == ("E1", "delivered", Tag(1, 1, 1))


def test_callback_is_kept_only_where_it_tells_of_deliveries_and_refused_where_it_cannot_be_read(
    client, db, settings
):
    settings.LINE_CHANNEL_SECRET = "secret"

    def post(body):
        signed = base64.b64encode(hmac.digest(b"secret", body, "sha256")).decode()
        answer = client.post(
            "/webhooks/line", body, content_type="application/json", headers={"x-line-signature": signed}
        )
        return answer.status_code

    assert post(b'{"events":[]}') == 200
    assert [post(wrong) for wrong in (b"", b"[]", b'{"events":[{"type":"delivery"}]}')] == [400, 400, 400]
    assert RawEvent.objects.count() == 0
    good = b'{"events":[{"type":"delivery","webhookEventId":"E1","timestamp":1,"delivery":{"data":"kz-1"}}]}'
    assert post(good) == 200
    assert RawEvent.objects.count() == 1


def test_only_what_line_signed_is_believed(settings):
    settings.LINE_CHANNEL_SECRET = "secret"
    body = b'{"events":[]}'
    signed = base64.b64encode(hmac.digest(b"secret", body, "sha256")).decode()

    assert LineNotification().signature_holds(body, signed)
    assert not LineNotification().signature_holds(body + b" ", signed)
    assert not LineNotification().signature_holds(body, "")
    assert not LineNotification().signature_holds(body, "日本語")

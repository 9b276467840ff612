"""Push to a linked friend against LINE's protocol: the attempt's key makes a repetition harmless, and says so by 409."""

import asyncio
import json
from datetime import timedelta

import pytest
from django.db import connections

from keizoku.audit.actions import grant_read
from keizoku.channels.line import transport
from keizoku.channels.line.transport import LineNotification
from keizoku.customers.linking import actions as linking
from keizoku.customers.linking.rules import Ending
from keizoku.customers.models import ContactStop
from keizoku.customers.queries import addresses
from keizoku.delivery import registry, repeating
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.models import Gate
from keizoku.delivery.ports import Message, Outgoing, Result
from keizoku.delivery.rules import Tag
from keizoku.delivery.tests.waves import became, open_wave
from keizoku.kernel.actor import Actor
from keizoku.kernel.personal import LineUser, PhoneNumber
from keizoku.sandbox.chance import Chance
from keizoku.sandbox.faults import FaultKind
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.tests.places import CHANNEL, PEOPLE
from keizoku.sandbox.world.people import World

WORLD = World(PEOPLE, Chance(1))
FRIEND = next(each for each in PEOPLE if WORLD.is_friend(each.phone or ""))
USER = LineUser(str(WORLD.user_id(FRIEND.phone or "")))
MESSAGE = Message("", "受付番号は 12345-67890-1 です。", "確認をはじめる", "https://bank.example.jp/r/x")
CAMPAIGN = 1
KEY = "123e4567-e89b-12d3-a456-426614174000"


def pushes(tmp_path):
    lines = (tmp_path / "line.jsonl").read_text().splitlines()
    return [entry for entry in map(json.loads, lines) if entry["path"] == "/v2/bot/message/push"]


def in_world(tmp_path, settings, act, *faults):
    """Run ``act`` (in a thread, as the workers do) beside a fresh sandbox."""

    async def run():
        async with outside(Plan(PEOPLE, tmp_path, CHANNEL)) as world:
            settings.LINE_API_URL, settings.LINE_CHANNEL_TOKEN = world.url, CHANNEL.token
            for fault in faults:
                world.control._faults.arm("line", *fault)
            return await act()

    return asyncio.run(run())


def push(tmp_path, settings, user, *faults, times=1):
    outgoing = Outgoing(KEY, str(Tag(1, 1, 1)), user, MESSAGE)

    async def act():
        async with LineNotification().connect() as sender:
            return [(await sender([outgoing]))[0] for _ in range(times)]

    return in_world(tmp_path, settings, act, *faults)


def test_linked_friend_gets_a_push_and_line_sees_user_id_key_and_words_only(tmp_path, settings):
    (outcome,) = push(tmp_path, settings, USER)

    assert (outcome.result, outcome.code) == (Result.ACCEPTED, "push")
    (entry,) = pushes(tmp_path)
    assert outcome.carrier_ref == entry["request_id"]
    told = json.loads(entry["body"])
    assert told["to"] == USER.reveal()
    assert set(told) == {"to", "messages"}
    assert entry["headers"]["x-line-retry-key"] == KEY
    assert FRIEND.phone not in entry["body"]


def test_time_out_after_acting_is_asked_again_under_the_same_key_and_taken_once(
    tmp_path, settings, monkeypatch
):
    monkeypatch.setattr(transport, "TIMEOUT_S", 0.3)

    (outcome,) = push(tmp_path, settings, USER, (FaultKind.TIMEOUT_AFTER_ACTING, 1, 5.0))

    first, second = pushes(tmp_path)
    assert [first["acted"], second["acted"]] == [True, False]
    assert second["status"] == 409
    assert (outcome.result, outcome.carrier_ref) == (Result.ACCEPTED, first["request_id"])


def test_what_stays_unsure_is_unknown_and_the_same_key_settles_it_later(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(transport, "TIMEOUT_S", 0.3)
    hang = (FaultKind.TIMEOUT_AFTER_ACTING, 2, 5.0)

    unsure, sure = push(tmp_path, settings, USER, hang, times=2)

    assert (unsure.result, unsure.code) == (Result.UNKNOWN, "push:TimeoutError")
    assert (sure.result, sure.code) == (Result.ACCEPTED, "push")
    assert [entry["acted"] for entry in pushes(tmp_path)] == [True, False, False]


def test_account_of_another_provider_is_rejected_for_the_next_channel(tmp_path, settings):
    (outcome,) = push(tmp_path, settings, LineUser("U" + "0" * 32))

    assert (outcome.result, outcome.code) == (Result.REJECTED, "push:http_400")


# -- the whole way: whom the engine pushes to, and what a killed worker leaves


@pytest.fixture
def campaign(committed_db, make_customers, settings, monkeypatch):
    """Two customers; the first has linked FRIEND's account. A worker is lost after its calls and before its outcomes."""
    settings.CHANNELS = settings.CHANNELS | {"line": "keizoku.channels.line.transport.LineNotification"}
    registry.transport.cache_clear()
    monkeypatch.setattr(repeating, "LOOK_UP_AFTER", timedelta(0))
    first, second = make_customers(2)
    linking.link(linking.offer(first), USER)
    open_wave(CAMPAIGN)
    yield first, second
    registry.transport.cache_clear()


class Lost(Exception):
    """A kill."""


class Killed(Dispatcher):
    def before_outcomes(self, lease, claims):
        raise Lost


async def lose_a_worker():
    def work():
        with pytest.raises(Lost):
            Killed("lost").run()
        Gate.objects.update(is_open=True)  # a person has looked and resumed

    await asyncio.to_thread(connected, work)


def connected(work):
    try:
        return work()
    finally:
        connections.close_all()


def counted(tmp_path):
    return [entry["acted"] for entry in pushes(tmp_path)]


def test_engine_pushes_to_the_linked_and_repeats_what_a_lost_worker_left_unsure(campaign, tmp_path, settings):
    first, second = campaign

    async def act():
        await lose_a_worker()
        return await asyncio.to_thread(connected, repeating.repeat)

    assert in_world(tmp_path, settings, act) == 1

    assert became(CAMPAIGN, first) == ("accepted", "push")
    assert became(CAMPAIGN, second) == ("unknown", "worker_lost")
    assert counted(tmp_path) == [True, False]


def test_who_has_answered_since_gets_nothing_again(campaign, tmp_path, settings):
    first, _ = campaign

    async def act():
        await lose_a_worker()
        await asyncio.to_thread(
            connected,
            lambda: ContactStop.objects.create(customer_id=first, campaign_id=CAMPAIGN, reason="answered"),
        )
        return await asyncio.to_thread(connected, repeating.repeat)

    assert in_world(tmp_path, settings, act) == 0
    assert counted(tmp_path) == [True]


def test_a_link_made_after_the_message_was_begun_repeats_nothing(campaign, tmp_path, settings):
    first, _ = campaign

    async def act():
        await lose_a_worker()

        def relink():
            linking.leave(USER, Ending.ASKED)
            linking.link(linking.offer(first), USER)

        await asyncio.to_thread(connected, relink)
        return await asyncio.to_thread(connected, repeating.repeat)

    assert in_world(tmp_path, settings, act) == 0
    assert counted(tmp_path) == [True]


def test_addresses_of_line_are_the_account_of_the_linked_and_the_phone_of_everybody_else(db, make_customers):
    first, second = make_customers(2)
    linking.link(linking.offer(first), USER)

    found = addresses(
        "line", grant_read(actor=Actor.system("test"), purpose="test", subjects=[first, second])
    )

    assert found[first] == USER
    assert isinstance(found[second], PhoneNumber)

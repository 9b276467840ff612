"""One-time codes through the real transports against the carriers' emulators, beside a wave of a campaign."""

import asyncio
import json
import re
import threading
from contextlib import asynccontextmanager
from urllib.parse import parse_qs

import pytest
from django.db import connections

from keizoku.delivery import registry
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.lane import actions as lane
from keizoku.delivery.lane.actions import Wanted
from keizoku.delivery.lane.models import Code
from keizoku.delivery.lane.sending import Lane
from keizoku.delivery.models import Chunk
from keizoku.delivery.tests.waves import open_wave
from keizoku.kernel.actor import Actor
from keizoku.sandbox.faults import FaultKind
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.sms.api import TENANT
from keizoku.sandbox.tests.places import CHANNEL, PEOPLE

DESK = Actor.system("test")
WHO = PEOPLE[0]
BODY = "確認コードは {code} です。10分以内に入力してください。"


@pytest.fixture(autouse=True)
def _fresh_transports():
    registry.transport.cache_clear()


def ask(customer):
    message = lane.write_words(
        channel="sms", name="確認コード", subject="", body=BODY, button_label="", actor=DESK
    )
    return lane.ask(Wanted(customer, "sms", "identity", message), actor=Actor.customer(customer))


@asynccontextmanager
async def carriers(tmp_path, settings):
    async with outside(Plan(PEOPLE, tmp_path, CHANNEL)) as world:
        settings.SMS_API_URL, settings.SMS_TENANT, settings.SMS_TOKEN = f"{world.url}/api", TENANT, "sandbox"
        yield world


def beside(function, *arguments):
    """In a thread, as a worker's job is; its connections are closed."""

    def run():
        try:
            return function(*arguments)
        finally:
            connections.close_all()

    return asyncio.to_thread(run)


def journal(tmp_path):
    lines = (tmp_path / "sms.jsonl").read_text(encoding="utf-8").splitlines()
    return [parse_qs(json.loads(line)["body"]) for line in lines if "body" in json.loads(line)]


def states():
    return list(Code.objects.order_by("id").values_list("state", flat=True))


def test_code_reaches_the_sms_carrier_with_number_words_and_tags_alone(
    committed_db, make_customers, settings, tmp_path
):
    (customer,) = make_customers(1, 電話番号=f"0{WHO.phone[3:]}")
    key = ask(customer)

    async def run():
        async with carriers(tmp_path, settings):
            await beside(Lane().run)

    asyncio.run(run())

    (told,) = journal(tmp_path)
    assert told["to"] == [f"0{WHO.phone[3:]}"]
    assert told["tags[]"][0] == f"kc-{Code.objects.get().id:013d}"
    (digits,) = re.findall(r"\d{6}", told["body"][0])
    assert told["body"] == [BODY.format(code=digits)]
    assert states() == ["sent"]
    assert lane.redeem(key, digits, actor=DESK)


def test_carrier_that_acted_and_did_not_answer_is_asked_once(
    committed_db, make_customers, settings, tmp_path
):
    (customer,) = make_customers(1, 電話番号=f"0{WHO.phone[3:]}")
    ask(customer)

    async def run():
        async with carriers(tmp_path, settings) as world:
            world.control._faults.arm("sms", FaultKind.TIMEOUT_AFTER_ACTING, 1, 0.0)
            await beside(Lane().run)
            await beside(Lane().run)

    asyncio.run(run())

    assert states() == ["unknown"]
    assert len(journal(tmp_path)) == 1
    assert not Code.objects.exclude(sealed=None).exists()


def test_code_overtakes_a_long_wave_of_the_same_carrier(committed_db, make_customers, settings, tmp_path):
    """A sender is at work on 200 messages; a code asked for behind its second window is out before its fourth."""
    ids = make_customers(200)
    open_wave(1, channel="sms")
    second, coded = threading.Event(), threading.Event()

    class Sender(Dispatcher):
        windows = 0

        def before_call(self, lease, claims):
            self.windows += 1
            if self.windows == 3:
                second.set()
                assert coded.wait(60)

    def code():
        assert second.wait(60)
        ask(ids[0])
        Lane().run()
        coded.set()

    async def run():
        async with carriers(tmp_path, settings):
            await asyncio.gather(beside(Sender("sender").run), beside(code))

    asyncio.run(run())

    tags = [told["tags[]"][0][:2] for told in journal(tmp_path)]
    assert tags.count("kz") == 200
    assert tags.index("kc") == 40, "two windows of 20 before it, eight behind it"
    assert states() == ["sent"]
    assert not Chunk.objects.exclude(state="closed").exists()

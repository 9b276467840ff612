"""A lease is short, and a live worker keeps it however long its carrier takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
from django.db import connection

from keizoku.delivery import dispatch, registry
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.ports import Outcome, Result, Sender
from keizoku.delivery.tests import carrier
from keizoku.delivery.tests.waves import open_wave

_EXPIRE = "UPDATE delivery_chunk SET leased_until = now() - interval '1 second'"
_HOLDS = "SELECT leased_until > now() FROM delivery_chunk"
LONGEST_S = 30


class Slow(carrier.Phone):
    """Answers only after the lease, which has run out, was prolonged again."""

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Sender]:
        async def send(batch):
            with psycopg.connect(**connection.get_connection_params(), autocommit=True) as another:
                another.execute(_EXPIRE)
                async with asyncio.timeout(LONGEST_S):
                    while another.execute(_HOLDS).fetchone() != (True,):  # noqa: ASYNC110 - the database tells
                        await asyncio.sleep(0)
            return [Outcome(Result.ACCEPTED) for _ in batch]

        yield send


def test_lease_of_a_slow_live_worker_is_prolonged_while_its_carrier_thinks(
    committed_db, journal, make_customers, settings, monkeypatch
):
    monkeypatch.setattr(dispatch, "HEARTBEAT", timedelta(milliseconds=1))
    settings.CHANNELS = settings.CHANNELS | {"line": f"{__name__}.Slow"}
    registry.transport.cache_clear()
    make_customers(3)
    open_wave(1)

    assert Dispatcher("slow").run() == 1

    with connection.cursor() as cursor:
        cursor.execute("SELECT state, lease FROM delivery_chunk")
        assert cursor.fetchall() == [("closed", 1)]

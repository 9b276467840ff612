"""``keizoku worker``: runs the jobs of the rooms until told to stop; a lost database only makes it begin again."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Sequence

import click

from keizoku.cli.process import check_carriers, check_models, start_django

CODES = "codes"
ALL_QUEUES = ("default", "planning", "sending", "events", "outgoing", CODES)
PAUSE_S = 1.0
JOBS_MAY_FINISH_WITHIN_S = 15


@click.command("worker")
@click.option("--queue", "queues", multiple=True, help="Only these queues (default: all). May be repeated.")
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1), help="Jobs at once.")
def command(queues: tuple[str, ...], concurrency: int) -> None:
    """Plan, send, understand callbacks, seal the audit: whatever lies waiting in rows."""
    start_django()
    check_carriers()
    check_models()
    asyncio.run(_until_told(lambda: _work(queues or ALL_QUEUES, concurrency)))


async def _until_told(work: Callable[[], Awaitable[None]], pause_s: float = PAUSE_S) -> None:
    """Work until SIGTERM or SIGINT; when the database was lost, again after a pause.

    procrastinate's worker ends when one of its connections breaks: with an error, or as if it had been told to.
    """
    from procrastinate.exceptions import ConnectorException
    from psycopg import OperationalError

    from keizoku.kernel.logs import get_logger

    log = get_logger(__name__)
    own = asyncio.current_task()
    assert own is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, own.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            try:
                await work()
            except (ConnectorException, OperationalError) as lost:
                log.warning("worker.database_lost", fault=type(lost).__name__)
            await asyncio.sleep(pause_s)


async def _work(queues: Sequence[str], concurrency: int) -> None:
    """One life of procrastinate's workers; being cancelled, they finish the jobs at hand.

    One-time codes have a place of their own beside ``concurrency``, so that they never wait for a campaign's wave.
    """
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()):
        async with app.open_async():
            others = [queue for queue in queues if queue != CODES]
            codes = [CODES] if CODES in queues else []
            lives = [
                app.run_worker_async(
                    queues=served,
                    concurrency=at_once,
                    delete_jobs="successful",
                    shutdown_graceful_timeout=JOBS_MAY_FINISH_WITHIN_S,
                    install_signal_handlers=False,
                )
                for served, at_once in ((others, concurrency), (codes, 1))
                if served
            ]
            await _all_or_none([asyncio.ensure_future(life) for life in lives])


async def _all_or_none(lives: Sequence[asyncio.Future[None]]) -> None:
    """Until one of them ends, and then none goes on; raises what ended it."""
    try:
        await asyncio.wait(lives, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for life in lives:
            life.cancel()
        ended = await asyncio.gather(*lives, return_exceptions=True)
    for fault in ended:
        if isinstance(fault, Exception):
            raise fault

"""Workers' entry points: send what waits, understand what carriers called back. Each may run twice and stop anywhere."""

import os
import socket

from django.conf import settings

from keizoku.delivery import actions, collecting, doubts, put_aside, receipts, reconciling, repeating
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.lane.sending import Lane
from keizoku.delivery.letters import following
from keizoku.delivery.ports import Conversing
from keizoku.delivery.registry import transport
from keizoku.kernel.tasks import every

CHUNKS_A_RUN = 200


@every("* * * * * *", "delivery.send_waiting", queue="sending")
def send_waiting() -> None:
    """Every second: send the chunks that wait; two workers share them by leases."""
    Dispatcher(f"{socket.gethostname()}:{os.getpid()}").run(chunks=CHUNKS_A_RUN)


@every("* * * * * *", "delivery.send_codes", queue="codes")
def send_codes() -> None:
    """Every second: one-time codes, in a queue that no campaign's wave stands in."""
    Lane().run()


@every("* * * * * *", "delivery.process_events", queue="events")
def process_events() -> None:
    """Every second: turn carriers' callbacks into receipts."""
    while actions.process_raw_events():
        continue


@every("* * * * * *", "delivery.converse", queue="events")
def converse() -> None:
    """Every second: answer what people's accounts told a carrier."""
    for name in settings.CHANNELS:
        carrier = transport(name)
        while isinstance(carrier, Conversing) and carrier.converse():
            continue


@every("* * * * *", "delivery.reconcile", queue="events")
def reconcile() -> None:
    """Every minute: ask carriers what they took of what is unknown; repeat where that is safe; let old callbacks go."""
    reconciling.reconcile()
    doubts.settle_received()
    repeating.repeat()
    put_aside.let_go_old()


@every("* * * * *", "delivery.follow_letters", queue="events")
def follow_letters() -> None:
    """Every minute: ask the print house where batches are and what came back."""
    following.follow()


@every("* * * * *", "delivery.collect", queue="events")
def collect() -> None:
    """Every minute: read the mailboxes that messages come back to."""
    collecting.collect()


@every("*/10 * * * *", "delivery.fold_counters", queue="events")
def fold_counters() -> None:
    """Every ten minutes: fold the counters that single callbacks left."""
    receipts.fold_counters()

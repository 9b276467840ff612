"""What `keizoku worker` runs: every job has a queue that a worker serves, and periodic jobs come as often as they say."""

import asyncio
import os
import signal
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from keizoku.cli.worker import ALL_QUEUES, _until_told

PERIODIC = {periodic.task.name: periodic for periodic in app.periodic_registry.periodic_tasks.values()}
BY_SECONDS = [name for name, periodic in PERIODIC.items() if len(periodic.cron.split()) == 6]


def longest_pause(cron):
    """Over two hours from a full one."""
    from croniter import croniter

    begin = datetime(2026, 11, 21, 10, tzinfo=UTC)
    moments = croniter(cron, begin)
    times = [begin]
    while times[-1] < begin + timedelta(hours=2):
        times.append(moments.get_next(datetime))
    return max(after - before for before, after in pairwise(times))


def test_every_job_waits_in_a_queue_that_a_worker_serves():
    queues = {task.queue for task in app.tasks.values()}
    assert queues - {"builtin"} == set(ALL_QUEUES)


@pytest.mark.parametrize("name", BY_SECONDS)
def test_job_of_every_few_seconds_never_rests_for_a_minute(name):
    assert longest_pause(PERIODIC[name].cron) <= timedelta(seconds=10)


def test_campaigns_are_planned_every_other_second_also_in_odd_minutes():
    assert longest_pause(PERIODIC["campaigns.plan"].cron) == timedelta(seconds=2)


def test_worker_begins_again_when_the_database_was_lost_and_stops_when_told():
    lives = []

    async def work():
        lives.append(len(lives))
        if len(lives) == 1:
            raise ConnectorException
        if len(lives) == 2:
            return  # procrastinate's worker ends so, too, when its listening connection breaks
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.Event().wait()

    asyncio.run(_until_told(work, pause_s=0))
    assert lives == [0, 1, 2]


def test_worker_ends_with_a_fault_that_is_not_the_databases():
    async def work():
        raise KeyError

    with pytest.raises(KeyError):
        asyncio.run(_until_told(work))

"""The task library's seam (design decision 5): it only wakes; what is to be done lies in rows.

``task`` registers a function; calling ``.defer(...)`` inside ``transaction.atomic`` queues it with that transaction, so a
rollback leaves nothing. Every task may run twice, stop anywhere and start late. Never one task a recipient.
"""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app as _app
from procrastinate.exceptions import AlreadyEnqueued


class _Task:
    def __init__(self, function: Callable[..., None], name: str, registered: Any) -> None:
        self._function = function
        self._registered = registered
        self.name = name
        self.__doc__ = function.__doc__

    def __call__(self, **arguments: Any) -> None:
        self._function(**arguments)

    def wake(self, **arguments: Any) -> None:
        """Queue the task once; when the same wake is already waiting, this does nothing."""
        lock = f"{self.name}:{sorted(arguments.items())}"
        try:
            with (
                transaction.atomic()
            ):  # a savepoint: the refused duplicate must not spoil the caller's transaction
                self._registered.configure(queueing_lock=lock).defer(**arguments)
        except AlreadyEnqueued:
            return


def task(name: str, *, queue: str = "default", attempts: int = 3) -> Callable[[Callable[..., None]], _Task]:
    """Register a job of a room under "room.verb"."""

    def register(function: Callable[..., None]) -> _Task:
        registered = _app.task(
            name=name,
            queue=queue,
            pass_context=False,
            retry=RetryStrategy(max_attempts=attempts, exponential_wait=5),
        )(function)
        return _Task(function, name, registered)

    return register


def every(cron: str, name: str, *, queue: str = "default") -> Callable[[Callable[[], None]], _Task]:
    """Register a periodic job: ``cron`` has five fields, or six with seconds last."""

    def register(function: Callable[[], None]) -> _Task:
        def periodic(timestamp: int) -> None:  # noqa: ARG001 - the library passes when it was due; jobs read the clock
            function()

        registered = _app.periodic(cron=cron)(
            _app.task(name=name, queue=queue, queueing_lock=name, pass_context=False)(periodic)
        )
        return _Task(function, name, registered)

    return register

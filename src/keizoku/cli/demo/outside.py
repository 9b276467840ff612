"""The demo's hand on the sandbox: is it there, its clock, its status and journals. Plain HTTP, standard library."""

import json
import urllib.error
import urllib.request
from datetime import timedelta
from typing import Any

from keizoku.cli.demo.places import Places

TIMEOUT_S = 10


def answers(url: str) -> bool:
    """Whether somebody answers with a success at this address."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310 - our own http address
            return bool(response.status < 400)  # noqa: PLR2004 - HTTP's own border
    except (urllib.error.URLError, OSError):
        return False


def status(places: Places) -> dict[str, Any]:
    """The sandbox's counts."""
    with urllib.request.urlopen(f"{places.sandbox}/_sandbox/status", timeout=TIMEOUT_S) as response:  # noqa: S310
        found = json.load(response)
    assert isinstance(found, dict)
    return found


def post(places: Places, path: str, body: dict[str, Any], *, method: str = "POST") -> None:
    request = urllib.request.Request(  # noqa: S310 - our own http address
        f"{places.sandbox}{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT_S):  # noqa: S310
        pass


class ClockRelay:
    """Tells the sandbox the business time whenever the demo's clock has been moved."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._told: timedelta | None = None

    def follow(self) -> None:
        """Harmless when the database or the sandbox is just being started again: the next call catches up."""
        from django.db import OperationalError, connection

        from keizoku.kernel.clock import business_now, offset

        try:
            ahead = offset()
            if ahead != self._told:
                post(self._places, "/_sandbox/clock", {"now": business_now().isoformat()})
                self._told = ahead
        except OperationalError:
            connection.close()
        except (urllib.error.URLError, OSError):
            self._told = None

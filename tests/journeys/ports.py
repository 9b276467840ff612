"""Ports for a house of tests, which nobody else takes between the choice and the start."""

import itertools
import os
import socket


def free_ports(number: int) -> list[int]:
    """Ports that nobody listens on, below those that the system gives out and apart from other workers' of these tests."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 20_000 + 1_000 * worker + os.getpid() % 900
    return list(itertools.islice((port for port in itertools.count(first) if _is_free(port)), number))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

"""What every channel promises to the engine."""

from datetime import timedelta

from keizoku.channels.email import transport as email
from keizoku.channels.line import transport as line
from keizoku.delivery.rules import LEASE


def test_a_window_ends_before_its_lease_does():
    assert timedelta(seconds=line.TIMEOUT_S) < LEASE
    assert timedelta(seconds=email.TIMEOUT_S * email.Email.window / email.CONNECTIONS) < LEASE

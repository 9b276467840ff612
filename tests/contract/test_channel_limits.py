"""What every channel promises to the engine."""

from keizoku.channels.email import transport as email
from keizoku.channels.line import transport as line
from keizoku.delivery.rules import HEARTBEAT, LEASE


def test_a_lease_outlives_several_heartbeats_however_long_its_window_takes():
    assert HEARTBEAT * 4 < LEASE
    slowest = email.TIMEOUT_S * email.Email.window / email.CONNECTIONS
    assert max(line.TIMEOUT_S, slowest) > HEARTBEAT.total_seconds(), "or no heartbeat would be needed"

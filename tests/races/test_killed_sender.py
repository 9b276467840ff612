"""The sending worker is killed again and again while a wave goes out, and nobody gets two messages."""

import pytest

from journeys.world import OSAKA
from races.people import CROWD
from races.sending import WINDOW, asked, expire_leases, requests, wait_until_sent

pytestmark = pytest.mark.xdist_group("races")

KILLS = 4


def test_killed_sender_writes_to_nobody_twice_and_leaves_at_most_a_window_unknown(home):
    home.fault("line", "slow", count=len(CROWD), delay_ms=300)
    campaign = home.campaign(OSAKA, count=len(CROWD))
    for kill in range(KILLS):
        home.wait(lambda kill=kill: asked(home, CROWD) > kill * 90, f"nothing is sent after kill {kill}")
        home.processes["sender"].kill()
        expire_leases(home)
        home.processes["sender"].start()
    ended = wait_until_sent(home, campaign, CROWD)
    assert set(ended) <= {"accepted", "unknown"}
    assert ended["accepted"] >= len(CROWD) - KILLS * WINDOW
    assert set(requests(home, CROWD)) <= {0, 1}
    assert (
        ended["unknown"] >= requests(home, CROWD)[0]
    )  # whom LINE was never asked for is listed, not forgotten

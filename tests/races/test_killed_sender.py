"""The sending worker is killed again and again while a wave goes out, and nobody gets two messages."""

import pytest

from journeys.world import OSAKA, SAPPORO
from keizoku.campaigns.approval.rules import FIRST_WAVE_LEAST
from keizoku.delivery.rules import LEASE
from races.people import CROWD, SLOW_HANDS
from races.sending import WINDOW, asked, expire_leases, requests, wait_until_sent

KILLS = 3


def test_killed_sender_writes_to_nobody_twice_and_leaves_at_most_a_window_unknown(home):
    home.fault("line", "slow", count=len(CROWD), delay_ms=300)
    campaign = home.campaign(OSAKA, count=len(CROWD))
    for kill in range(KILLS):
        home.wait(
            lambda kill=kill: asked(home, CROWD) > FIRST_WAVE_LEAST + kill * 100,
            f"nothing is sent after kill {kill}",
        )
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


@pytest.mark.soak
def test_lease_of_a_killed_sender_runs_out_by_itself(home):
    home.fault("line", "slow", count=len(SLOW_HANDS), delay_ms=1000)
    campaign = home.campaign(SAPPORO, count=len(SLOW_HANDS))
    home.wait(lambda: asked(home, SLOW_HANDS) > FIRST_WAVE_LEAST, "nothing is sent")
    home.processes["sender"].kill()
    home.processes["sender"].start()
    ended = wait_until_sent(home, campaign, SLOW_HANDS, patience_s=LEASE.total_seconds() + 60)
    assert ended == {"accepted": len(SLOW_HANDS) - WINDOW, "unknown": WINDOW}
    assert set(requests(home, SLOW_HANDS)) <= {0, 1}

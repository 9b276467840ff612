"""LINE acts and says nothing, or tells the same twice: unknown is settled by its event, and nothing counts double."""

from collections import Counter

from journeys.world import NAGOYA, SENDAI
from races.people import TIMED_OUT, TOLD_TWICE
from races.sending import requests, wait_until_sent


def delivered(home, campaign):
    return home.number("SELECT count(*) FROM delivery_receipt WHERE campaign_id = %s", campaign)


def counted(home, campaign, result):
    return home.number(
        "SELECT COALESCE(sum(count), 0) FROM delivery_counter WHERE campaign_id = %s AND result = %s",
        campaign,
        result,
    )


def test_time_out_after_acting_is_unknown_until_the_event_and_never_sent_again(home):
    home.fault("line", "timeout_after_acting", count=5, delay_ms=100)
    campaign = home.campaign(NAGOYA, count=len(TIMED_OUT))
    assert wait_until_sent(home, campaign, TIMED_OUT) == {"accepted": 7, "unknown": 5}
    home.wait(lambda: delivered(home, campaign) == len(TIMED_OUT), "not everybody's event came")
    assert requests(home, TIMED_OUT) == {1: len(TIMED_OUT)}
    page = home.staff("operator").get(f"/console/campaigns/{campaign}").page.text
    assert "届いたか不明の連絡" not in page
    assert counted(home, campaign, "delivered") == len(TIMED_OUT)


def test_repeated_webhooks_count_once(home):
    home.fault("line", "repeat_webhook", count=len(TOLD_TWICE))
    campaign = home.campaign(SENDAI, count=len(TOLD_TWICE))
    assert wait_until_sent(home, campaign, TOLD_TWICE) == {"accepted": len(TOLD_TWICE)}
    home.wait(lambda: delivered(home, campaign) == len(TOLD_TWICE), "not everybody's event came")
    home.wait(
        lambda: home.number("SELECT (count(*) = 0)::int FROM delivery_rawevent WHERE processed_at IS NULL"),
        "callbacks wait unread",
    )
    assert home.status()["webhooks"]["repeated"] >= 1
    bodies = Counter(entry["body"] for entry in home.journal("webhooks") if entry["status"] == 200)
    assert max(bodies.values()) == 2
    assert delivered(home, campaign) == counted(home, campaign, "delivered") == len(TOLD_TWICE)

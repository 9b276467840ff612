"""届いたか不明: whoever asked the carrier says on the page what he found; nothing is sent by it."""

import pytest
from django.test import Client

from keizoku.campaigns import actions
from keizoku.campaigns.tests.conftest import journal, plan, requested, staff
from keizoku.campaigns.tests.walking import work
from keizoku.console.tests.pages import do, go, words
from keizoku.delivery import doubts
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.tests.carrier import Journal

__all__ = ["journal", "plan", "requested", "staff"]


@pytest.fixture
def sent(requested, staff):
    """Three LINE messages whose result nobody knows."""
    Journal.answer = staticmethod(lambda outgoing: Outcome(Result.UNKNOWN, "TimeoutError"))
    actions.approve(requested[0], typed_count=4, staff=staff["approver"])
    work()
    return requested[0]


def signed_in(member):
    client = Client()
    client.force_login(member)
    return client


def test_what_a_person_found_out_is_kept_with_how_and_shown(sent, staff):
    operator = signed_in(staff["operator"])
    first = doubts.in_doubt(sent)[0]
    page = words(go(operator, "console-campaign-unknown", sent))
    assert "送信先の応答がなかった" in page
    calls, before = len(Journal.calls), len(doubts.in_doubt(sent))

    place = ("console-campaign-unknown-mark", sent, first.wave_id, first.position)
    for told in ({"reason": "電話で確かめた"}, {"found": "reached", "reason": ""}):
        assert do(operator, *place, **told).status_code in {409, 422}
    assert len(doubts.in_doubt(sent)) == before
    marked = do(operator, *place, found="reached", reason="電話で確かめた")

    assert marked.status_code == 302
    assert [(one.customer_id, one.settled_by) for one in doubts.settled(sent)] == [
        (first.customer_id, "person_reached")
    ]
    assert "担当者が、届いたと確かめた" in words(go(operator, "console-campaign-unknown", sent))
    assert len(Journal.calls) == calls
    assert do(signed_in(staff["reviewer"]), *place, found="reached", reason="x").status_code == 403

"""No state lasts for ever."""

from datetime import timedelta

import pytest

from keizoku.audit.models import Entry
from keizoku.identity import capturing, deciding, judging
from keizoku.identity.deciding import Said
from keizoku.identity.models import Verification
from keizoku.identity.rules.deciding import Verdict
from keizoku.identity.rules.states import MAXIMUM_AGES, State
from keizoku.identity.sweeping import sweep
from keizoku.identity.tests.people import begin, capture
from keizoku.identity.tests.test_deciding import staff
from keizoku.kernel.clock import business_now


def after(verification, state):
    """One moment before the state's age and one behind it, as the sweeper finds it: its states."""
    verification.refresh_from_db()
    assert verification.state == state
    states = []
    for late in (timedelta(0), timedelta(microseconds=1)):
        sweep(verification.state_since + MAXIMUM_AGES[state].age + late)
        states.append(Verification.objects.get(id=verification.id).state)
    return states


def test_what_waits_for_the_customer_expires(asked):
    assert after(asked, State.ASKED) == ["asked", "expired"]
    assert Entry.objects.get(action="identity.verification.expired").details["count"] == 1


def test_judgement_that_is_stuck_goes_to_a_person_and_a_late_decision_is_marked(asked, sight, clock):
    captured = capture(asked)
    assert after(captured, State.JUDGING) == ["judging", "waiting"]
    assert after(captured, State.WAITING) == ["waiting", "waiting"]
    captured.refresh_from_db()
    assert captured.escalated_at is not None
    marked = captured.escalated_at
    sweep(business_now() + timedelta(days=30))
    captured.refresh_from_db()
    assert captured.escalated_at == marked
    assert Entry.objects.filter(action="identity.verification.escalated").count() == 1


@pytest.mark.parametrize("state", [State.CAPTURING, State.ASKED_AGAIN])
def test_capture_that_was_left_expires(asked, state, sight, clock):
    if state is State.ASKED_AGAIN:
        judging.judge(capture(asked).id)
        again = Said(Verdict.ASKED_AGAIN, "cut_off", again=["front"])
        deciding.decide(asked.id, again, staff("reviewer"))
    else:
        capturing.challenge(begin(asked))
    assert after(asked, state) == [state.value, "expired"]

from datetime import UTC, date, datetime, timedelta

import pytest

from keizoku.forms.rules.definition import Given
from keizoku.reviews.rules import limits, masking, reasons, states
from keizoku.reviews.rules.limits import Attempts
from keizoku.reviews.rules.proposing import Proposal, ProposalKind, propose
from keizoku.reviews.rules.states import State

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def test_every_state_has_its_transitions_and_its_words():
    assert set(states.TRANSITIONS) == set(State) == set(states.STATE_WORDS)


def test_every_state_that_is_not_final_has_a_maximum_age_and_a_sweeper():
    assert set(states.MAXIMUM_AGES) == set(states.NOT_FINAL)
    for state, age in states.MAXIMUM_AGES.items():
        ends_by_deadline = age.days is None and age.then is not None
        is_escalated = age.days is not None and age.then is None
        assert ends_by_deadline or is_escalated
        assert age.then is None or states.may_follow(state, age.then)


def test_every_state_can_be_reached_and_can_end():
    reached = {State.OPEN}.union(*states.TRANSITIONS.values())
    assert reached == set(State)
    for state in states.NOT_FINAL:
        onward = states.TRANSITIONS[state]
        assert onward & states.FINAL or any(states.TRANSITIONS[each] & states.FINAL for each in onward)


def test_states_fall_into_three_kinds():
    assert set(states.AWAITING_CUSTOMER) == {State.OPEN, State.ASKED_AGAIN}
    assert set(states.ON_THE_DESK) == {State.ANSWERED, State.NEEDS_PERSON}
    assert {State.APPROVED, State.REJECTED, State.UNANSWERED, State.WITHDRAWN} == states.FINAL


def test_deadline_includes_its_own_day():
    assert not states.is_past(date(2026, 11, 21), date(2026, 11, 21))
    assert states.is_past(date(2026, 11, 21), date(2026, 11, 22))


def test_customer_asked_again_has_at_least_a_fortnight():
    today = date(2026, 11, 21)
    assert states.closes_on_when_asked_again(date(2026, 11, 22), today) == date(2026, 12, 5)
    assert states.closes_on_when_asked_again(date(2027, 1, 31), today) == date(2027, 1, 31)


def test_fifth_failure_locks_for_half_an_hour():
    attempts = Attempts()
    for left in (4, 3, 2, 1):
        attempts = limits.after_failure(attempts, NOW)
        assert (attempts.left, attempts.is_locked(NOW)) == (left, False)
    attempts = limits.after_failure(attempts, NOW)
    assert attempts == Attempts(0, NOW + timedelta(minutes=30))
    assert attempts.is_locked(NOW + timedelta(minutes=29))
    assert not attempts.is_locked(NOW + timedelta(minutes=30))


@pytest.mark.parametrize(
    ("of_source", "of_all", "allowed"), [(0, 0, True), (9, 1999, True), (10, 0, False), (0, 2000, False)]
)
def test_guessing_is_limited_for_a_source_and_in_all(of_source, of_all, allowed):
    assert limits.may_guess(of_source, of_all) is allowed


def test_every_outcome_leads_somewhere_and_has_reasons_in_words():
    for outcome in reasons.Outcome:
        assert reasons.REASONS[outcome]
        assert any(states.may_follow(state, reasons.LEADS_TO[outcome]) for state in states.ON_THE_DESK)
    assert reasons.is_reason_of(reasons.Outcome.APPROVE, "consistent")
    assert not reasons.is_reason_of(reasons.Outcome.APPROVE, "implausible")


def test_every_reason_to_ask_again_has_words_for_the_customer():
    assert set(reasons.ASKED_AGAIN_ABOUT) == set(reasons.REASONS[reasons.Outcome.ASK_AGAIN])


@pytest.mark.parametrize(
    ("address", "masked"),
    [("東京都渋谷区渋谷1-2-3", "東京都●●"), ("神奈川県横浜市1-1", "神奈川県●●"), ("渋谷区渋谷1-2-3", "●●")],
)
def test_address_is_shown_by_its_prefecture_alone(address, masked):
    assert masking.masked_address(address) == masked


@pytest.mark.parametrize(
    ("e164", "masked"),
    [("+819012345678", "●●●-●●●●-5678"), ("+81312345678", "●●●-●●●-5678"), ("+14155550123", "●●●-●●●●-0123")],
)
def test_phone_is_shown_by_its_last_four_digits(e164, masked):
    assert masking.masked_phone(e164) == masked


KNOWN = {
    "postal_code": "1500002",
    "address": "東京都渋谷区渋谷1-2-3",
    "phone": "+819012345678",
    "occupation": "company_employee",
    "foreign_remittance": "no",
}


class TestProposals:
    @pytest.fixture
    def person(self):
        from pathlib import Path

        import keizoku.forms
        from keizoku.forms.rules.reading import read_questionnaire

        return read_questionnaire(
            (Path(keizoku.forms.__file__).parent / "questionnaires" / "person-1.toml").read_text()
        )

    def test_unchanged_address_confirms_both_of_its_fields(self, person):
        assert propose(person, {"address": Given(is_unchanged=True)}, KNOWN) == (
            Proposal("postal_code", None, ProposalKind.RECORD, is_change=False),
            Proposal("address", None, ProposalKind.RECORD, is_change=False),
        )

    def test_only_what_differs_is_a_change(self, person):
        answers = {
            "address": Given(values={"postal_code": "1500002", "address": "東京都渋谷区渋谷4-5-6"}),
            "phone": Given(values={"phone": "+819012345678"}),
            "occupation": Given(values={"occupation": "pensioner"}),
        }
        assert propose(person, answers, KNOWN) == (
            Proposal("postal_code", "1500002", ProposalKind.RECORD, is_change=False),
            Proposal("address", "東京都渋谷区渋谷4-5-6", ProposalKind.RECORD, is_change=True),
            Proposal("phone", "+819012345678", ProposalKind.RECORD, is_change=False),
            Proposal("occupation", "pensioner", ProposalKind.FACT, is_change=True),
        )

    def test_detail_is_a_note_that_changes_nothing(self, person):
        given = Given(values={"foreign_remittance": "yes", "remittance_countries": "ベトナム"})
        assert propose(person, {"remittance": given}, KNOWN) == (
            Proposal("foreign_remittance", "yes", ProposalKind.FACT, is_change=True),
            Proposal("remittance_countries", "ベトナム", ProposalKind.NOTE, is_change=False),
        )

    def test_passed_question_proposes_nothing(self, person):
        assert propose(person, {"phone": Given()}, {"phone": None}) == ()

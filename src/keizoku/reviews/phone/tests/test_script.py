"""Which questions are asked, how answers are read, when it is enough."""

from datetime import UTC, date, datetime, timedelta

import pytest

from keizoku.reviews.phone.rules import script, states
from keizoku.reviews.phone.rules.script import Asked, Failures
from keizoku.reviews.phone.rules.states import FoundBy

DECK = (
    Asked.NAME,
    Asked.BIRTH_DATE,
    Asked.PHONE,
    Asked.POSTAL_CODE,
    Asked.BRANCH,
    Asked.ACCOUNT,
    Asked.OPENED,
)
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def test_name_and_birth_date_come_first_and_what_the_caller_has_said_already_is_not_asked():
    drawn = script.deck(FoundBy.PHONE, set(Asked), [Asked.PHONE, Asked.BRANCH, Asked.NAME])
    assert drawn == (Asked.NAME, Asked.BIRTH_DATE, Asked.BRANCH)
    # An account is named with its branch: the year of its opening is the only inner answer left beside the birth date.
    drawn = script.deck(FoundBy.ACCOUNT, set(Asked), list(Asked))
    assert drawn == (Asked.NAME, Asked.BIRTH_DATE, Asked.OPENED, Asked.POSTAL_CODE, Asked.PHONE)


def test_caller_with_our_code_needs_three_answers_and_any_other_four():
    right = {Asked.NAME, Asked.BIRTH_DATE, Asked.ACCOUNT}
    assert script.progress(DECK, right, [], FoundBy.CODE).is_enough
    assert not script.progress(DECK, right, [], FoundBy.PHONE).is_enough
    assert script.progress(DECK, right | {Asked.PHONE}, [], FoundBy.PHONE).is_enough


def test_what_stands_on_an_envelope_never_suffices():
    outer = {Asked.NAME, Asked.PHONE, Asked.POSTAL_CODE}
    progress = script.progress(DECK, outer, [Asked.BIRTH_DATE], FoundBy.CODE)
    assert not progress.is_enough
    assert progress.following is Asked.BRANCH  # an inner one: nothing else would help


def test_question_that_was_answered_wrong_is_not_asked_again_and_the_check_ends_when_it_cannot_succeed():
    wrong = [Asked.BIRTH_DATE]
    assert script.progress(DECK, {Asked.NAME}, wrong, FoundBy.CODE).following is Asked.BRANCH
    wrong += [Asked.BRANCH, Asked.ACCOUNT]
    assert script.progress(DECK, {Asked.NAME}, wrong, FoundBy.CODE).following is None


def test_name_is_asked_twice_and_nobody_who_names_somebody_else_is_the_customer():
    knows_much = {Asked.BIRTH_DATE, Asked.ACCOUNT, Asked.OPENED, Asked.PHONE}
    assert not script.progress(DECK, knows_much, [Asked.NAME], FoundBy.CODE).is_enough
    assert script.progress(DECK, knows_much, [Asked.NAME], FoundBy.CODE).following is Asked.NAME
    assert script.progress(DECK, knows_much, [Asked.NAME, Asked.NAME], FoundBy.CODE).following is None


@pytest.mark.parametrize(
    ("asked", "typed", "read"),
    [
        (Asked.NAME, "ﾔﾏﾀﾞ　ﾀﾛｳ", "ヤマダタロウ"),
        (Asked.BIRTH_DATE, "S35.4.8", "1960-04-08"),
        (Asked.BIRTH_DATE, "4月8日", None),
        (Asked.ACCOUNT, "４５６７", "4567"),
        (Asked.ACCOUNT, "12345", None),
        (Asked.OPENED, "平成13", "2001"),
        (Asked.OPENED, "平成元年", "1989"),
        (Asked.OPENED, "平成31年", "2019"),
        (Asked.OPENED, "きのう", None),
        (Asked.POSTAL_CODE, "150-0002", "1500002"),
        (Asked.BRANCH, "1", None),
        (Asked.PHONE, "", None),
        (Asked.PHONE, "9" * 10_000, None),
    ],
)
def test_answer_is_read_as_it_is_said_and_a_slip_is_no_answer(asked, typed, read):
    assert script.read(asked, typed) == read


def test_fifth_wrong_answer_locks_for_an_hour():
    assert script.after_failure(Failures(3), NOW) == Failures(4)
    locked = script.after_failure(Failures(4), NOW)
    assert locked == Failures(0, NOW + timedelta(hours=1))
    assert locked.is_locked(NOW + timedelta(minutes=59))
    assert not locked.is_locked(NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("day", "window", "hour", "problem"),
    [
        (24, (9, 12), 11, ""),
        (24, (9, 12), 12, "過ぎています"),
        (20, (9, 12), 8, "今日から30日以内"),
        (25, (10, 11), 8, "時間帯を一覧から"),
        (28, (9, 12), 8, "休業日"),
    ],
)
def test_promise_lies_ahead_on_an_open_day_within_the_offered_hours(day, window, hour, problem):
    told = states.day_problem(date(2026, 11, day), window, date(2026, 11, 24), hour)
    assert problem in told
    assert bool(told) == bool(problem)


def test_promise_of_the_years_last_open_day_waits_until_somebody_could_have_kept_it():
    age = states.CALL_BACK_AGES[states.CallBackState.BOOKED]
    assert states.kept_from(date(2027, 1, 6), age) == date(2026, 12, 30)
    assert states.kept_from(date(2027, 1, 7), age) == date(2027, 1, 4)

from datetime import date, timedelta

import pytest
from django.db.models import F

from keizoku.audit.models import Entry
from keizoku.kernel.clock import business_today
from keizoku.kernel.text.digits import full_width_digits
from keizoku.kernel.text.numbers import reference_code
from keizoku.reviews import errors, tokens
from keizoku.reviews.actions import find_by_reference, find_by_token, find_genuine, identify
from keizoku.reviews.models import CodeGuess, Identification, Review
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import TARO_ACCOUNT, TARO_BORN

HOME = "192.0.2.1"
WRONG_DAY = date(1961, 4, 8)


def unused_code(review: Review) -> str:
    return reference_code(f"{(review.reference // 10 + 1) % 10**10:010d}")


def test_code_opens_its_review(review):
    found = find_by_reference(code_of(review.reference), HOME)
    assert (found.id, found.customer_id, found.state) == (review.id, review.customer_id, State.OPEN)


@pytest.mark.parametrize(
    "write",
    [
        full_width_digits,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", "ー"),
        lambda code: code.replace("-", " "),
        lambda code: f" {full_width_digits(code.replace('-', '−'))}　",
    ],
)
def test_code_is_taken_in_any_width_and_with_any_dashes(review, write):
    assert find_by_reference(write(code_of(review.reference)), HOME).id == review.id


def test_mistyped_code_is_told_apart_and_not_counted(review):
    code = code_of(review.reference)
    mistyped = ("1" if code[0] != "1" else "2") + code[1:]
    for _ in range(12):
        with pytest.raises(errors.CodeMalformed) as refused:
            find_by_reference(mistyped, HOME)
    assert "もう一度入力してください" in refused.value.remedy
    assert CodeGuess.objects.count() == 0


def test_unknown_code_says_what_to_do_and_is_counted(review):
    with pytest.raises(errors.CodeUnknown) as refused:
        find_by_reference(unused_code(review), HOME)
    assert refused.value.remedy.startswith("お知らせの番号をもう一度お確かめください")
    assert CodeGuess.objects.get().count == 1
    assert HOME.encode() not in bytes(CodeGuess.objects.get().source)


def test_tenth_wrong_code_of_a_source_stops_it_and_nobody_else(review):
    for _ in range(10):
        with pytest.raises(errors.CodeUnknown):
            find_by_reference(unused_code(review), HOME)
    with pytest.raises(errors.TooManyGuesses):
        find_by_reference(code_of(review.reference), HOME)
    assert find_by_reference(code_of(review.reference), "192.0.2.2").id == review.id


def test_guesses_of_all_sources_together_are_limited(review):
    with pytest.raises(errors.CodeUnknown):
        find_by_reference(unused_code(review), HOME)
    CodeGuess.objects.update(count=2_000)
    with pytest.raises(errors.TooManyGuesses):
        find_by_reference(code_of(review.reference), "192.0.2.2")


def test_old_guesses_are_forgiven(review):
    with pytest.raises(errors.CodeUnknown):
        find_by_reference(unused_code(review), HOME)
    guess = CodeGuess.objects.get()
    CodeGuess.objects.update(count=10, minute=guess.minute - timedelta(minutes=11))
    assert find_by_reference(code_of(review.reference), HOME).id == review.id


def test_link_opens_its_review_until_the_deadline(review):
    token = tokens.token_for(review.id, review.reference)
    assert find_by_token(token).id == review.id
    Review.objects.update(closes_on=business_today())
    assert find_by_token(token).id == review.id
    Review.objects.update(closes_on=business_today() - timedelta(days=1))
    with pytest.raises(errors.ReviewExpired):
        find_by_token(token)


def test_forged_link_opens_nothing(review):
    token = tokens.token_for(review.id, review.reference)
    with pytest.raises(errors.LinkUnknown):
        find_by_token(token[:-1] + ("A" if token[-1] != "A" else "B"))
    with pytest.raises(errors.LinkUnknown):
        find_by_token(tokens.token_for(review.id + 1, review.reference))


def test_link_of_an_answered_review_says_when_it_was_answered(answered):
    with pytest.raises(errors.ReviewClosed) as refused:
        find_by_token(tokens.token_for(answered.id, answered.reference))
    assert refused.value.answered_at == answered.answered_at


def test_code_of_an_unanswered_review_has_expired(review):
    Review.objects.update(state=State.UNANSWERED)
    with pytest.raises(errors.ReviewExpired):
        find_by_reference(code_of(review.reference), HOME)


def test_genuine_code_is_recognised_in_every_state(review):
    Review.objects.update(state=State.UNANSWERED)
    found = find_genuine(code_of(review.reference), HOME)
    assert found is not None
    assert found.opened_at == review.opened_at
    assert find_genuine(unused_code(review), HOME) is None


def test_customer_who_knows_both_is_identified(review):
    assert identify(review.id, TARO_BORN, TARO_ACCOUNT).id == review.id
    entry = Entry.objects.get(action="reviews.review.identified")
    assert (entry.actor_kind, entry.actor_id) == ("customer", str(review.customer_id))


@pytest.mark.parametrize(("born", "account"), [(WRONG_DAY, TARO_ACCOUNT), (TARO_BORN, "0000")])
def test_wrong_identity_is_refused_without_telling_which_part(review, born, account):
    with pytest.raises(errors.IdentityMismatch) as refused:
        identify(review.id, born, account)
    assert refused.value.message == "生年月日か口座番号が、ご登録と合いません。"
    assert refused.value.remedy == "もう一度お確かめください。あと4回入力できます。"


def test_fifth_wrong_identity_locks_even_the_right_one(review):
    for _ in range(4):
        with pytest.raises(errors.IdentityMismatch):
            identify(review.id, WRONG_DAY, TARO_ACCOUNT)
    with pytest.raises(errors.IdentificationLocked) as locked:
        identify(review.id, WRONG_DAY, TARO_ACCOUNT)
    with pytest.raises(errors.IdentificationLocked) as still_locked:
        identify(review.id, TARO_BORN, TARO_ACCOUNT)
    assert still_locked.value.until == locked.value.until == Identification.objects.get().locked_until
    assert list(
        Entry.objects.filter(action__startswith="reviews.identification").values_list("action", flat=True)
    ) == [*["reviews.identification.failed"] * 4, "reviews.identification.locked"]


def test_lock_opens_by_itself(review):
    for _ in range(5):
        with pytest.raises((errors.IdentityMismatch, errors.IdentificationLocked)):
            identify(review.id, WRONG_DAY, TARO_ACCOUNT)
    Identification.objects.update(locked_until=F("locked_until") - timedelta(minutes=31))
    assert identify(review.id, TARO_BORN, TARO_ACCOUNT).id == review.id
    assert Identification.objects.get().locked_until is None

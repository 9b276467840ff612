"""What is done for a caller, and only for one who was verified."""

from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from keizoku.audit.models import Entry
from keizoku.customers import queries as customers
from keizoku.customers.consents.queries import stopped_channels
from keizoku.customers.models import ContactStop, Note, Task
from keizoku.forms.models import Draft
from keizoku.reviews import tokens
from keizoku.reviews.actions import decide, find_by_reference, find_by_token
from keizoku.reviews.errors import AnswerIncomplete, CodeUnknown, LinkUnknown, OwnAnswer
from keizoku.reviews.models import Answer, Review
from keizoku.reviews.paper import queries as paper
from keizoku.reviews.paper.models import FormerReference
from keizoku.reviews.paper.tests.forms_back import arrive
from keizoku.reviews.phone import calls, helping, queries
from keizoku.reviews.phone.errors import CallerUnverified, CallRefused
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.reasons import HelpKind, Outcome
from keizoku.reviews.tests import people


def test_nothing_of_the_customers_own_is_done_for_a_caller_who_was_not_verified(call, review, desk):
    for attempt in (
        lambda: helping.open_questions(call, desk),
        lambda: helping.write_answer(call, 1, people.SAME, desk),
        lambda: helping.hand_in(call, desk),
        lambda: helping.stop_contact(call, "all", desk),
        lambda: helping.resume_contact(call, desk),
        lambda: helping.reissue_code(call, desk),
    ):
        with pytest.raises(CallerUnverified):
            attempt()
    assert (Draft.objects.count(), Answer.objects.count()) == (0, 0)
    assert Review.objects.get().reference == review.reference
    assert customers.stops(review.customer_id) == []


def test_staff_writes_the_answers_down_and_may_not_decide_them(verified, review):
    staff = people.make_staff("both", "reviewer")
    staff_call = calls.seek("0000000001", staff).call_id
    from keizoku.reviews.phone.tests import callers

    callers.verify(staff_call, staff)
    with pytest.raises(AnswerIncomplete):
        helping.hand_in(staff_call, staff)
    for number, posted in enumerate(people.ANSWERS, start=1):
        answered = helping.write_answer(staff_call, number, posted, staff)
        assert answered is not None
        assert answered.judged.errors == {}
    assert helping.hand_in(staff_call, staff).code == code_of(review.reference)
    answer = Answer.objects.get()
    assert (answer.entry, answer.answered_by_id) == ("phone", staff.pk)
    drafts = Entry.objects.filter(action="reviews.draft.saved")
    assert {(entry.actor_kind, entry.actor_id) for entry in drafts} == {("staff", str(staff.pk))}
    with pytest.raises(OwnAnswer):
        decide(review.id, Outcome.APPROVE, "consistent", staff)
    kinds = [step.kind for step in queries.call(staff_call).steps]
    assert kinds[-6:] == [*["answered"] * 5, "submitted"]


def test_stop_of_all_and_of_one_channel(verified, taro, desk):
    helping.stop_contact(verified, "email", desk)
    assert [channel for channel, _ in stopped_channels(taro)] == ["email"]
    assert customers.stops(taro) == []
    helping.stop_contact(verified, "all", desk)
    assert [(campaign, reason) for campaign, reason, _ in customers.stops(taro)] == [
        (None, "連絡停止の申し出")
    ]
    with pytest.raises(CallRefused):
        helping.stop_contact(verified, "pigeon", desk)


def test_somebody_who_died_is_told_without_any_check_and_nobody_is_written_to(call, review, desk):
    helping.ask_for_person(call, HelpKind.DECEASED, desk)
    assert Review.objects.get().state == "needs_person"
    assert {campaign for campaign, _, _ in customers.stops(review.customer_id)} == {None, people.CAMPAIGN}
    entry = Entry.objects.get(action="reviews.help.requested")
    assert (entry.actor_kind, entry.actor_id) == ("staff", str(desk.pk))


def test_call_for_a_person_without_a_review_opens_a_task(taro, desk):
    call = calls.seek("0000000001", desk).call_id
    helping.ask_for_person(call, HelpKind.DECEASED, desk)
    assert [campaign for campaign, _, _ in customers.stops(taro)] == [None]
    assert (Task.objects.get().kind, Task.objects.get().customer_id) == ("help", taro)
    with pytest.raises(CallerUnverified):
        helping.reissue_code(call, desk)


def test_new_code_opens_the_review_and_the_old_one_and_its_link_open_nothing(verified, review, desk):
    link = tokens.token_for(review.id, review.reference)
    new = helping.reissue_code(verified, desk)
    assert new != code_of(review.reference)
    assert find_by_reference(new, "somewhere").id == review.id
    with pytest.raises(CodeUnknown):
        find_by_reference(code_of(review.reference), "somewhere")
    with pytest.raises(LinkUnknown):
        find_by_token(link)
    assert new.replace("-", "") not in str(list(Entry.objects.values()))


def test_form_on_paper_that_is_out_already_is_registered_by_the_code_it_carries(verified, review, desk):
    for _ in range(2):
        new = helping.reissue_code(verified, desk)
    form = arrive(review, desk)  # printed with the first of the three codes
    (row,) = paper.forms_of(review.reference)
    assert (row.id, row.review_id, row.state, row.code) == (form, review.id, "registered", new)
    assert FormerReference.objects.filter(review=review).count() == 2


def test_no_review_draws_a_code_that_a_form_out_there_carries(review):
    with connection.cursor() as cursor:
        # The function itself, over a randomness that draws the same twice, and then another.
        cursor.execute("CREATE TEMP SEQUENCE draws")
        cursor.execute(
            "CREATE FUNCTION pg_temp.drawn() RETURNS uuid LANGUAGE sql AS $$ SELECT (CASE WHEN "
            f"nextval('draws') < 3 THEN '{UUID(int=1 << 80)}' ELSE '{UUID(int=2 << 80)}' END)::uuid $$"
        )
        cursor.execute("SELECT pg_get_functiondef('keizoku_reference_code'::regproc)")
        (text,) = cursor.fetchone()
        text = text.replace("public.keizoku_reference_code", "pg_temp.code")
        cursor.execute(text.replace("gen_random_uuid()", "pg_temp.drawn()"))
        cursor.execute("SELECT pg_temp.code()")
        (former,) = cursor.fetchone()
        FormerReference.objects.create(reference=former, review=review, replaced_at=timezone.now())
        cursor.execute("SELECT pg_temp.code()")
        (drawn,) = cursor.fetchone()
    assert (former // 10, drawn // 10) == (1, 2)


def test_no_code_where_nothing_is_awaited(verified, review, desk):
    Review.objects.update(state="approved")
    with pytest.raises(CallRefused):
        helping.reissue_code(verified, desk)
    assert not FormerReference.objects.exists()


def test_note_is_kept_among_the_customers_own(call, taro, desk):
    helping.note(call, "午後にかけ直すとのこと。", desk)
    assert Note.objects.get().customer_id == taro
    assert queries.call(call).steps[-1].kind == "noted"


def test_desk_of_a_verified_caller_shows_contacts_in_masks(verified, taro, desk):
    from keizoku.audit.actions import grant_read

    known = queries.known(taro, grant_read(actor=desk.actor, purpose="phone.call", subjects=[taro]))
    assert known.contacts == (
        ("電話番号", "●●●-●●●●-5678"),
        ("メールアドレス", "t●●●@e●●●"),
        ("住所", "東京都●●"),
    )
    assert known.sent == ()


def test_verified_caller_takes_back_his_own_stop_and_no_other(verified, taro, desk):
    with pytest.raises(CallRefused, match="止めてはいません"):
        helping.resume_contact(verified, desk)
    helping.stop_contact(verified, "all", desk)
    helping.resume_contact(verified, desk)
    assert customers.stops(taro) == []
    assert queries.call(verified).steps[-1].kind == "resumed"
    released = Entry.objects.get(action="customers.contact.released")
    assert (released.actor_id, released.subject_id, released.details["reason"]) == (
        str(desk.pk),
        taro,
        "opted_out",
    )
    ContactStop.objects.create(customer_id=taro, campaign_id=None, reason="needs_person")
    with pytest.raises(CallRefused, match="止めてはいません"):
        helping.resume_contact(verified, desk)
    assert len(customers.stops(taro)) == 1

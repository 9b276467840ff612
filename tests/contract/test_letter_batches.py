"""Batches of letters after the hand-in: printed, posted, called off; letters that come back; files handed to people."""

import hashlib
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from contract.print_house import best, tags
from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.customers.models import ContactPoint
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.letters import actions as letters
from keizoku.delivery.letters import following, queries, returning
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.delivery.letters.models import LetterBatch, LetterReturn
from keizoku.delivery.letters.ports import Returned
from keizoku.delivery.letters.rules import ReturnReason
from keizoku.kernel.clock import TOKYO
from keizoku.reviews.tests.people import make_staff
from keizoku.risk.models import Event


def _like(batch):
    return {"campaign_id": batch.campaign_id, "wave_id": batch.wave_id, "letters": 1, "pages": 1}


def test_batch_is_followed_until_it_is_posted_and_posted_is_not_delivered(wave, printer):
    Dispatcher("one").run()
    printer.advance(1)
    following.follow()
    printer.advance(1)
    following.follow()

    (batch,) = queries.batches()
    assert batch.state == "posted"
    assert batch.posted_on == batch.cutoff_at.astimezone(TOKYO).date() + timedelta(days=1)
    assert [result for result, _ in best()] == ["accepted"] * 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM delivery_receipt")
        assert cursor.fetchone() == (0,)


def test_of_very_many_batches_each_has_its_turn_however_long_the_others_stand(wave, printer, monkeypatch):
    Dispatcher("one").run()
    (sent,) = LetterBatch.objects.all()
    silent = [LetterBatch.objects.create(**_like(sent), state="unconfirmed").id for _ in range(2)]
    monkeypatch.setattr(queries, "A_TURN", 2)

    turns = [[batch.id for batch in queries.followed(turn)] for turn in range(4)]

    assert turns == [[sent.id, silent[0]], [silent[1]]] * 2


def test_batch_is_called_off_until_the_cut_off_and_never_after(wave, printer):
    Dispatcher("one").run()
    operator = make_staff("operator", "operator").actor
    batch = queries.batches()[0]
    with pytest.raises(LetterRefused, match="通数"):
        letters.call_off(batch.id, letters=2, actor=operator)
    assert queries.batch(batch.id).state == "handed_in"

    letters.call_off(batch.id, letters=3, actor=operator)

    assert queries.batch(batch.id).state == "cancelled"
    assert {each.state for each in printer.world.house.batches.values()} == {"cancelled"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, count(*) FROM delivery_receipt GROUP BY kind")
        assert cursor.fetchall() == [("undelivered", 3)]
    assert set(ContactPoint.objects.filter(channel="address").values_list("state", flat=True)) == {
        "unverified"
    }


def test_cut_off_that_has_passed_is_told(wave, printer):
    Dispatcher("one").run()
    printer.advance(1)

    with pytest.raises(LetterRefused, match="締め切り"):
        letters.call_off(queries.batches()[0].id, letters=3, actor=make_staff("operator", "operator").actor)
    assert queries.batches()[0].state == "handed_in"


def address_states():
    return dict(ContactPoint.objects.filter(channel="address").values_list("customer_id", "state"))


def test_letter_that_comes_back_marks_the_address_once(wave, printer):
    Dispatcher("one").run()
    back = Returned(tags(2)[0], ReturnReason.NO_SUCH_PERSON, timezone.localdate() + timedelta(days=1), 7)

    assert returning.take_returns([back]) == 1
    assert returning.take_returns([back]) == 0

    assert address_states() == {wave[0]: "unverified", wave[1]: "unreachable", wave[2]: "unverified"}
    assert queries.batches()[0].returned == 1
    assert queries.latest_return() == 7
    with connection.cursor() as cursor:
        cursor.execute("SELECT position, kind FROM delivery_receipt")
        assert cursor.fetchall() == [(2, "undelivered")]


def test_letter_that_somebody_refuses_says_nothing_against_the_address(wave, printer):
    Dispatcher("one").run()

    returning.take_returns([Returned(tags(1)[0], ReturnReason.REFUSED, timezone.localdate(), 1)])

    assert set(address_states().values()) == {"unverified"}
    assert LetterReturn.objects.get().reason == "refused"


def test_staff_record_a_letter_that_came_back_by_the_number_in_its_corner(wave, printer):
    Dispatcher("one").run()
    operator = make_staff("operator", "operator").actor
    today = timezone.localdate()
    with pytest.raises(LetterRefused, match="見つかりません"):
        returning.record_return("kz-00009-00009-0000001", ReturnReason.MOVED, today, actor=operator)
    with pytest.raises(LetterRefused, match="今日まで"):
        returning.record_return(tags(3)[0], ReturnReason.MOVED, today + timedelta(days=30), actor=operator)
    assert not LetterReturn.objects.exists()

    whose = returning.record_return(f" {tags(3)[0].upper()} ", ReturnReason.MOVED, today, actor=operator)

    assert whose == wave[2]
    assert address_states()[wave[2]] == "unreachable"
    assert Event.objects.filter(customer_id=wave[2], kind="returned_mail").count() == 1
    with pytest.raises(LetterRefused, match="すでに"):
        returning.record_return(tags(3)[0], ReturnReason.MOVED, today, actor=operator)


def test_what_the_post_brings_back_to_the_print_house_is_asked_for(wave, printer, monkeypatch):
    monkeypatch.setattr("keizoku.sandbox.print.house.RETURNED", 1.0)
    Dispatcher("one").run()
    printer.advance(2)
    following.follow()
    printer.advance(8)
    following.follow()
    following.follow()

    assert LetterReturn.objects.count() == 3
    assert queries.batches()[0].returned == 3


def test_print_file_is_handed_out_under_a_grant_with_its_digest(wave, printer):
    Dispatcher("one").run()
    batch = queries.batches()[0]

    content = letters.hand_out(batch.id, actor=make_staff("operator", "operator").actor).read()

    assert hashlib.sha256(content).hexdigest() == batch.pdf_sha256
    assert Entry.objects.filter(purpose="delivery.letters.export").count() == 3
    assert Entry.objects.get(action="delivery.letters.handed_out").details["sha256"] == batch.pdf_sha256


def test_who_may_not_have_the_print_file_leaves_no_trace_of_reading(wave, printer):
    Dispatcher("one").run()
    before = Entry.objects.count()
    approver = make_staff("approver", "approver").actor
    with pytest.raises(NotPermitted):
        letters.hand_out(queries.batches()[0].id, actor=approver)
    assert Entry.objects.count() == before

"""Links with LINE accounts: offered to who was identified, made by LINE's word, ended by either side, forgotten with it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.actions import grant_read
from keizoku.audit.models import Entry
from keizoku.customers.duplicates.attached import carry_line_link
from keizoku.customers.duplicates.parts import Merge
from keizoku.customers.errors import LinkRefused
from keizoku.customers.linking import actions, queries
from keizoku.customers.linking.actions import Telling
from keizoku.customers.linking.rules import OFFER_LIFE, Ending, Heard, State, understood
from keizoku.customers.models import Customer, LineEvent, LineLink
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.kernel.personal import LineUser

MINE = LineUser("U" + "0" * 31 + "1")
ANOTHER = LineUser("U" + "0" * 31 + "2")
TEST = Actor.system("test")


@pytest.fixture
def one(db, make_customers):
    return make_customers(1)[0]


def linked(customer, user=MINE):
    assert actions.link(actions.offer(customer), user) == customer


def states(customer):
    return [(row.state, row.ended_because) for row in queries.links_of(customer)]


def accounts_of(customer):
    return queries.user_ids(grant_read(actor=TEST, purpose="test", subjects=[customer]))


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("連携", Heard.LINK_ASKED),
        (" 「連携」 ", Heard.LINK_ASKED),
        ("ＬＩＮＥ連携", Heard.LINK_ASKED),
        ("連携解除", Heard.UNLINK_ASKED),
        ("連携 解除", Heard.UNLINK_ASKED),
        ("連携できません", None),
        ("口座番号は1234567です", None),
    ],
)
def test_of_a_talk_only_two_wishes_are_understood(words, meant):
    assert understood(words) is meant


def test_the_account_is_linked_by_the_nonce_that_the_identified_customer_was_given(one):
    nonce = actions.offer(one)

    assert actions.link(nonce, MINE) == one
    assert accounts_of(one) == {one: MINE}
    assert queries.customer_of(MINE) == one
    assert queries.customer_of(ANOTHER) is None
    names = Entry.objects.filter(action__startswith="customers.line_link.").order_by("id")
    assert [(entry.action, entry.actor_kind, entry.subject_id) for entry in names] == [
        ("customers.line_link.offered", "customer", one),
        ("customers.line_link.linked", "customer", one),
    ]


def test_a_nonce_is_good_once(one):
    nonce = actions.offer(one)
    actions.link(nonce, MINE)

    assert actions.link(nonce, ANOTHER) is None
    assert accounts_of(one) == {one: MINE}


def test_of_two_workers_with_one_event_the_slower_leaves_the_link_alone(one, monkeypatch):
    nonce, token = actions.offer(one), queries.user_token

    def quicker(user):
        monkeypatch.setattr(queries, "user_token", token)
        assert actions.link(nonce, user) == one
        return token(user)

    monkeypatch.setattr(queries, "user_token", quicker)

    assert actions.link(nonce, MINE) is None
    assert states(one) == [(State.LINKED, "")]
    assert accounts_of(one) == {one: MINE}


def test_an_invented_nonce_links_nobody(one):
    actions.offer(one)

    assert actions.link("invented", MINE) is None
    assert states(one) == [(State.OFFERED, "")]


def test_an_offer_lapses_and_its_nonce_is_worth_nothing(one):
    nonce = actions.offer(one)
    LineLink.objects.update(offered_at=timezone.now() - OFFER_LIFE - timedelta(seconds=1))

    assert actions.link(nonce, MINE) is None
    assert actions.sweep() == 1
    assert actions.sweep() == 0
    assert states(one) == [(State.LAPSED, "")]
    assert LineLink.objects.get().nonce_token is None


def test_nothing_of_the_account_stands_in_the_clear_and_nothing_is_left_of_it_when_the_link_ends(one):
    linked(one)
    row = LineLink.objects.get()
    assert MINE.reveal().encode() not in bytes(row.user_id) + bytes(row.user_token)

    assert actions.leave(MINE, Ending.ASKED) == one

    row.refresh_from_db()
    assert (row.state, row.user_id, row.user_token) == (State.ENDED, None, None)
    assert accounts_of(one) == {}
    assert queries.links_of(one)[0].words == "解除済み（お客さまがトークで解除した）"


def test_who_is_not_linked_can_leave_without_a_trace(one):
    assert actions.leave(MINE, Ending.BLOCKED) is None
    assert not Entry.objects.filter(action="customers.line_link.ended").exists()


def test_a_newer_link_replaces_the_older_one_of_the_customer_and_of_the_account(db, make_customers):
    first, second = make_customers(2)
    linked(first, MINE)
    linked(second, ANOTHER)

    linked(first, ANOTHER)

    assert states(first) == [(State.LINKED, ""), (State.ENDED, Ending.REPLACED)]
    assert states(second) == [(State.ENDED, Ending.REPLACED)]
    assert queries.customer_of(ANOTHER) == first


def test_the_database_refuses_two_customers_with_one_account(db, make_customers):
    first, second = make_customers(2)
    linked(first, MINE)
    actions.offer(second)

    with pytest.raises(IntegrityError), transaction.atomic():
        LineLink.objects.filter(customer_id=second).update(
            state=State.LINKED, user_id=b"x", user_token=queries.user_token(MINE)
        )


def test_staff_end_a_link_and_only_who_may(one):
    linked(one)
    auditor = Staff.objects.create(login="auditor", display_name="監査", role="auditor").actor
    reviewer = Staff.objects.create(login="reviewer", display_name="審査", role="reviewer").actor

    with pytest.raises(NotPermitted):
        actions.unlink(one, actor=auditor)
    assert queries.is_linked(one)

    actions.unlink(one, actor=reviewer)
    assert states(one) == [(State.ENDED, Ending.STAFF)]
    with pytest.raises(LinkRefused):
        actions.unlink(one, actor=reviewer)


def test_whose_relation_has_ended_cannot_link_and_a_link_ends_with_the_relation(one):
    linked(one)
    Customer.objects.filter(id=one).update(state=Customer.State.CLOSED, closed_on=business_today())

    assert actions.sweep() == 1

    assert states(one) == [(State.ENDED, Ending.CLOSED)]
    with pytest.raises(LinkRefused):
        actions.offer(one)


def test_a_merge_takes_the_link_along_unless_the_survivor_has_one(db, make_customers):
    first, second, third = make_customers(3)
    linked(second, MINE)
    linked(third, ANOTHER)

    carry_line_link(Merge(first, second, TEST, business_today()))
    carry_line_link(Merge(first, third, TEST, business_today()))

    assert accounts_of(first) == {first: MINE}
    assert states(third) == [(State.ENDED, Ending.MERGED)]


def test_an_event_is_kept_once_encrypted_and_wiped_when_it_is_settled(db):
    telling = Telling("01ABC", Heard.LINKED, MINE, "reply", "nonce", timezone.now())
    actions.keep([telling])
    actions.keep([telling])
    (told,) = actions.waiting(10)
    assert (told.kind, told.user, told.reply_token, told.nonce) == (Heard.LINKED, MINE, "reply", "nonce")
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM customers_lineevent")
        assert MINE.reveal().encode() not in bytes(cursor.fetchone()[0])

    assert actions.settle(told.id)
    assert not actions.settle(told.id)
    assert LineEvent.objects.get().payload is None
    assert actions.waiting(10) == []


def test_what_nobody_could_deal_with_is_wiped_after_an_hour(db):
    telling = Telling("01ABC", Heard.FOLLOWED, MINE, "reply", "", timezone.now())
    actions.keep([telling])
    LineEvent.objects.update(received_at=timezone.now() - timedelta(hours=1, seconds=1))

    actions.sweep()

    assert LineEvent.objects.get().payload is None
    assert actions.waiting(10) == []

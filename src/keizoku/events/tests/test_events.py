"""From the audit's entry to the receiver: settled, signed, in order, repeated, parked."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.actions import record
from keizoku.audit.models import Entry
from keizoku.events import actions, gathering, posting, queries
from keizoku.events.errors import SubscriptionRefused
from keizoku.events.models import Event, Posting, Subscription
from keizoku.events.rules import signature
from keizoku.events.rules.states import State
from keizoku.kernel.actor import Actor

SYSTEM = Actor.system("test")


@pytest.fixture
def events(quiet_db):
    """A database in which nothing from before is told."""
    gathering.gather()


def happen(action="reviews.answer.submitted", subject=("review", 1)):
    record(actor=SYSTEM, action=action, subject=subject)


def states():
    return dict(Posting.objects.order_by("id").values_list("event__subject_id", "state"))


def test_what_happened_is_posted_once_with_ids_only_and_a_valid_signature(events, receiver, subscribe):
    made = subscribe(receiver.url, "review.answered")
    happen()
    assert (gathering.gather(), posting.post_due(), posting.post_due()) == (1, 1, 0)

    ((headers, body),) = receiver.received
    event = Event.objects.get()
    assert json.loads(body) == {
        "type": "review.answered",
        "timestamp": json.loads(body)["timestamp"],
        "data": {
            "subject": {"kind": "review", "id": 1},
            "business_date": json.loads(body)["data"]["business_date"],
        },
    }
    told = {name.lower(): value for name, value in headers.items()}
    assert told["webhook-id"] == f"evt_{event.id}"
    assert told["webhook-signature"] == signature.sign(
        made.secret, told["webhook-id"], int(told["webhook-timestamp"]), body
    )
    assert states() == {1: State.DELIVERED}


def test_nothing_is_told_of_what_was_rolled_back_nor_twice_of_anything(events, receiver, subscribe):
    subscribe(receiver.url, "review.answered")
    with transaction.atomic():
        happen(subject=("review", 7))
        transaction.set_rollback(True)
    happen(subject=("review", 8))
    assert [gathering.gather(), gathering.gather()] == [1, 0]
    assert list(Event.objects.values_list("subject_id", flat=True)) == [8]


def test_place_is_told_what_it_asked_for_and_nothing_from_before(events, receiver, subscribe):
    happen(subject=("review", 1))
    gathering.gather()
    subscribe(receiver.url, "review.decided", "campaign.finished")
    happen(subject=("review", 2))
    happen("reviews.review.decided", ("review", 2))
    happen("campaigns.campaign.finished", ("campaign", 3))
    happen("reviews.draft.saved", ("review", 2))
    gathering.gather()
    posting.post_due()
    assert sorted(receiver.told) == [("campaign.finished", 3), ("review.decided", 2)]
    assert [row.kind for row in queries.events_after(0, 10)] == [
        "review.answered",
        "review.answered",
        "review.decided",
        "campaign.finished",
    ]


def test_failed_posting_comes_again_and_holds_up_its_own_subject_alone(events, receiver, subscribe):
    subscribe(receiver.url, "review.answered", "review.decided")
    happen(subject=("review", 1))
    happen("reviews.review.decided", ("review", 1))
    happen(subject=("review", 2))
    gathering.gather()
    receiver.busy_for = {("review.answered", 1)}
    before = timezone.now()
    posting.post_due()
    receiver.busy_for = set()
    first = Posting.objects.get(event__kind="review.answered", subject_id=1)
    assert (first.state, first.tries, first.fault) == (State.WAITING, 1, "http_503")
    assert before < first.due_at < timezone.now() + timedelta(seconds=6)
    assert ("review.decided", 1) not in receiver.told
    assert ("review.answered", 2) in receiver.told

    Posting.objects.filter(id=first.id).update(due_at=timezone.now())
    posting.post_due()
    assert [told for told in receiver.told if told[1] == 1] == [
        ("review.answered", 1),
        ("review.answered", 1),
        ("review.decided", 1),
    ]
    ids = [{n.lower(): v for n, v in headers.items()}["webhook-id"] for headers, _ in receiver.received]
    assert len(ids) == 4
    assert len(set(ids)) == 3, "a repetition carries the same id"


@pytest.mark.parametrize("status", [301, 307, 400, 404, 500])
def test_nothing_but_2xx_counts_as_told_and_no_redirection_is_followed(events, receiver, subscribe, status):
    subscribe(receiver.url, "review.answered")
    happen()
    gathering.gather()
    receiver.statuses = [status]
    posting.post_due()
    assert len(receiver.received) == 1
    assert states() == {1: State.WAITING}


def test_what_cannot_be_told_within_72_hours_is_parked_shown_and_may_be_sent_again(
    events, receiver, subscribe
):
    made = subscribe(receiver.url, "review.answered", "review.decided")
    happen()
    happen("reviews.review.decided", ("review", 1))
    gathering.gather()
    Posting.objects.filter(event__kind="review.answered").update(give_up_at=timezone.now())
    receiver.statuses = [500]
    posting.post_due()
    assert receiver.told == [("review.answered", 1), ("review.decided", 1)], "what is parked holds up nothing"
    (row,) = queries.subscriptions()
    assert (row.waiting, row.delivered, row.parked, row.last_fault) == (0, 1, 1, "http_500")
    assert Entry.objects.filter(action="events.posting.parked").count() == 1

    assert actions.send_again(made.id, actor=SYSTEM) == 1
    posting.post_due()
    assert receiver.told[-1] == ("review.answered", 1)
    assert [row.parked for row in queries.subscriptions()] == [0]


def test_place_that_is_gone_is_parked_at_once(events, receiver, subscribe):
    subscribe(receiver.url, "review.answered")
    happen()
    gathering.gather()
    receiver.statuses = [410]
    posting.post_due()
    assert states() == {1: State.PARKED}


def test_result_of_a_worker_whose_lease_ran_out_changes_nothing(events, receiver, subscribe):
    subscribe(receiver.url, "review.answered")
    happen()
    gathering.gather()
    (slow,) = posting._claim()
    assert posting._claim() == [], "leased"
    Posting.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    posting.post_due()
    posting._settle(slow, posting.Unknown("TimeoutError"))
    assert states() == {1: State.DELIVERED}


def test_name_that_points_inside_is_not_connected_to(events, receiver, subscribe, monkeypatch):
    """Named as if outside; resolved at the connection to this machine, which production does not allow."""
    subscribe(receiver.url.replace("127.0.0.1", "localhost"), "review.answered")
    monkeypatch.setattr(posting, "why_refused", lambda *_, **__: "")
    monkeypatch.setattr(posting.installation, "is_demo", lambda: False)
    happen()
    gathering.gather()
    posting.post_due()
    assert receiver.received == []
    assert Posting.objects.get().fault == "not_sent"


def test_address_that_settings_no_longer_allow_is_not_posted_to(events, receiver, subscribe, monkeypatch):
    subscribe(receiver.url, "review.answered")
    monkeypatch.setattr(posting.installation, "is_demo", lambda: False)
    happen()
    gathering.gather()
    posting.post_due()
    assert receiver.received == []


def test_secret_is_encrypted_changed_and_both_sign_for_a_day(events, receiver, subscribe):
    made = subscribe(receiver.url, "review.answered")
    new = actions.change_secret(made.id, actor=SYSTEM)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s::text FROM events_subscription s UNION ALL SELECT e::text FROM audit_entry e"
        )
        kept = [text for (text,) in cursor.fetchall()]
    assert not any(secret in text for text in kept for secret in (made.secret, new.secret))
    happen()
    gathering.gather()
    posting.post_due()
    told = {name.lower(): value for name, value in receiver.received[0][0].items()}
    assert len(told["webhook-signature"].split()) == 2
    Subscription.objects.update(old_until=timezone.now())
    happen(subject=("review", 2))
    gathering.gather()
    posting.post_due()
    told = {name.lower(): value for name, value in receiver.received[1][0].items()}
    assert len(told["webhook-signature"].split()) == 1


def test_ended_subscription_is_told_nothing_more(events, receiver, subscribe):
    made = subscribe(receiver.url, "review.answered")
    happen()
    gathering.gather()
    actions.end(made.id, actor=SYSTEM)
    happen(subject=("review", 2))
    gathering.gather()
    posting.post_due()
    assert receiver.received == []
    assert states() == {1: State.PARKED}
    for refused in (actions.end, actions.send_again, actions.change_secret):
        with pytest.raises(SubscriptionRefused):
            refused(made.id, actor=SYSTEM)


@pytest.mark.parametrize(
    ("name", "url", "kinds"),
    [
        ("", "https://example.com/", ("review.answered",)),
        ("名前", "https://10.0.0.1/", ("review.answered",)),
        ("名前", "https://example.com/", ()),
        ("名前", "https://example.com/", ("risk.raised",)),
    ],
)
def test_subscription_that_makes_no_sense_is_refused(db, name, url, kinds):
    with pytest.raises(SubscriptionRefused):
        actions.subscribe(name=name, url=url, kinds=kinds, actor=SYSTEM)
    assert not Subscription.objects.exists()


def test_only_an_administrator_subscribes(db):
    from keizoku.accounts.models import Staff

    someone = Staff.objects.create(login="operator", display_name="企画さん", role="operator")
    with pytest.raises(NotPermitted):
        actions.subscribe(
            name="x", url="https://example.com/", kinds=("review.answered",), actor=someone.actor
        )


def test_events_are_forgotten_after_30_days_unless_they_wait(events, receiver, subscribe):
    subscribe(receiver.url, "review.decided")
    happen()
    happen("reviews.review.decided", ("review", 2))
    gathering.gather()
    Event.objects.update(gathered_at=timezone.now() - timedelta(days=31))
    assert actions.forget_old() == 1
    assert list(Event.objects.values_list("subject_id", flat=True)) == [2]
    posting.post_due()
    assert actions.forget_old() == 1
    assert not Event.objects.exists()
    assert not Posting.objects.exists()

from datetime import timedelta

from django.utils import timezone

from keizoku.audit import actions, queries
from keizoku.audit.models import Block, Entry
from keizoku.audit.queries import Criteria
from keizoku.audit.tests.trail import three_blocks
from keizoku.kernel.actor import Actor

REVIEWER, OPERATOR, SYSTEM = Actor.staff(7), Actor.staff(8), Actor.system("planner")
ALWAYS = {"since": timezone.now() - timedelta(days=1), "until": timezone.now() + timedelta(days=1)}


def write_some() -> None:
    actions.record(actor=REVIEWER, action="reviews.review.decided", subject=("review", 1))
    actions.record(actor=OPERATOR, action="campaigns.campaign.drafted", subject=("campaign", 2))
    actions.record(actor=OPERATOR, action="campaigns.step.added", subject=("campaign", 2))
    actions.record(actor=SYSTEM, action="campaigns.wave.opened", subject=("campaign", 3))


def found(criteria: Criteria) -> list[str]:
    return [row.action for row in queries.search(criteria).rows]


def test_entries_are_found_by_subject_newest_first(db):
    write_some()
    assert found(Criteria(subject=("campaign", 2))) == ["campaigns.step.added", "campaigns.campaign.drafted"]


def test_entries_are_found_by_actor(db):
    write_some()
    assert found(Criteria(actor=("staff", "7"))) == ["reviews.review.decided"]


def test_entries_are_found_by_the_beginning_of_an_action(db):
    write_some()
    assert found(Criteria(action="campaigns.w")) == ["campaigns.wave.opened"]
    assert len(found(Criteria(action="campaigns."))) == 3


def test_a_wildcard_in_the_action_is_a_plain_character(db):
    write_some()
    assert found(Criteria(action="%")) == []


def test_entries_are_found_by_wall_time_whose_end_is_exclusive(db):
    write_some()
    second = Entry.objects.order_by("id")[1]
    assert found(Criteria(until=second.at)) == ["reviews.review.decided"]
    assert len(found(Criteria(since=second.at))) == 3


def test_pages_follow_each_other_without_overlap(db):
    for number in range(5):
        actions.record(actor=SYSTEM, action="a.b.c", subject=("review", number))
    pages, before = [], None
    while True:
        page = queries.search(Criteria(), before=before, limit=2)
        pages.append([row.subject_id for row in page.rows])
        if page.next_before is None:
            break
        before = page.next_before
    assert pages == [[4, 3], [2, 1], [0]]


def test_a_full_last_page_has_no_next(db):
    actions.record(actor=SYSTEM, action="a.b.c")
    assert queries.search(Criteria(), limit=1).next_before is None


def test_who_saw_a_customer_includes_bulk_reads_and_nobody_else(db):
    actions.grant_read(actor=REVIEWER, purpose="審査", subjects=[12])
    actions.grant_read(actor=OPERATOR, purpose="一覧", subjects=range(1, 31))
    actions.grant_read(actor=OPERATOR, purpose="一覧", subjects=range(13, 50))
    actions.grant_read(actor=OPERATOR, purpose="審査", subjects=[13])
    actions.record(actor=SYSTEM, action="customers.record.imported", subject=("customer", 12))
    seen = queries.who_saw(12, **ALWAYS)
    assert [(one.actor_id, one.purpose, one.together_with) for one in seen] == [
        ("7", "審査", 1),
        ("8", "一覧", 30),
    ]


def test_who_saw_a_customer_keeps_to_the_time_given(db):
    actions.grant_read(actor=REVIEWER, purpose="審査", subjects=[12])
    at = Entry.objects.get().at
    assert queries.who_saw(12, at, at + timedelta(microseconds=1))
    assert queries.who_saw(12, at - timedelta(hours=1), at) == []


def test_blocks_are_listed_newest_first_with_what_is_not_sealed_yet(committed_db):
    three_blocks()
    actions.record(actor=SYSTEM, action="a.b.c")
    assert [(block.number, block.entries) for block in queries.blocks()] == [(3, 3), (2, 4), (1, 3)]
    assert [block.number for block in queries.blocks(before=3, limit=1)] == [2]
    assert queries.blocks()[0].digest == bytes(Block.objects.get(number=3).digest).hex()
    assert (queries.unsealed(), queries.count()) == (1, 11)

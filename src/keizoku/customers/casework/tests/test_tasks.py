"""Tasks: one owner, one end, marked when their day is over; the system opens one for each cause."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.audit.actions import grant_read
from keizoku.audit.models import Entry
from keizoku.customers.casework import actions, queries
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TRANSITIONS, State, TaskKind
from keizoku.customers.errors import TaskRefused
from keizoku.customers.models import Task
from keizoku.kernel.actor import Actor

TODAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def staff(db):
    return {
        role: Staff.objects.create(login=role, display_name=role, role=role)
        for role in ("operator", "reviewer", "compliance", "approver", "auditor", "administrator")
    }


@pytest.fixture
def one(make_customers, staff):
    return make_customers(1)[0]


def opened(staff, by="operator", *, owner=Owner(role="reviewer"), due_on=TODAY, **given):  # noqa: B008 - frozen
    arguments = {"owner": owner, "due_on": due_on, "actor": staff[by].actor, "today": TODAY} | given
    return actions.open_task(TaskKind.CALL_BACK, arguments.pop("words", "午後に折り返す"), **arguments)


def test_words_lie_encrypted_and_open_under_a_grant(staff, one):
    task = opened(staff, customer_id=one)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM customers_task t")
        raw = "".join(row for (row,) in cursor.fetchall())
    assert "折り返す" not in raw
    assert "折り返す".encode().hex() not in raw
    assert queries.words([task], None) == {}
    grant = grant_read(actor=staff["reviewer"].actor, purpose="タスク", subjects=[one])
    assert queries.words([task], grant) == {task: "午後に折り返す"}


def test_a_role_s_task_is_taken_by_one_and_done_once(staff):
    task = opened(staff)
    with pytest.raises(TaskRefused, match="引き受けられません"), transaction.atomic():
        actions.take_task(task, actor=staff["operator"].actor)
    actions.take_task(task, actor=staff["reviewer"].actor)
    with pytest.raises(TaskRefused), transaction.atomic():
        actions.take_task(task, actor=staff["reviewer"].actor)
    actions.finish_task(task, actor=staff["reviewer"].actor)
    with pytest.raises(TaskRefused, match="もう終わっています"), transaction.atomic():
        actions.cancel_task(task, actor=staff["reviewer"].actor)

    row = queries.task(task)
    assert (row.state, row.owner, row.ended_by) == (
        State.DONE,
        staff["reviewer"].id,
        f"staff:{staff['reviewer'].id}",
    )
    verbs = Entry.objects.filter(action__startswith="customers.task.").order_by("id")
    assert [entry.action for entry in verbs] == [
        "customers.task.opened",
        "customers.task.taken",
        "customers.task.done",
    ]


def test_lists_know_mine_my_roles_and_overdue(staff):
    mine = opened(staff, owner=Owner(staff=staff["reviewer"].id), due_on=TODAY + timedelta(days=2))
    roles = opened(staff)
    other = opened(staff, owner=Owner(role="compliance"))
    tomorrow = TODAY + timedelta(days=1)

    def ids(**asked):
        return [row.id for row in queries.open_tasks(**asked)]

    assert ids(owner=staff["reviewer"].id) == [mine]
    assert ids(owner=staff["reviewer"].id, role="reviewer") == [roles, mine]
    assert ids(overdue_on=tomorrow) == [roles, other]
    assert ids(after=(TODAY, roles)) == [other, mine]
    assert queries.count_open(role="reviewer", overdue_on=tomorrow).asked() == 1


def test_task_past_its_day_is_marked_once(staff):
    late, due = opened(staff), opened(staff, due_on=TODAY + timedelta(days=1))
    assert actions.escalate(NOON) == 0
    assert actions.escalate(NOON + timedelta(days=1)) == 1
    assert actions.escalate(NOON + timedelta(days=1)) == 0
    assert (queries.task(late).is_escalated, queries.task(due).is_escalated) == (True, False)
    entry = Entry.objects.get(action="customers.task.escalated")
    assert entry.details["count"] == 1


def test_task_handed_over_has_one_owner_still(staff):
    task = opened(staff)
    actions.hand_over(task, Owner(staff=staff["compliance"].id), actor=staff["reviewer"].actor)
    row = queries.task(task)
    assert (row.owner, row.owner_role) == (staff["compliance"].id, "")


def test_system_opens_one_task_for_each_cause_and_ends_it(staff, one):
    system = Actor.system("portal")
    given = {"owner": Owner(role="reviewer"), "due_on": TODAY, "actor": system, "today": TODAY}
    first = actions.open_task(TaskKind.HELP, "担当者の対応", customer_id=one, origin="review:1", **given)
    again = actions.open_task(TaskKind.HELP, "担当者の対応", customer_id=one, origin="review:1", **given)
    assert first == again
    actions.end_for("review:1", actor=system)
    actions.end_for("review:1", actor=system)
    assert list(Task.objects.values_list("state", "ended_by")) == [("done", "system:portal")]
    assert actions.open_task(TaskKind.HELP, "また", origin="review:1", **given) != first


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"words": " "}, "入力してください"),
        ({"words": "番号 123456789018"}, "個人番号"),
        ({"due_on": TODAY - timedelta(days=1)}, "今日から1年以内"),
        ({"due_on": TODAY + timedelta(days=367)}, "今日から1年以内"),
        ({"owner": Owner()}, "1つ選んで"),
        ({"owner": Owner(role="auditor")}, "渡せません"),
        ({"owner": Owner(staff=0)}, "渡せません"),
    ],
)
def test_task_that_cannot_be_is_refused_and_nothing_is_kept(staff, given, words):
    with pytest.raises(TaskRefused, match=words):
        opened(staff, **given)
    assert Task.objects.count() == 0


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_roles_without_the_right_open_nothing(staff, role):
    with pytest.raises(NotPermitted):
        opened(staff, by=role)
    assert Task.objects.count() == 0


def test_an_open_task_ends_in_two_ways_and_nothing_follows():
    assert {
        State.OPEN: {State.DONE, State.CANCELLED},
        State.DONE: frozenset(),
        State.CANCELLED: frozenset(),
    } == TRANSITIONS

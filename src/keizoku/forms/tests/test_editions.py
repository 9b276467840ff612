"""A version's way: written in steps, asked for, approved by another, in use, replaced; and what is refused, twice."""

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.customers.attributes.tests.people import staff
from keizoku.customers.models import Customer
from keizoku.forms import actions, queries
from keizoku.forms.errors import OwnQuestionnaire, QuestionnaireRefused
from keizoku.forms.models import Edition, EditionStep, QuestionnaireVersion
from keizoku.forms.rules.comparing import What
from keizoku.forms.rules.states import State
from keizoku.kernel.actor import Actor


@pytest.fixture
def written(db):
    """The draft of a second version of what persons are asked, without its last question, by two writers."""
    edition = actions.begin("person", staff("operator"))
    drop_last(edition, staff("compliance", "second"))
    return edition


def drop_last(edition_id: int, actor: Actor) -> int:
    view = queries.edition(edition_id)
    shorter = replace(view.questionnaire, questions=view.questionnaire.questions[:-1])
    return actions.change(edition_id, shorter, actor, what="removed", seen=view.steps[0].number)


def state_of(edition_id: int) -> str:
    return Edition.objects.get(id=edition_id).state


def approve(edition_id: int, actor: Actor) -> int:
    return actions.approve(edition_id, actor, digest=queries.edition(edition_id).row.digest)


def test_ready_questionnaires_are_in_use_from_the_beginning(db):
    assert [(one.questionnaire.id, one.questionnaire.version) for one in queries.all_in_use()] == [
        ("address_change", 1),
        ("corporation", 1),
        ("person", 1),
        ("residence_period", 1),
        ("sole_proprietor", 1),
    ]


def test_upgrade_leaves_the_approval_of_ready_questionnaires_to_a_person(db, make_customers):
    upgrade = import_module("keizoku.forms.migrations.0003_ready_by_two")
    make_customers(1)
    upgrade.ask_for_approval(apps, SimpleNamespace(connection=connection))
    assert queries.kinds_asked() == ["individual", "sole_proprietor", "corporation"]  # fresh: they came later

    Customer.objects.update(created_at=timezone.now() - timedelta(days=365))
    upgrade.ask_for_approval(apps, SimpleNamespace(connection=connection))
    assert (queries.kinds_asked(), queries.kinds_asked("residence_period")) == (["individual"], [])
    assert queries.asked_of("corporation").questionnaire.id == "person"
    waiting = queries.find("corporation", 2)
    assert (waiting.row.state, waiting.questionnaire.version) == (State.REQUESTED, 2)
    approve(waiting.row.id, staff("approver"))
    assert queries.asked_of("corporation").questionnaire.id == "corporation"


def test_version_goes_from_draft_to_use_and_retires_the_one_before(written):
    actions.request(written, staff("operator"))
    row = approve(written, staff("approver"))
    assert queries.active("person").row_id == row
    states = (
        Edition.objects.filter(questionnaire="person").order_by("version").values_list("version", "state")
    )
    assert list(states) == [(1, "retired"), (2, "active")]
    told = Entry.objects.filter(action__startswith="forms.questionnaire").order_by("id")
    assert [entry.action.rpartition(".")[2] for entry in told] == [
        "drafted",
        "changed",
        "requested",
        "approved",
    ]
    assert QuestionnaireVersion.objects.get(id=row).text == queries.edition(written).text


@pytest.mark.parametrize(("role", "login"), [("operator", "operator"), ("compliance", "second")])
def test_whoever_wrote_a_step_does_not_approve_even_in_another_role(written, role, login):
    from keizoku.accounts.models import Staff

    actions.request(written, staff("operator"))
    writer = staff(role, login)
    Staff.objects.filter(login=login).update(role="approver")
    with pytest.raises(OwnQuestionnaire):
        approve(written, writer)
    assert state_of(written) == State.REQUESTED
    assert queries.active("person").questionnaire.version == 1


def test_database_refuses_an_editor_as_approver_whatever_the_code_says(written):
    actions.request(written, staff("operator"))
    step = EditionStep.objects.filter(edition_id=written).order_by("-number")[0]
    row = QuestionnaireVersion.objects.create(
        questionnaire="person", version=2, text=step.text, digest=step.digest
    )
    Edition.objects.filter(questionnaire="person", state=State.ACTIVE).update(state=State.RETIRED)
    for name in EditionStep.objects.filter(edition_id=written).values_list("made_by", flat=True):
        with pytest.raises(IntegrityError, match="does not approve"), transaction.atomic():
            Edition.objects.filter(id=written).update(state=State.ACTIVE, approved_by=name, published=row)
    Edition.objects.filter(id=written).update(state=State.ACTIVE, approved_by="staff:999", published=row)
    assert state_of(written) == State.ACTIVE


def test_database_keeps_states_to_one_way_and_steps_to_drafts(written):
    for change in ({"state": State.ACTIVE}, {"state": State.RETIRED}, {"version": 7}, {"approved_by": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(id=written).update(**change)
    actions.request(written, staff("operator"))
    with pytest.raises(IntegrityError, match="only a draft"), transaction.atomic():
        EditionStep.objects.create(edition_id=written, number=9, text="", digest="", what="", made_by="x")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE forms_editionstep SET text = ''")


def test_who_may_not_write_or_approve_is_refused(written):
    with pytest.raises(NotPermitted):
        actions.begin("corporation", staff("reviewer"))
    actions.request(written, staff("operator"))
    with pytest.raises(NotPermitted):
        approve(written, staff("compliance", "third"))
    assert state_of(written) == State.REQUESTED


def test_only_what_was_read_is_approved(written):
    actions.request(written, staff("operator"))
    with pytest.raises(QuestionnaireRefused):
        actions.approve(written, staff("approver"), digest="0" * 64)
    assert state_of(written) == State.REQUESTED


def test_second_version_waits_for_the_first(written):
    with pytest.raises(QuestionnaireRefused, match="もうあります"):
        actions.begin("person", staff("operator"))
    actions.withdraw(written, staff("operator"))
    assert queries.edition(actions.begin("person", staff("operator"))).row.version == 3


def test_every_step_can_be_brought_back_and_none_is_lost(written):
    assert actions.undo(written, 1, staff("operator")) == 3
    view = queries.edition(written)
    assert len(view.questionnaire.questions) == 5
    assert [step.what for step in view.steps] == ["undone", "removed", "begun"]


def test_two_writers_at_once_do_not_overwrite_each_other(written):
    view = queries.edition(written)
    drop_last(written, staff("operator"))
    with pytest.raises(QuestionnaireRefused, match="先に変えました"):
        actions.change(
            written, view.questionnaire, staff("operator"), what="moved", seen=view.steps[0].number
        )
    assert len(queries.edition(written).questionnaire.questions) == 3


def test_unchanged_version_is_not_asked_for(db):
    edition = actions.begin("person", staff("operator"))
    with pytest.raises(QuestionnaireRefused, match="同じ内容"):
        actions.request(edition, staff("operator"))


def test_requested_version_goes_back_to_its_writers_and_after_a_fortnight_by_itself(written, monkeypatch):
    actions.request(written, staff("operator"))
    actions.send_back(written, staff("approver"))
    assert state_of(written) == State.DRAFT
    actions.request(written, staff("operator"))
    assert actions.sweep() == 0
    later = timezone.now() + timedelta(days=15)
    monkeypatch.setattr("keizoku.forms.actions.deciding.timezone.now", lambda: later)
    assert actions.sweep() == 1
    assert state_of(written) == State.DRAFT


def test_questionnaire_that_reviews_ask_is_replaced_and_never_ended(db):
    by_name = {row.questionnaire: row.id for row in queries.editions()}
    with pytest.raises(QuestionnaireRefused):
        actions.retire(by_name["corporation"], staff("approver"))
    actions.retire(by_name["address_change"], staff("approver"))
    assert queries.in_use("address_change") is None


def test_comparison_tells_what_was_removed_added_moved_reworded_and_ruled_anew(written):
    view = queries.edition(written)
    address, phone, occupation, purpose = view.questionnaire.questions
    reworded = replace(purpose, title="お取引の目的を教えてください", is_required=False)
    note = replace(occupation, id="work", target="work")
    changed = replace(view.questionnaire, questions=(phone, address, occupation, reworded, note))
    actions.change(written, changed, staff("operator"), what="changed", seen=view.steps[0].number)
    told = [(change.what, change.place) for change in queries.changes_of(queries.edition(written))]
    assert (What.ADDED, "質問 work") in told
    assert (What.REMOVED, "質問 remittance") in told
    assert (What.MOVED, "質問 address") in told
    assert (What.REWORDED, "purpose.title（日本語）") in told
    assert (What.CHANGED, "質問 purposeの必須") in told
    assert not any(what is What.REWORDED and "occupation" in place for what, place in told)

"""Verbs of relations: state, confirm, end. Each one transaction, asked for its right, with its audit entry."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.errors import RelationRefused
from keizoku.customers.models import Relation
from keizoku.customers.relations import sealing
from keizoku.customers.relations.known import Known, following, newest
from keizoku.customers.relations.rules import Change, Kind, Source, Terms
from keizoku.customers.relations.sealing import Person
from keizoku.customers.relations.writing import Done, Refused, Statement, write
from keizoku.kernel.actor import Actor
from keizoku.kernel.text.numbers import has_individual_number

LONGEST_TEXT = 200
GONE = "画面を開き直してください。"


@transaction.atomic
def state_relation(
    customer_id: int, kind: Kind, other: int | Person, terms: Terms, *, actor: Actor, today: date
) -> Done:
    """Write down what is known of a relation: a new one, a change of one, or its confirmation.

    Raises:
        NotPermitted: the actor may not.
        RelationRefused: with oneself, between sides that cannot have it, shares above the whole, older than what is known.
    """
    authorise(actor, "relations.edit")
    if isinstance(other, Person):
        _check_person(other)
    (outcome,) = write(
        [Statement(customer_id, kind, other, terms)], written_by=str(actor), confirms=True, today=today
    )
    if isinstance(outcome, Refused):
        raise RelationRefused(outcome.message, remedy="入力を直して、もう一度記録してください。")
    change = outcome.change or Change.STATED
    if outcome.change is None:
        raise RelationRefused(
            "同じ内容が、より新しい日付で記録されています。", remedy="いつ時点の情報かを確かめてください。"
        )
    note(customer_id, outcome.relation_id, kind, change, actor)
    return outcome


@transaction.atomic
def confirm_relation(relation_id: int, *, source: Source, as_of: date, actor: Actor, today: date) -> None:
    """Vouch for what is known, unchanged, as of a day."""
    authorise(actor, "relations.edit")
    known = _open(relation_id)
    if not known.fact.as_of <= as_of <= today:
        raise RelationRefused(
            f"いつ時点の情報かは、{known.fact.as_of}から今日までの日付にしてください。",
            remedy="日付を直してください。",
        )
    append(known, Change.CONFIRMED, source, as_of, actor)


@transaction.atomic
def end_relation(relation_id: int, *, on: date, source: Source, actor: Actor, today: date) -> None:
    """Write down that it ended, with its last day; nothing of its history goes."""
    authorise(actor, "relations.edit")
    known = _open(relation_id)
    begins = known.fact.valid_from
    if on > today or (begins is not None and on < begins):
        raise RelationRefused(
            "終わった日は、始まりの日から今日までの日付にしてください。", remedy="日付を直してください。"
        )
    append(known, Change.ENDED, source, max(today, known.fact.as_of), actor, ended_on=on)


def append(
    known: Known, change: Change, source: Source, as_of: date, actor: Actor, *, ended_on: date | None = None
) -> None:
    """The next fact of an open relation, with its audit entry; ``ended_on`` ends it. The caller has asked for the right."""
    relation = known.relation
    fact = following(known, change, str(actor))
    fact.source, fact.as_of = source.value, as_of
    fact.confirmed_by, fact.confirmed_at = str(actor), timezone.now()
    if ended_on is not None:
        fact.valid_until = ended_on
    if relation.other_id is None:
        _carry_person(known, fact.number, actor, fact)
    moved = Relation.objects.filter(id=relation.id, is_open=True, facts_count=relation.facts_count).update(
        facts_count=fact.number, is_open=ended_on is None
    )
    if not moved:
        raise RelationRefused("この関係は、ほかの人が先に変えました。", remedy=GONE)
    fact.save(force_insert=True)
    note(relation.customer_id, relation.id, Kind(relation.kind), change, actor)


def _carry_person(known: Known, number: int, actor: Actor, fact: object) -> None:
    """A blob is bound to its fact: the same person is opened and sealed for the next one."""
    relation = known.relation
    grant = audit.grant_read(actor=actor, purpose="relation.new_fact", subjects=[relation.customer_id])
    values = {
        name: sealing.unseal(known.fact, relation.key, name, relation.customer_id, grant) or ""
        for name in sealing.FIELDS
    }
    born = date.fromisoformat(values["birth_date"]) if values["birth_date"] else None
    person = Person.of(values["name"], values["kana"], born, values["address"])
    for name, blob in sealing.seal(person, relation.key, number).items():
        setattr(fact, name, blob)


def _open(relation_id: int) -> Known:
    found = newest(Relation.objects.select_for_update().filter(id=relation_id, is_open=True))
    if not found:
        raise RelationRefused("この関係は、もう終わっています。", remedy=GONE)
    return found[0]


def _check_person(person: Person) -> None:
    name = person.name.reveal()
    texts = (name, person.name.reveal_kana(), person.address.reveal() if person.address else "")
    if not name.strip():
        raise RelationRefused(
            "相手が指定されていません。", remedy="相手の顧客番号か、氏名を入力してください。"
        )
    if any(len(text) > LONGEST_TEXT for text in texts):
        raise RelationRefused(f"氏名・住所は{LONGEST_TEXT}文字までです。", remedy="短くしてください。")
    if any(has_individual_number(text) for text in texts):
        raise RelationRefused(
            "個人番号（マイナンバー）とみられる12桁の番号があります。保存していません。",
            remedy="番号を取り除いてください。",
        )


def note(customer_id: int, relation_id: int, kind: Kind, change: Change, actor: Actor) -> None:
    """The audit entry of one fact; no name in it."""
    audit.record(
        actor=actor,
        action=f"customers.related_party.{change}",
        subject=("customer", customer_id),
        details={"relation": relation_id, "kind": kind.value},
    )

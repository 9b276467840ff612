"""The parts of this room: what hangs on a customer and goes along to whom it was merged into.

Relations and open tasks go over; the event that decides a consent and every stop of a channel are written to the survivor
too; attributes that the survivor lacks are taken over with their source. Notes and the course of consents stay with the
record merged away, to which the survivor's page leads.
"""

from datetime import date
from uuid import uuid4

from django.db import IntegrityError, connection, transaction

from keizoku.audit import actions as audit
from keizoku.customers.attributes import writing
from keizoku.customers.casework.rules import State as TaskState
from keizoku.customers.consents import queries as consents
from keizoku.customers.duplicates.parts import Merge, Part, register
from keizoku.customers.linking import actions as linking
from keizoku.customers.models import AttributeValue, Consent, Fact, Relation, Task
from keizoku.customers.relations import sealing as people
from keizoku.customers.relations.known import newest
from keizoku.customers.relations.rules import Kind
from keizoku.kernel.crypto import field


def register_parts() -> None:
    """Called once, when the room is ready."""
    register(Part("attributes", 10, carry_attributes))
    register(Part("relations", 20, carry_relations))
    register(Part("consents", 30, carry_consents))
    register(Part("tasks", 40, carry_tasks))
    register(Part("line_links", 50, carry_line_link))


def carry_attributes(merge: Merge) -> None:
    """Those that the survivor has no value of; a value that stands there stays."""
    held = Fact.objects.values_list("attributes", flat=True)
    ours, theirs = held.get(customer_id=merge.survivor_id), held.get(customer_id=merge.other_id)
    for name in sorted(set(theirs) - set(ours)):  # a handful of attributes
        told = AttributeValue.objects.filter(customer_id=merge.other_id, name=name).order_by("-id").first()
        if told is not None:
            mark = writing.Mark(told.source, told.as_of, told.written_by, told.reason)
            writing.write(merge.survivor_id, {name: theirs[name]}, [], mark)


def carry_relations(merge: Merge) -> None:
    """Open relations, seen from either side. One that the survivor has too, or with the survivor, stays where it is."""
    opened = Relation.objects.select_for_update().filter(is_open=True)
    for relation in opened.filter(customer_id=merge.other_id).exclude(other_id=merge.survivor_id):
        relation.customer_id = merge.survivor_id
        if relation.person_token is not None:
            _name_person_anew(relation, merge)
        _move(relation)
    for relation in opened.filter(other_id=merge.other_id).exclude(customer_id=merge.survivor_id):
        relation.other_id = merge.survivor_id
        _move(relation)


def _name_person_anew(relation: Relation, merge: Merge) -> None:
    """The digests that name a person are bound to the customer; the encrypted facts to the relation, so they stay."""
    (known,) = newest([relation])
    grant = audit.grant_read(actor=merge.actor, purpose="duplicates.merge", subjects=[merge.survivor_id])
    values = {
        name: people.unseal(known.fact, relation.key, name, merge.survivor_id, grant) or ""
        for name in people.FIELDS
    }
    born = date.fromisoformat(values["birth_date"]) if values["birth_date"] else None
    person = people.Person.of(values["name"], values["kana"], born, values["address"])
    relation.person_token = people.token(merge.survivor_id, person)
    relation.person_digest = people.digest(merge.survivor_id, person)


def _move(relation: Relation) -> None:
    if relation.kind == Kind.HOUSEHOLD and relation.other_id and relation.other_id < relation.customer_id:
        relation.customer_id, relation.other_id = relation.other_id, relation.customer_id
    try:
        with transaction.atomic():
            relation.save(update_fields=["customer", "other", "person_token", "person_digest"])
    except IntegrityError:
        relation.refresh_from_db()  # the survivor has the same relation


def carry_consents(merge: Merge) -> None:
    """The event that decides each purpose, where the other's is the later one; and every stopped channel."""
    ours, theirs = consents.latest(merge.survivor_id), consents.latest(merge.other_id)
    later = [
        event
        for purpose, event in theirs.items()
        if purpose not in ours or event.happened_on > ours[purpose].happened_on
    ]
    if later:
        grant = audit.grant_read(actor=merge.actor, purpose="duplicates.merge", subjects=[merge.other_id])
        for event in later:  # a purpose each
            evidence = field.decrypt(
                bytes(event.evidence),
                where=consents.EVIDENCE,
                record=str(event.key),
                subject=merge.other_id,
                grant=grant,
            )
            _copy_consent(event, evidence, merge.survivor_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO customers_channelstop (customer_id, channel, since) "
            "SELECT %s, channel, since FROM customers_channelstop WHERE customer_id = %s ON CONFLICT DO NOTHING",
            [merge.survivor_id, merge.other_id],
        )


def _copy_consent(event: Consent, evidence: str, customer_id: int) -> None:
    key = uuid4()
    kept = (
        "purpose",
        "purpose_version",
        "words_digest",
        "act",
        "happened_on",
        "expires_on",
        "source",
        "recorded_by",
    )
    Consent.objects.create(
        key=key,
        customer_id=customer_id,
        evidence=field.encrypt(evidence, where=consents.EVIDENCE, record=str(key)),
        **{name: getattr(event, name) for name in kept},
    )


def carry_tasks(merge: Merge) -> None:
    """What is still to do; what was done stays with the record it was done for."""
    Task.objects.filter(customer_id=merge.other_id, state=TaskState.OPEN).update(
        customer_id=merge.survivor_id
    )


def carry_line_link(merge: Merge) -> None:
    """The account goes along, unless the survivor has linked one."""
    linking.carry(merge.survivor_id, merge.other_id, merge.actor)

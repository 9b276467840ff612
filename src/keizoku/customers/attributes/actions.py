"""Verbs: draft a version, approve it as another person, withdraw it, draft an end, change one customer's value.

Each is one transaction: allowed? locked, checked, changed by a conditional update, audited. Values never stand in the audit.
"""

from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.attributes import queries
from keizoku.customers.attributes.rules import reading
from keizoku.customers.attributes.rules.definition import IN_FORCE, Definition, State, digest_of, to_json
from keizoku.customers.attributes.rules.values import FAULT_WORDS, Fault, read
from keizoku.customers.errors import AttributeRefused
from keizoku.customers.models import AttributeVersion, RecordVersion
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today

EDIT: Final = "attributes.edit"
APPROVE: Final = "attributes.approve"
FILL: Final = "attributes.fill"
# Why staff changes a value: codes, so that no free text can hold what identifies a person.
REASONS: Final = {
    "told": "お客さまから聞いた",
    "document": "書類で確認した",
    "research": "社内で調べた",
    "correction": "登録の誤りを直す",
}
# Where the value came from, by the reason; staff where the bank itself found it out.
_SOURCES: Final = {"told": RecordVersion.Source.DECLARED, "document": RecordVersion.Source.DOCUMENT}
# "keizoku attribute" as the number of an advisory lock: version numbers of one name are given in turn.
_LOCK: Final = 0x4B5A_0005


def draft(document: object, actor: Actor) -> int:
    """Store a new version as a draft and return its id; a name that is new begins with version 1.

    Raises:
        NotPermitted: may not draft.
        AttributeInvalid: the document is no definition, or breaks values of an earlier one; it says where.
        AttributeRefused: another draft of this name waits, or nothing would change.
    """
    authorise(actor, EDIT)
    definition = reading.read(document)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        return _store(definition, actor)


def _store(definition: Definition, actor: Actor) -> int:
    found = AttributeVersion.objects.filter(name=definition.name)
    if found.filter(state=State.DRAFT).exists():
        raise AttributeRefused(
            f"「{definition.name}」には、承認待ちの版がもうあります。",
            remedy="その版を承認してもらうか、取り下げてから作り直してください。",
        )
    approved = [reading.read(row.definition) for row in found.exclude(approved_by="").order_by("version")]
    reading.refuse_break(approved, definition)
    if approved and approved[-1] == definition:
        raise AttributeRefused("いまの版と同じ内容です。", remedy="変えるところを入力してください。")
    _refuse_same_label(definition)
    newest = found.order_by("-version").values_list("version", flat=True).first() or 0
    row = AttributeVersion.objects.create(
        name=definition.name,
        version=newest + 1,
        type=definition.type,
        definition=to_json(definition),
        digest=digest_of(definition, newest + 1),
        made_by=str(actor),
    )
    _record(actor, "customers.attribute.drafted", row)
    return row.id


def draft_end(name: str, actor: Actor) -> int:
    """Draft the version that ends an attribute: values stay readable, and nobody is given one any more."""
    current = queries.in_force(name)
    if current is None or current.state is not State.ACTIVE:
        raise AttributeRefused(f"「{name}」という有効な追加の項目はありません。")
    return draft(to_json(current.definition) | {"retired": True}, actor)


@transaction.atomic
def approve(version_id: int, actor: Actor, *, digest: str) -> None:
    """Put the draft with this very digest in force; the version before it is replaced.

    Raises:
        NotPermitted: may not approve.
        AttributeRefused: one's own draft, no draft any more, or not the one that was read.
    """
    authorise(actor, APPROVE)
    row = AttributeVersion.objects.get(id=version_id)
    if row.made_by == str(actor):
        raise AttributeRefused(
            "ご自身が作った項目は承認できません。", remedy="別の承認者に依頼してください。"
        )
    definition = reading.read(row.definition)
    following = State.RETIRED if definition.is_retired else State.ACTIVE
    AttributeVersion.objects.filter(name=row.name, state__in=IN_FORCE).update(state=State.REPLACED)
    approved = AttributeVersion.objects.filter(id=version_id, state=State.DRAFT, digest=digest).update(
        state=following, approved_by=str(actor), approved_at=timezone.now()
    )
    if not approved:
        raise AttributeRefused(
            "この版は承認待ちではありません。", remedy="一覧を開き直して、内容をご確認ください。"
        )
    action = "customers.attribute.ended" if definition.is_retired else "customers.attribute.approved"
    _record(actor, action, row)


@transaction.atomic
def withdraw(version_id: int, actor: Actor) -> None:
    """Take a draft back; it stays readable."""
    authorise(actor, EDIT)
    row = AttributeVersion.objects.get(id=version_id)
    withdrawn = AttributeVersion.objects.filter(id=version_id, state=State.DRAFT).update(
        state=State.WITHDRAWN
    )
    if not withdrawn:
        raise AttributeRefused("この版は承認待ちではありません。", remedy="一覧を開き直してください。")
    _record(actor, "customers.attribute.withdrawn", row)


def change_value(customer_id: int, name: str, text: str, *, reason: str, actor: Actor) -> int:
    """Give one customer a value (or, by an empty text, none) as staff; returns the record's new version.

    It is no confirmation of the record: the due date stays. Whoever calls rates the customer anew.

    Raises:
        NotPermitted: may not change values.
        AttributeRefused: no such attribute in use, no reason, a value that does not fit, or the one that is held.
    """
    authorise(actor, FILL)
    definition = queries.usable_by_name([name])[name]
    if reason not in REASONS:
        raise AttributeRefused("変える理由を選んでください。")
    stored = read(definition, text) if text.strip() else None
    if isinstance(stored, Fault):
        raise AttributeRefused(f"{definition.label}：{FAULT_WORDS[stored]}")
    return customers.apply_changes(
        customer_id=customer_id,
        changes={name: text},
        confirmed=(),
        source=_SOURCES.get(reason, RecordVersion.Source.STAFF).value,
        as_of=business_today(),
        actor=actor,
        reason=reason,
        is_confirmation=False,
    )


def _refuse_same_label(definition: Definition) -> None:
    """Two attributes of one label cannot be told apart by those who choose them."""
    if any(one.label == definition.label and one.name != definition.name for one in queries.usable()):
        raise AttributeRefused(
            f"「{definition.label}」という名称の項目がもうあります。", remedy="別の名称にしてください。"
        )


def _record(actor: Actor, action: str, row: AttributeVersion) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=("attribute", row.id),
        details={"name": row.name, "version": row.version, "digest": row.digest},
    )

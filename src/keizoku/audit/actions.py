"""Writes of the audit: entries, the grants that open personal data, sealing and verifying.

Everybody may call these. Entries are written in the caller's transaction, so a change and its entry stand or
fall together. Details hold ids, codes and counts; anything else is refused as a fault in the calling code.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from keizoku.audit import anchoring, anchors, entries, export, key_chain, queries, rules, signing
from keizoku.audit.anchoring import PlaceState
from keizoku.audit.errors import PurposeRefused
from keizoku.audit.models import Block
from keizoku.audit.queries import Sight
from keizoku.audit.sealing import seal
from keizoku.audit.verifier import Known, VerifyReport, verify
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.database import prepared

__all__ = [
    "anchor_heads",
    "grant_read",
    "record",
    "record_many",
    "rotate_key",
    "seal",
    "verify_database",
    "who_saw",
]


# A window of deliveries reads hundreds of people: one value of all ids, not one conversion an id.
_BULK_READ = (
    "INSERT INTO audit_bulkread (entry_id, ids, digest) VALUES (%(entry)s, %(ids)s::bigint[], %(digest)s)"
)


def record(
    *,
    actor: Actor,
    action: str,
    subject: tuple[str, int] | None = None,
    purpose: str = "",
    details: rules.Details | None = None,
) -> None:
    """Write one entry: ``action`` is "room.object.verb_past", ``subject`` is (kind, id)."""
    _refuse_reserved(details or {})
    entries.write(actor, action, subject, purpose=purpose, details=details or {})


def record_many(
    *,
    actor: Actor,
    action: str,
    count: int,
    ids_digest: str,
    subject: tuple[str, int] | None = None,
    purpose: str = "",
    details: rules.Details | None = None,
) -> None:
    """Write one entry for set-based work on ``count`` rows.

    ``ids_digest`` is ``rules.ids_digest`` of their ids, or its twin in SQL; ``subject`` is what the rows
    belong to (a campaign, an import).
    """
    _refuse_reserved(details or {})
    sealed = _list_details(count, ids_digest)
    entries.write(actor, action, subject, purpose=purpose, details={**(details or {}), **sealed})


def grant_read(*, actor: Actor, purpose: str, subjects: Collection[int]) -> ReadGrant:
    """Write down who reads which customers and why, and give the right to decrypt just these.

    Up to ``MOST_SUBJECTS_BY_ENTRY`` customers have an entry each; more have one together, with their count
    and digest, and their ids beside it. The grant names the first entry.

    Raises:
        PurposeRefused: no purpose, or one that is too long.
        ValueError: no subjects; there is nothing to read and nothing to grant.
    """
    if not purpose.strip():
        raise PurposeRefused("閲覧の目的が入力されていません。", remedy="目的を入力してください。")
    if len(purpose) > rules.LONGEST_TEXT:
        raise PurposeRefused(
            f"閲覧の目的が{rules.LONGEST_TEXT}文字を超えています。", remedy="目的を短くしてください。"
        )
    ids = sorted(set(subjects))
    if not ids:
        raise ValueError("a grant names at least one customer")
    if len(ids) <= rules.MOST_SUBJECTS_BY_ENTRY:
        entry_id = entries.write_each(actor, rules.READ, "customer", ids, purpose=purpose, details={})[0]
    else:
        entry_id = _insert_bulk_read(actor, purpose, ids)
    return ReadGrant(actor=actor, purpose=purpose, subjects=frozenset(ids), entry_id=entry_id)


def verify_database(*, actor: Actor, limit: int = 1000) -> VerifyReport:
    """Check the latest ``limit`` blocks from their rows: digests, signatures, the chain and this host's anchors."""
    newest = Block.objects.order_by("-number").values_list("number", flat=True).first() or 0
    report = verify(
        export.lines(first_block=max(1, newest - limit + 1)),
        Known(public_key=key_chain.current(), anchors=anchors.lines()),
    )
    details: dict[str, str | int | None] = {
        "blocks": report.blocks,
        "entries": report.entries,
        "findings": len(report.findings),
    }
    record(actor=actor, action="audit.chain.verified", details=details)
    return report


def who_saw(customer_id: int, since: datetime, until: datetime, *, actor: Actor) -> list[Sight]:
    """Who read this customer's personal data, when and why; that it was asked is written down too."""
    sights = queries.who_saw(customer_id, since, until)
    details: dict[str, str | int | None] = {
        "since": rules.instant(since),
        "until": rules.instant(until),
        "found": len(sights),
    }
    record(actor=actor, action="audit.sights.listed", subject=("customer", customer_id), details=details)
    return sights


def anchor_heads(*, actor: Actor) -> list[PlaceState]:
    """Seal what is settled, bring every place outside up to date, and say how each stands."""
    seal()
    return anchoring.anchor_all(actor)


def rotate_key(*, actor: Actor) -> str:
    """Make a new signing key, announce it in a block signed by the one before, and return its public key.

    The old key's file stays. Stopped in between, the next sealing announces it.

    Raises:
        SigningKeyLost: the key that is due is not here, so nothing can be announced under it; nothing is made.
    """
    seal()
    signing.check_held(key_chain.current())
    key = signing.make()
    details: dict[str, str | int | None] = {"public_key": key.public_key, "number": key.number}
    record(actor=actor, action="audit.signing_key.rotated", details=details)
    seal()
    return key.public_key


def _insert_bulk_read(actor: Actor, purpose: str, ids: list[int]) -> int:
    digest = rules.ids_digest(ids)
    with transaction.atomic():
        entry_id = entries.write(
            actor, rules.READ, None, purpose=purpose, details=_list_details(len(ids), digest)
        )
        named = {"entry": entry_id, "ids": prepared.array(ids), "digest": digest}
        prepared.change(_BULK_READ, named)
    return entry_id


def _list_details(count: int, ids_digest: str) -> dict[str, str | int | None]:
    return {rules.COUNT: count, rules.IDS_DIGEST: ids_digest}


def _refuse_reserved(details: rules.Details) -> None:
    if rules.IDS_DIGEST in details:
        raise ValueError(f"the detail {rules.IDS_DIGEST} is written by record_many and grant_read alone")

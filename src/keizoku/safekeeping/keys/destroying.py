"""The end of a data key: asked for by one person, answered by another, and only when nothing names the key any more.

What remains is a certificate: which key (its number, and the digest of its wrapped form), what was counted, who asked, who
answered, when; signed. Copies of the keyring elsewhere (backups with keys) still hold the key: the certificate says so.
"""

import hashlib
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit.actions import record
from keizoku.kernel.crypto import certificates, key_changes, keyring, keyring_file
from keizoku.kernel.crypto.columns import tables
from keizoku.kernel.state import state_folder
from keizoku.safekeeping import rules
from keizoku.safekeeping.errors import DestructionRefused
from keizoku.safekeeping.keys import counting
from keizoku.safekeeping.keys.rotating import note_superseded
from keizoku.safekeeping.models import Destruction, Superseded
from keizoku.safekeeping.rules import State

COPIES: Final = "鍵束の写し（鍵を含むバックアップ）に残る鍵は、この証明書の対象ではありません。"


def request(epoch: int, staff: Staff) -> int:
    """Ask for a key's destruction; everything that stands against it today is said today. Returns the request's id."""
    authorise(staff.actor, "keys.edit")
    _check(epoch)
    try:
        with transaction.atomic():
            _lapse()
            asked = Destruction.objects.create(epoch=epoch, requested_by=staff, requested_at=timezone.now())
            record(
                actor=staff.actor,
                action="safekeeping.destruction.requested",
                subject=("destruction", asked.id),
                details={"epoch": epoch},
            )
    except IntegrityError:
        raise DestructionRefused(
            f"世代 {epoch} の破棄は、もう申請されています。",
            remedy="「鍵とバックアップ」を開き直してください。",
        ) from None
    return asked.id


def withdraw(destruction_id: int, staff: Staff) -> None:
    """Take one's own request back, or refuse another's with the right to approve it."""
    with transaction.atomic():
        asked = (
            Destruction.objects.select_for_update().filter(id=destruction_id, state=State.REQUESTED).first()
        )
        if asked is None:
            raise _gone()
        authorise(staff.actor, "keys.edit" if asked.requested_by_id == staff.pk else "keys.approve")
        Destruction.objects.filter(id=asked.id, state=State.REQUESTED).update(
            state=State.WITHDRAWN, decided_by=staff, decided_at=timezone.now()
        )
        record(
            actor=staff.actor,
            action="safekeeping.destruction.withdrawn",
            subject=("destruction", destruction_id),
        )


def approve(destruction_id: int, staff: Staff) -> dict[str, Any]:
    """Destroy the key, as the second person, and return the certificate.

    The file is changed inside the transaction that writes the certificate, as its last step: a kill before it changes
    nothing; one between file and commit leaves a key that the file names as destroyed, and a request that can be answered
    again (the certificate is then made once more).
    """
    authorise(staff.actor, "keys.approve")
    folder = state_folder() / "keys"
    with transaction.atomic():
        _lapse()
        asked = (
            Destruction.objects.select_for_update().filter(id=destruction_id, state=State.REQUESTED).first()
        )
        if asked is None:
            raise _gone()
        if asked.requested_by_id == staff.pk:
            raise DestructionRefused(
                "ご自身の申請には答えられません。", remedy="鍵の破棄を承認できる、別の人に依頼してください。"
            )
        content = keyring_file.read(folder)
        is_gone = str(asked.epoch) in content.destroyed
        counted = _check(asked.epoch, is_gone=is_gone)
        now = timezone.now()
        certificate = {
            "kind": "keizoku-key-destruction-1",
            "installation": keyring.current().fingerprint,
            "epoch": asked.epoch,
            "wrapped_key_sha256": ""
            if is_gone
            else hashlib.sha256(content.keys[str(asked.epoch)].blob).hexdigest(),
            "key_created_at": "" if is_gone else content.keys[str(asked.epoch)].created_at,
            "values_counted": counted,
            "requested_by": asked.requested_by.login,
            "requested_at": asked.requested_at.isoformat(),
            "approved_by": staff.login,
            "destroyed_at": now.isoformat(),
            "copies": COPIES,
            "public_key": certificates.public_key(),
        }
        signature = certificates.sign(certificate)
        Destruction.objects.filter(id=asked.id, state=State.REQUESTED).update(
            state=State.DONE, decided_by=staff, decided_at=now, certificate=certificate, signature=signature
        )
        digest = hashlib.sha256(certificates.canonical(certificate)).hexdigest()
        record(
            actor=staff.actor,
            action="safekeeping.key.destroyed",
            subject=("destruction", asked.id),
            details={"epoch": asked.epoch, "certificate": digest},
        )
        if not is_gone:
            key_changes.destroy(folder, asked.epoch, digest)
    return {"certificate": certificate, "signature": signature}


def _check(epoch: int, *, is_gone: bool = False) -> dict[str, int]:
    """Refuse while the key may still be needed; returns what was counted: zero for every place."""
    ring = keyring.look_again()
    if not is_gone and epoch not in ring.epochs:
        raise DestructionRefused(
            f"世代 {epoch} の鍵はありません。", remedy="`keizoku keys list` で世代を確かめてください。"
        )
    if epoch == ring.newest:
        raise DestructionRefused(
            f"世代 {epoch} は、いま使っている鍵です。",
            remedy="先に新しい世代を始め、すべての値を新しい鍵に切り替えてください。",
        )
    note_superseded()
    if not is_gone:
        _check_quiet(Superseded.objects.get(epoch=epoch))
    if left := counting.of_epoch(epoch):
        words = "、".join(f"{place} {count:,}件" for place, count in sorted(left.items()))
        raise DestructionRefused(
            f"世代 {epoch} の鍵で書かれた値が残っています（{words}）。",
            remedy="`keizoku keys reencrypt` で新しい鍵に切り替えてから、もう一度申請してください。",
        )
    places = [f"{table.table}.{column}" for table in tables() for column in table.columns]
    return dict.fromkeys([*places, counting.FILES], 0)


def _check_quiet(superseded: Superseded) -> None:
    """No process may still be about to write under the key: an hour has passed, and no transaction is as old as that."""
    ready = superseded.at + rules.QUIET_BEFORE_DESTRUCTION
    if timezone.now() < ready:
        raise DestructionRefused(
            f"世代 {superseded.epoch} の鍵は、使われなくなってから間もありません。",
            remedy=f"{_clock(ready)} を過ぎてから申請してください（書きかけの値を失わないためです）。",
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        (oldest,) = cursor.fetchone()
    if int(oldest) <= superseded.xid:
        raise DestructionRefused(
            f"世代 {superseded.epoch} の鍵を使い始めたころの処理（取り込みなど）が、まだ終わっていません。",
            remedy="終わってから、もう一度申請してください。",
        )


def _lapse() -> None:
    """Requests that nobody answered in time make way."""
    Destruction.objects.filter(
        state=State.REQUESTED, requested_at__lt=timezone.now() - rules.REQUEST_HOLDS_FOR
    ).update(state=State.WITHDRAWN, decided_at=timezone.now())


def _clock(moment: datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def _gone() -> DestructionRefused:
    return DestructionRefused(
        "この申請は承認待ちではありません。", remedy="「鍵とバックアップ」を開き直してください。"
    )

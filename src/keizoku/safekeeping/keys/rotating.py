"""A new data key: from its first moment all processes write under it, and nothing that exists changes."""

from django.db import connection, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import key_changes, keyring
from keizoku.kernel.state import state_folder
from keizoku.safekeeping.models import Superseded


def rotate(*, actor: Actor) -> int:
    """Begin a new data key and return its number.

    The file first, the rows after it: a kill in between leaves a newer key in use and the older one without its
    ``Superseded`` row, which ``note_superseded`` adds later (its destruction then waits the longer).
    """
    authorise(actor, "keys.edit")
    epoch = key_changes.add_epoch(state_folder() / "keys")
    with transaction.atomic():
        note_superseded()
        record(actor=actor, action="safekeeping.key.rotated", details={"epoch": epoch})
    return epoch


def note_superseded() -> None:
    """Write down, for each epoch that is no longer the newest, that it is not; the first time counts."""
    ring = keyring.look_again()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        xid = int(cursor.fetchone()[0])
    Superseded.objects.bulk_create(
        (
            Superseded(epoch=epoch, at=timezone.now(), xid=xid)
            for epoch in sorted(ring.epochs)
            if epoch != ring.newest
        ),
        ignore_conflicts=True,
    )


def rewrap(kind: str, *, actor: Actor) -> str:
    """Wrap all keys anew, under a new file key or a key service; returns what wraps them now."""
    authorise(actor, "keys.edit")
    place = key_changes.rewrap(state_folder() / "keys", kind)
    record(actor=actor, action="safekeeping.keyring.rewrapped", details={"service": kind})
    return place

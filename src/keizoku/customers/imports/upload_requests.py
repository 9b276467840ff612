"""What people ask of an uploaded file: they wake a worker, and the page may be closed."""

from django.db import transaction

from keizoku.audit import actions as audit
from keizoku.customers.imports import mapping
from keizoku.customers.imports.uploading import State, move
from keizoku.customers.jobs import check_upload, import_upload
from keizoku.customers.models import ImportUpload
from keizoku.kernel.actor import Actor


def ask_for_check(upload_id: int, columns: dict[str, str], name: str, *, actor: Actor) -> None:
    """Save the columns' mapping under ``name`` and have a worker read the file on trial."""
    upload = ImportUpload.objects.get(id=upload_id)
    with transaction.atomic():
        saved = mapping.save_mapping(name, columns, upload.header, actor=actor)
        move(upload_id, (State.RECEIVED, State.CHECKED), State.CHECKING, mapping_id=saved.id, rows_done=0)
        check_upload.wake(upload_id=upload_id)


def ask_for_import(upload_id: int, *, actor: Actor) -> None:
    """Have a worker import the file that was read on trial."""
    with transaction.atomic():
        move(upload_id, (State.CHECKED,), State.IMPORTING, rows_done=0)
        audit.record(actor=actor, action="customers.import.requested", subject=("upload", upload_id))
        import_upload.wake(upload_id=upload_id)

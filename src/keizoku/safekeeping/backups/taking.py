"""Taking a backup while everybody works: one snapshot of the database, the stored files, the audit's anchors, the keyring.

Order matters. Anchors first: each belongs to a block that was committed before it, so the dump holds it. Stored files are
copied before the dump and once more after it, so that whatever the snapshot names is there. The folder gets its name last:
a kill leaves a ``.partial-…`` folder without a manifest, which nothing takes for a backup.
"""

import os
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connections, transaction
from django.utils import timezone

import keizoku
from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import keyring
from keizoku.kernel.crypto.keyring_file import sync_folder
from keizoku.kernel.database import dumping
from keizoku.kernel.state import state_folder
from keizoku.safekeeping.backups import manifest
from keizoku.safekeeping.errors import BackupRefused
from keizoku.safekeeping.models import Backup

OWNER = "owner"


def take(out: Path, *, actor: Actor, with_keys: bool = False) -> dict[str, Any]:
    """Write a backup into ``out``, which must not exist yet, and return its manifest's content.

    Without ``with_keys`` the keyring goes along wrapped, and neither the key-encryption key nor the audit's signing keys:
    they are backed up apart, since both together open everything.
    """
    authorise(actor, "keys.edit")
    if out.exists():
        raise BackupRefused(
            f"{out} はもうあります。",
            remedy="まだないフォルダーの名前を指定してください（上書きはしません）。",
        )
    began, now = time.monotonic(), timezone.now()
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = out.with_name(f".{out.name}.partial-{os.getpid()}-{os.urandom(3).hex()}")
    draft.mkdir(mode=0o700)
    try:
        content = _fill(draft, now, with_keys=with_keys)
        digest = manifest.write(draft, content)
        _to_disk(draft)
        draft.rename(out)
        sync_folder(out.parent)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    seconds = time.monotonic() - began
    _remember(out, content, digest, actor, seconds)
    return content | {"seconds": round(seconds, 3), "digest": digest}


def _fill(draft: Path, now: datetime, *, with_keys: bool) -> dict[str, Any]:
    state = state_folder()
    _copy(state / "anchors", draft / "anchors")
    _copy(state / "files", draft / "files")
    tables, last_transaction, server, migrations = _dump(draft / manifest.DUMP)
    _copy(state / "files", draft / "files")
    _copy_keys(state / "keys", draft / "keys", with_keys=with_keys)
    ring = keyring.look_again()
    return {
        "format": manifest.FORMAT,
        "installation": ring.fingerprint,
        "epochs": sorted(ring.epochs),
        "made_at": now.isoformat(),
        "keizoku": keizoku.__version__,
        "server": server,
        "has_keys": with_keys,
        "last_transaction": last_transaction,
        "migrations": migrations,
        "tables": tables,
        "files": manifest.listed(draft),
    }


def _dump(into: Path) -> tuple[dict[str, int], int, int, list[str]]:
    """Dump and count in one snapshot; returns rows by table, the transaction counter, the server's version, migrations."""
    connection = connections[OWNER]
    with transaction.atomic(OWNER), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version_num')::int")
        snapshot, server = cursor.fetchone()
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
        (last,) = cursor.fetchone()
        dumping.dump(dumping.address_of(connection.settings_dict), into, snapshot=snapshot)
        tables = count_tables(cursor)
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        rooms = {path.name for path in manifest.ROOMS.iterdir()}
        migrations = [f"{app}.{name}" for app, name in cursor.fetchall() if app in rooms]
    return tables, int(last), server, migrations


def count_tables(cursor: Any) -> dict[str, int]:
    """Rows of every table, leaf by leaf."""
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    found = {}
    for (name,) in cursor.fetchall():
        cursor.execute(f'SELECT count(*) FROM public."{name}"')  # noqa: S608 - the catalogue's own names
        found[name] = cursor.fetchone()[0]
    return found


def _copy(source: Path, target: Path) -> None:
    """Copy what is not there yet; a file that is deleted meanwhile is one that nobody needs."""
    target.mkdir(mode=0o700, exist_ok=True)
    if not source.is_dir():
        return
    for path in sorted(source.iterdir()):
        if path.is_file() and not path.name.endswith(".anew") and not (target / path.name).exists():
            try:
                shutil.copy2(path, target / path.name)
            except FileNotFoundError:
                (target / path.name).unlink(missing_ok=True)


def _copy_keys(source: Path, target: Path, *, with_keys: bool) -> None:
    target.mkdir(mode=0o700)
    for path in sorted(source.iterdir()):
        is_wanted = with_keys and path.suffix != ".draft" and path.name != "lock"
        if path.is_file() and (is_wanted or path.name == "keyring.json"):
            shutil.copy2(path, target / path.name)


def _to_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            sync_folder(path)
    sync_folder(folder)


def _remember(out: Path, content: dict[str, Any], digest: str, actor: Actor, seconds: float) -> None:
    size = sum(told["size"] for told in content["files"].values())
    rows = sum(content["tables"].values())
    with transaction.atomic():
        Backup.objects.create(
            made_at=datetime.fromisoformat(content["made_at"]),
            made_by=str(actor),
            place=str(out)[-200:],
            seconds=seconds,
            size=size,
            rows=rows,
            has_keys=content["has_keys"],
            digest=digest,
        )
        record(
            actor=actor,
            action="safekeeping.backup.taken",
            details={
                "digest": digest,
                "rows": rows,
                "bytes": size,
                "with_keys": int(content["has_keys"]),
                "milliseconds": int(seconds * 1000),
            },
        )

"""Restoring a backup into an empty state, never over an existing one. Needs no Django: this machine may be empty.

Everything is judged first (whose, altered, of which version); then the state is built beside its place, checked there by a
process of its own, and moved into place when it is whole. A kill leaves a ``.restoring-…`` folder and no state.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from keizoku.kernel.crypto import keyring
from keizoku.kernel.crypto.keyring_file import NAME as KEYRING
from keizoku.kernel.crypto.keyring_file import sync_folder
from keizoku.kernel.database import dumping, embedded
from keizoku.kernel.database.layout import layout_for
from keizoku.kernel.state import make_private_folder
from keizoku.safekeeping.backups import manifest
from keizoku.safekeeping.backups.manifest import Manifest
from keizoku.safekeeping.errors import RestoreRefused

# What an empty state may hold already.
_HARMLESS = {"logs", "keys.lock"}
# A copy never speaks to the outside: heads of its chain would contradict those of the original.
_NOT_FOR_COPIES = (
    "KEIZOKU_AUDIT_ANCHOR_FILE",
    "KEIZOKU_AUDIT_WITNESS_URL",
    "KEIZOKU_AUDIT_WITNESS_TOKEN_FILE",
    "KEIZOKU_AUDIT_WITNESS_KEY",
)
_DATABASES = ("DATABASE_URL", "KEIZOKU_OWNER_DATABASE_URL", "KEIZOKU_AUDITOR_DATABASE_URL")


def restore(source: Path, state: Path, *, keys: Path | None = None) -> dict[str, Any]:
    """Bring the backup in ``source`` into the empty state folder ``state``, with an embedded database; returns the checks.

    Its campaigns are held: the copy does not know whom the original wrote to since.
    ``keys`` is the folder with the keys kept apart; a backup taken with its keys needs none.
    """
    _check_empty(state)
    told = checked(source, keys)
    workshop = state.with_name(f".{state.name}.restoring-{os.getpid()}-{os.urandom(3).hex()}")
    make_private_folder(workshop)
    try:
        result = build(source, told, workshop, keys=keys)
        run("backup", "hold-campaigns", environment=copy_environment(workshop))
        embedded.stop(workshop)
        for name in _HARMLESS & {child.name for child in state.iterdir()} if state.exists() else ():
            path = state / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        workshop.rename(state)
        sync_folder(state.parent)
    except BaseException:
        remove(workshop)
        raise
    return result


def checked(source: Path, keys: Path | None) -> Manifest:
    """The backup's manifest, once everything about it has been found in order."""
    told = manifest.read(source)
    folder = _keys_of(source, keys, told)
    manifest.check(source, told, keyring.load(folder))
    if told.content["tables"].get("audit_block") and not list(folder.glob("audit-signing*.pem")):
        raise RestoreRefused(
            f"{folder} に、証跡の署名鍵(audit-signing.pem)がありません。",
            remedy="同じ時に控えた keys/ フォルダー全体を --keys で指定してください。",
        )
    return told


def build(
    source: Path, told: Manifest, state: Path, *, keys: Path | None, chosen: Path | None = None
) -> dict[str, Any]:
    """Make a state folder out of a backup, and look at it: schema, rows, audit, values (those ``chosen``, if given)."""
    place(source, told, state, keys=keys)
    dumping.make_cluster_ahead(state, transaction_epoch=1 + (told.content["last_transaction"] >> 32))
    with embedded.hold(state) as server:
        dumping.restore(server.url("owner"), source / manifest.DUMP)
        environment = copy_environment(state)
        return inspect(source, environment, "--migrate", *(("--keys", str(chosen)) if chosen else ()))


def place(source: Path, told: Manifest, state: Path, *, keys: Path | None) -> None:
    """Put files, anchors and keys of a backup into a state folder."""
    for name in ("files", "anchors"):
        shutil.copytree(source / name, state / name)
    shutil.copytree(
        _keys_of(source, keys, told), state / "keys", ignore=shutil.ignore_patterns("lock", "*.draft")
    )
    for folder in ("files", "anchors", "keys"):
        (state / folder).chmod(0o700)


def inspect(source: Path, environment: Mapping[str, str], *extra: str) -> dict[str, Any]:
    """The checks of a restored state, made by a process that knows nothing else."""
    said = run("backup", "inspect", "--from", str(source), *extra, environment=environment)
    found = json.loads(said.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def run(*arguments: str, environment: Mapping[str, str]) -> str:
    """A ``keizoku`` command in another state; its output."""
    done = subprocess.run(
        [sys.executable, "-m", "keizoku", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RestoreRefused(
            f"復元した環境で `keizoku {arguments[0]} {arguments[1]}` が失敗しました：{done.stderr[-1000:].strip()}",
        )
    return done.stdout


def copy_environment(state: Path, databases: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment, for another state and its databases (none: the embedded one)."""
    import keizoku  # noqa: PLC0415 - where this very code lies, for the child

    kept = {name: value for name, value in os.environ.items() if name not in (*_NOT_FOR_COPIES, *_DATABASES)}
    code = str(Path(keizoku.__file__).resolve().parents[1])
    path = os.pathsep.join(part for part in (code, os.environ.get("PYTHONPATH", "")) if part)
    return kept | {"KEIZOKU_STATE": str(state), "PYTHONPATH": path, **(databases or {})}


def remove(state: Path) -> None:
    """Every trace of a state that we made ourselves."""
    if not state.exists():
        return
    embedded.stop(state)
    layout = layout_for(state)
    for folder in (layout.home, layout.sockets, state):
        shutil.rmtree(folder, ignore_errors=True)


def _keys_of(source: Path, keys: Path | None, told: Manifest) -> Path:
    """The folder with the keys: the one given, or the backup's own if it was taken with its keys."""
    if keys is None and not told.content["has_keys"]:
        raise RestoreRefused(
            "このバックアップには鍵が入っていません（鍵は別に控える決まりです）。",
            remedy="別に控えた keys/ フォルダーを --keys で指定してください。",
        )
    folder = keys or source / "keys"
    if not (folder / KEYRING).is_file():
        raise RestoreRefused(
            f"{folder} に {KEYRING} がありません。",
            remedy="控えた keys/ フォルダーを --keys で指定してください。",
        )
    return folder


def _check_empty(state: Path) -> None:
    left = (
        sorted(child.name for child in state.iterdir() if child.name not in _HARMLESS)
        if state.is_dir()
        else []
    )
    if left:
        raise RestoreRefused(
            f"{state} は空ではありません（{'、'.join(left)}）。上書きはしません。",
            remedy="KEIZOKU_STATE に、まだないフォルダーを指定してください。",
        )

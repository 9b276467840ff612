"""The drill: take a backup, restore it somewhere else, look at it there, write down what came of it, leave no trace.

With the embedded database the copy gets a cluster of its own in a temporary state. With a server of one's own it gets a
scratch database beside the original, which only a role that may create databases can make
(``KEIZOKU_SUPERUSER_DATABASE_URL``).
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
from django.db import connections, transaction
from django.utils import timezone
from psycopg import sql

from keizoku.accounts.access import authorise
from keizoku.audit.actions import grant_read, record, seal
from keizoku.kernel.actor import Actor
from keizoku.kernel.database import dumping, roles
from keizoku.kernel.state import make_private_folder, state_folder
from keizoku.safekeeping.backups import inspecting, manifest, restoring, taking
from keizoku.safekeeping.errors import DrillRefused
from keizoku.safekeeping.models import Drill

SUPERUSER: Final = "KEIZOKU_SUPERUSER_DATABASE_URL"
_ALIASES: Final = {
    "DATABASE_URL": "default",
    "KEIZOKU_OWNER_DATABASE_URL": "owner",
    "KEIZOKU_AUDITOR_DATABASE_URL": "auditor",
}


@dataclass(slots=True)
class _Watch:
    """Seconds of each step."""

    began: float
    steps: dict[str, float]

    def step(self, name: str) -> None:
        now = time.monotonic()
        self.steps[name] = round(now - self.began, 3)
        self.began = now


def drill(*, actor: Actor) -> dict[str, Any]:
    """Run one drill and return its result; a drill that fails is written down as well."""
    authorise(actor, "keys.edit")
    _check_able()
    began, now = time.monotonic(), timezone.now()
    watch = _Watch(began, {})
    keys = inspecting.sample()
    if keys["subjects"]:  # the reading happens in the copy; who asks for it is written down here
        grant_read(actor=actor, purpose=inspecting.PURPOSE, subjects=keys["subjects"])
    try:
        seal()  # what is settled belongs into the chain that the copy is compared with
        result = _there_and_back(keys, actor, watch)
    except Exception as error:
        _remember(actor, now, time.monotonic() - began, {"is_sound": False, "fault": type(error).__name__})
        raise
    result["seconds"] = {**watch.steps, "all": round(time.monotonic() - began, 3)}
    _remember(actor, now, time.monotonic() - began, result)
    return result


def _there_and_back(keys: dict[str, list[int]], actor: Actor, watch: _Watch) -> dict[str, Any]:
    with _workplace() as place:
        backup = place / "backup"
        content = taking.take(backup, actor=actor)
        watch.step("backup")
        told = restoring.checked(backup, state_folder() / "keys")
        watch.step("check")
        chosen = place / "keys.json"
        chosen.write_text(inspecting.as_line(keys), encoding="utf-8")
        state = place / "state"
        make_private_folder(state)
        try:
            if "DATABASE_URL" in os.environ:
                result = _in_scratch_database(backup, told, state, chosen)
            else:
                result = _in_cluster(backup, told, state, chosen)
        finally:
            restoring.remove(state)
        watch.step("restore_and_inspect")
        size = sum(file["size"] for file in content["files"].values())
    return {**result, "bytes": size, "digest": content["digest"]}


def _in_cluster(backup: Path, told: Any, state: Path, chosen: Path) -> dict[str, Any]:
    return restoring.build(backup, told, state, keys=state_folder() / "keys", chosen=chosen)


def _in_scratch_database(backup: Path, told: Any, state: Path, chosen: Path) -> dict[str, Any]:
    restoring.place(backup, told, state, keys=state_folder() / "keys")
    superuser = os.environ[SUPERUSER]
    name = f"keizoku_drill_{os.urandom(6).hex()}"
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(name), sql.Identifier(roles.OWNER)
            )
        )
    try:
        with psycopg.connect(superuser, dbname=name, autocommit=True) as connection:
            roles.grant_defaults(connection, name)
        owner = dumping.address_of(connections["owner"].settings_dict)
        dumping.restore(dumping.with_database(owner, name), backup / manifest.DUMP)
        databases = {
            variable: dumping.url_of(connections[alias].settings_dict, name)
            for variable, alias in _ALIASES.items()
        }
        environment = restoring.copy_environment(state, databases)
        return restoring.inspect(backup, environment, "--keys", str(chosen))
    finally:
        with psycopg.connect(superuser, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def _check_able() -> None:
    if "DATABASE_URL" in os.environ and not os.environ.get(SUPERUSER):
        raise DrillRefused(
            f"ご自身のサーバーでの復元訓練には、空のデータベースを作れるロールが要ります（{SUPERUSER} がありません）。",
            remedy=f"{SUPERUSER} に、CREATEDB の権限を持つロールのURLを設定して、もう一度実行してください。",
        )


@contextmanager
def _workplace() -> Iterator[Path]:
    """A folder of this drill's own, which PostgreSQL's user can pass."""
    folder = Path(tempfile.mkdtemp(prefix="keizoku-drill-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remember(actor: Actor, made_at: Any, seconds: float, result: dict[str, Any]) -> None:
    with transaction.atomic():
        made = Drill.objects.create(
            made_at=made_at,
            made_by=str(actor),
            seconds=seconds,
            is_passed=bool(result["is_sound"]),
            result=result,
        )
        record(
            actor=actor,
            action="safekeeping.drill.finished",
            subject=("drill", made.id),
            details={
                "passed": int(made.is_passed),
                "milliseconds": int(seconds * 1000),
                "rows": int(result.get("rows", 0)),
                "values": int(result.get("values_opened", 0)),
            },
        )

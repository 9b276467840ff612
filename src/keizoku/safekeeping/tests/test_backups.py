"""Backup and restore: what comes back is what was there, and what is not whole, not ours or altered is named."""

import json
import os
import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest
from django.apps import apps

from keizoku.audit.models import Entry
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import key_changes, keyring
from keizoku.kernel.database import embedded
from keizoku.safekeeping import queries
from keizoku.safekeeping.backups import drilling, manifest, restoring, taking
from keizoku.safekeeping.errors import BackupRefused, DrillRefused, RestoreRefused
from keizoku.safekeeping.models import Backup, Drill

OPERATOR = Actor.system("test")


@pytest.fixture
def filled(state, committed_db, make_customers):
    """Three customers and a stored file under this test's keyring, which the database knows as its own."""
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as owner:
        owner.execute("UPDATE kernel_keyringmark SET fingerprint = %s", [keyring.current().fingerprint])
    make_customers(3)
    files.store([b"content"])
    return state


@pytest.fixture
def place():
    """A folder that PostgreSQL's user can pass, for states to be restored into."""
    folder = Path(tempfile.mkdtemp(prefix="keizoku-test-"))
    folder.chmod(0o711)
    yield folder
    for state in folder.iterdir():
        if (state / "postgres").exists():
            restoring.remove(state)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def backup(filled, place):
    taking.take(place / "backup", actor=OPERATOR)
    return place / "backup"


def test_drill_restores_compares_and_opens_a_sample_and_leaves_no_trace(filled, place, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(place))

    result = drilling.drill(actor=OPERATOR)

    assert result["is_sound"] is True
    assert (result["rows_differ"], result["migrations_waiting"], result["audit_findings"]) == ({}, 0, 0)
    assert (result["values_opened"], result["values_failed"]) == (27, 0)  # nine fields of three customers
    assert (result["files_opened"], result["files_failed"]) == (1, 0)
    assert set(result["seconds"]) == {"backup", "check", "restore_and_inspect", "all"}
    assert result["audit_blocks"] >= 1
    made = Drill.objects.get()
    assert made.is_passed
    entry = Entry.objects.get(action="safekeeping.drill.finished")
    assert (entry.details["passed"], entry.details["values"]) == (1, 27)
    assert Entry.objects.filter(action="customers.record.read", purpose="backup.drill").count() == 3
    assert list(place.iterdir()) == []


def test_drill_that_fails_is_written_down(filled, monkeypatch):
    monkeypatch.setattr(restoring, "build", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        drilling.drill(actor=OPERATOR)
    assert queries.drills()[0].is_passed is False
    assert Entry.objects.get(action="safekeeping.drill.finished").details["passed"] == 0


def test_restored_state_holds_the_same_and_seals_its_audit_further(backup, filled, place):
    state = place / "restored"
    result = restoring.restore(backup, state, keys=filled / "keys")

    assert result["is_sound"] is True
    environment = restoring.copy_environment(state)
    said = json.loads(restoring.run("keys", "list", "--json", environment=environment))
    assert said["installation"] == keyring.current().fingerprint
    assert [epoch["values"] for epoch in said["epochs"]] == [28]
    export = place / "export.jsonl"
    restoring.run("audit", "export", "--out", str(export), environment=environment)
    restoring.run("audit", "verify", str(export), environment=environment)
    assert list(place.glob(".restored.*")) == []


def test_campaign_that_was_sending_when_the_backup_was_taken_is_held_in_the_copy(filled, place):
    campaigns = apps.get_model("campaigns", "Campaign").objects
    campaign = campaigns.create(name="期日到来", audience={}, answer_days=30, made_by=1)
    campaigns.update(state="requested")
    campaigns.update(state="launching", approved_by=2)
    campaigns.update(state="running")
    apps.get_model("delivery", "Gate").objects.create(campaign_id=campaign.id, is_open=True)
    taking.take(place / "sending", actor=OPERATOR)
    state = place / "restored"

    restoring.restore(place / "sending", state, keys=filled / "keys")

    with embedded.hold(state) as server, psycopg.connect(server.url("app")) as copy:
        assert copy.execute("SELECT state FROM campaigns_campaign").fetchall() == [("paused",)]
        assert copy.execute("SELECT is_open FROM delivery_gate").fetchall() == [(False,)]


def test_nothing_is_restored_over_a_state_that_exists(backup, filled, place):
    state = place / "used"
    (state / "keys").mkdir(parents=True)
    (state / "keys" / "keyring.json").write_text("theirs")
    with pytest.raises(RestoreRefused, match="空ではありません"):
        restoring.restore(backup, state, keys=filled / "keys")
    assert (state / "keys" / "keyring.json").read_text() == "theirs"
    assert sorted(child.name for child in place.iterdir()) == ["backup", "used"]


def test_backup_without_keys_opens_nothing_by_itself(backup, place):
    assert [path.name for path in (backup / "keys").iterdir()] == ["keyring.json"]
    with pytest.raises(RestoreRefused, match="鍵が入っていません"):
        restoring.restore(backup, place / "restored")
    assert not (place / "restored").exists()


def test_backup_with_keys_holds_them_and_says_so(filled, place):
    made = taking.take(place / "backup", actor=OPERATOR, with_keys=True)
    assert made["has_keys"] is True
    assert {"kek", "keyring.json"} <= {path.name for path in (place / "backup" / "keys").iterdir()}
    assert Backup.objects.get().has_keys is True
    assert restoring.checked(place / "backup", None).digest == made["digest"]


def test_dump_shows_no_customer(backup):
    content = (backup / manifest.DUMP).read_bytes()
    listed = json.loads((backup / manifest.NAME).read_text())["content"]
    assert listed["tables"]["customers_customer"] == 3
    for canary in ("山田", "太郎", "taro1@example.jp", "渋谷1-2-3", "09012340001"):
        assert canary.encode() not in content


def test_backup_is_audited_with_rows_and_bytes(backup):
    entry = Entry.objects.get(action="safekeeping.backup.taken")
    assert entry.details["digest"] == Backup.objects.get().digest
    assert entry.details["with_keys"] == 0
    assert entry.details["rows"] > 3


def test_existing_folder_is_not_overwritten(backup):
    before = (backup / manifest.NAME).read_bytes()
    with pytest.raises(BackupRefused, match="もうあります"):
        taking.take(backup, actor=OPERATOR)
    assert (backup / manifest.NAME).read_bytes() == before


def test_killed_backup_leaves_nothing_that_looks_whole(filled, place, monkeypatch):
    """As a kill would: nothing is tidied away behind it."""
    monkeypatch.setattr(taking.shutil, "rmtree", lambda *_, **__: None)
    monkeypatch.setattr(taking.manifest, "listed", lambda _: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        taking.take(place / "backup", actor=OPERATOR)
    (left,) = place.iterdir()
    assert left.name.startswith(".backup.partial-")
    with pytest.raises(BackupRefused, match="途中で止まった"):
        restoring.checked(left, filled / "keys")
    assert Backup.objects.count() == 0


def test_killed_restore_leaves_no_state(backup, filled, place, monkeypatch):
    monkeypatch.setattr(restoring, "build", lambda *_, **__: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        restoring.restore(backup, place / "restored", keys=filled / "keys")
    assert [child.name for child in place.iterdir()] == ["backup"]


# -- wrong, old, tampered


def rewrite(backup, **changes):
    document = json.loads((backup / manifest.NAME).read_text())
    document["content"] |= changes
    (backup / manifest.NAME).write_text(json.dumps(document))


@pytest.mark.parametrize("name", [manifest.DUMP, "keys/keyring.json"])
def test_altered_file_is_named(backup, filled, name):
    content = bytearray((backup / name).read_bytes())
    content[len(content) // 2] ^= 1
    (backup / name).write_bytes(content)
    with pytest.raises(BackupRefused, match=name):
        restoring.checked(backup, filled / "keys")


def test_missing_file_is_named(backup, filled):
    (backup / manifest.DUMP).unlink()
    with pytest.raises(BackupRefused, match=r"database\.dump がありません"):
        restoring.checked(backup, filled / "keys")


def test_altered_manifest_is_named(backup, filled):
    rewrite(backup, tables={"customers_customer": 2})
    with pytest.raises(BackupRefused, match="署名が合いません"):
        restoring.checked(backup, filled / "keys")


def test_backup_of_another_installation_is_named(backup, place):
    keyring.create(place / "other")
    with pytest.raises(BackupRefused, match="別の環境"):
        restoring.checked(backup, place / "other")


def test_backup_of_a_newer_version_is_named(backup, filled, monkeypatch):
    here = set(manifest.migrations_here())
    monkeypatch.setattr(manifest, "migrations_here", lambda: here - {"kernel.0003_keys"})
    with pytest.raises(BackupRefused, match=r"新しい Keizoku.*kernel.0003_keys"):
        restoring.checked(backup, filled / "keys")


@pytest.mark.parametrize("content", ["", "{}", '{"content": {"format": "other"}, "signature": ""}'])
def test_manifest_that_is_none_is_named(backup, filled, content):
    (backup / manifest.NAME).write_text(content)
    with pytest.raises(BackupRefused):
        restoring.checked(backup, filled / "keys")


def test_keyring_that_lost_an_epoch_since_is_said(filled, place):
    key_changes.add_epoch(filled / "keys")
    content = taking.take(place / "backup", actor=OPERATOR)
    assert content["epochs"] == [1, 2]


# -- a server of one's own


def test_drill_on_ones_own_server_says_what_it_needs(filled, monkeypatch, committed_db):
    monkeypatch.setenv("DATABASE_URL", committed_db.url("app"))
    monkeypatch.delenv(drilling.SUPERUSER, raising=False)
    with pytest.raises(DrillRefused, match=drilling.SUPERUSER):
        drilling.drill(actor=OPERATOR)
    assert Drill.objects.count() == 0


def test_drill_on_ones_own_server_uses_a_scratch_database_and_drops_it(filled, monkeypatch, committed_db):
    superuser = committed_db.server.url("superuser", database="postgres")
    for name, address in (committed_db.environment | {drilling.SUPERUSER: superuser}).items():
        monkeypatch.setenv(name, address)
    result = drilling.drill(actor=OPERATOR)
    assert result["is_sound"] is True
    assert result["values_opened"] == 27
    with psycopg.connect(superuser) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'keizoku_drill_%'")
        assert left.fetchall() == []
    assert "KEIZOKU_STATE" in os.environ

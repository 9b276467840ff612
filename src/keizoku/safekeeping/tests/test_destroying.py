"""The end of a key: two people, nothing left under it, a certificate; and rotation, which begins it."""

from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import certificates, errors, field, keyring, keyring_file
from keizoku.safekeeping import queries, rules
from keizoku.safekeeping.errors import DestructionRefused
from keizoku.safekeeping.keys import checking, destroying, reencrypting, rotating
from keizoku.safekeeping.models import Destruction, Superseded

OPERATOR = Actor.system("test")


@pytest.fixture
def emptied(state, committed_db, make_customers, people, monkeypatch):
    """The first key is no longer used, nothing lies under it, and its quiet hour is over."""
    (customer,) = make_customers(1)
    rotating.rotate(actor=OPERATOR)
    reencrypting.start(actor=OPERATOR)
    assert reencrypting.work(60) is True
    monkeypatch.setattr(rules, "QUIET_BEFORE_DESTRUCTION", timedelta(0))
    return customer


def keyring_bytes(state):
    return (state / "keys" / "keyring.json").read_bytes()


def test_two_people_destroy_a_key_and_get_a_signed_certificate(emptied, people, state):
    request = destroying.request(1, people["admin"])
    wrapped = keyring_file.read(state / "keys").keys["1"].blob.hex()
    made = destroying.approve(request, people["comply"])

    certificate = made["certificate"]
    assert (certificate["epoch"], certificate["requested_by"], certificate["approved_by"]) == (
        1,
        "admin",
        "comply",
    )
    assert set(certificate["values_counted"].values()) == {0}
    assert "customers_recordversion.name" in certificate["values_counted"]
    assert certificates.is_signed(certificate, made["signature"], certificates.public_key())
    assert not certificates.is_signed(
        certificate | {"epoch": 2}, made["signature"], certificates.public_key()
    )
    assert wrapped.encode() not in keyring_bytes(state)
    assert queries.epochs()[-1].is_destroyed is True
    entry = Entry.objects.get(action="safekeeping.key.destroyed")
    assert (entry.actor_id, entry.details["epoch"]) == (str(people["comply"].pk), 1)


def test_value_of_a_destroyed_key_is_refused_by_name(emptied, people):
    old = field.encrypt("前の値", where="a.b", record="1", epoch=1)
    destroying.approve(destroying.request(1, people["admin"]), people["comply"])
    grant = audit.grant_read(actor=OPERATOR, purpose="test", subjects=[emptied])
    with pytest.raises(errors.KeyDestroyed, match="世代 1"):
        field.decrypt(old, where="a.b", record="1", subject=emptied, grant=grant)


def test_key_that_a_value_names_is_not_destroyed(emptied, people, state):
    version = apps.get_model("customers", "RecordVersion").objects.get()
    version.pk, version.version = None, 2
    version.name = field.encrypt("値", where="customers_recordversion.name", record=f"{emptied}.2", epoch=1)
    version.save(force_insert=True)
    before = keyring_bytes(state)
    with pytest.raises(DestructionRefused, match=r"customers_recordversion.name 1件"):
        destroying.request(1, people["admin"])
    assert keyring_bytes(state) == before
    assert Destruction.objects.count() == 0


def test_value_that_comes_between_request_and_approval_saves_the_key(emptied, people, state):
    request = destroying.request(1, people["admin"])
    version = apps.get_model("customers", "RecordVersion").objects.get()
    version.pk, version.version = None, 2
    version.name = field.encrypt("値", where="customers_recordversion.name", record=f"{emptied}.2", epoch=1)
    version.save(force_insert=True)
    before = keyring_bytes(state)
    with pytest.raises(DestructionRefused, match="残っています"):
        destroying.approve(request, people["comply"])
    assert keyring_bytes(state) == before
    assert Destruction.objects.get().state == rules.State.REQUESTED


def test_key_in_use_and_key_that_is_not_there_are_refused(emptied, people):
    with pytest.raises(DestructionRefused, match="いま使っている鍵"):
        destroying.request(2, people["admin"])
    with pytest.raises(DestructionRefused, match="世代 9 の鍵はありません"):
        destroying.request(9, people["admin"])


def test_key_is_kept_for_its_quiet_hour(emptied, people, monkeypatch):
    monkeypatch.setattr(rules, "QUIET_BEFORE_DESTRUCTION", timedelta(hours=1))
    with pytest.raises(DestructionRefused, match="間もありません"):
        destroying.request(1, people["admin"])


def test_key_is_kept_while_a_transaction_of_its_time_goes_on(emptied, people, committed_db):
    with psycopg.connect(committed_db.url("app")) as old:
        (xid,) = old.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        Superseded.objects.filter(epoch=1).update(xid=xid)
        with pytest.raises(DestructionRefused, match="まだ終わっていません"):
            destroying.request(1, people["admin"])


def test_nobody_answers_his_own_request(emptied, people, state, monkeypatch):
    request = destroying.request(1, people["admin"])
    before = keyring_bytes(state)
    with pytest.raises(NotPermitted):
        destroying.approve(request, people["admin2"])  # administrators hold no right to approve
    monkeypatch.setattr(destroying, "authorise", lambda *_: None)
    with pytest.raises(DestructionRefused, match="ご自身の申請"):
        destroying.approve(request, people["admin"])
    assert keyring_bytes(state) == before


def test_database_refuses_one_person_as_both_and_a_changed_certificate(emptied, people):
    request = destroying.request(1, people["admin"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Destruction.objects.filter(id=request).update(
            state="done", decided_by=people["admin"], certificate={}, signature="x"
        )
    destroying.approve(request, people["comply"])
    for changed in ({"certificate": {}}, {"state": "requested"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Destruction.objects.filter(id=request).update(**changed)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO safekeeping_destruction (epoch, state, requested_by_id, requested_at, signature)"
            " VALUES (7, 'done', %s, now(), 'x')",
            [people["admin"].pk],
        )


def test_request_that_nobody_answers_lapses(emptied, people, state):
    request = destroying.request(1, people["admin"])
    Destruction.objects.filter(id=request).update(requested_at=timezone.now() - timedelta(days=15))
    with pytest.raises(DestructionRefused, match="承認待ちではありません"):
        destroying.approve(request, people["comply"])
    assert 1 in keyring.look_again().epochs


def test_request_is_withdrawn_and_can_be_made_again(emptied, people):
    request = destroying.request(1, people["admin"])
    with pytest.raises(DestructionRefused, match="もう申請されています"):
        destroying.request(1, people["admin2"])
    destroying.withdraw(request, people["admin"])
    assert destroying.request(1, people["admin2"]) != request


def test_kill_between_file_and_commit_leaves_a_request_that_can_be_answered_again(
    emptied, people, monkeypatch
):
    request = destroying.request(1, people["admin"])
    real = destroying.key_changes.destroy

    def killed(*arguments):
        real(*arguments)
        raise SystemExit

    monkeypatch.setattr(destroying.key_changes, "destroy", killed)
    with pytest.raises(SystemExit):
        destroying.approve(request, people["comply"])
    assert Destruction.objects.get().state == rules.State.REQUESTED
    monkeypatch.setattr(destroying.key_changes, "destroy", real)
    assert destroying.approve(request, people["comply"])["certificate"]["epoch"] == 1
    assert Destruction.objects.get().state == rules.State.DONE


def test_verify_opens_all_keys_and_names_those_that_values_miss(emptied, people, state, committed_db):
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as owner:
        owner.execute("UPDATE kernel_keyringmark SET fingerprint = %s", [keyring.current().fingerprint])
    destroying.approve(destroying.request(1, people["admin"]), people["comply"])
    said = list(checking.verify())
    assert said[-1] == "世代 1 の破棄の証明書は正しいものです。"


def test_keyring_of_an_older_backup_is_told_from_the_values_it_cannot_open(emptied, state, committed_db):
    with psycopg.connect(committed_db.url("owner"), autocommit=True) as owner:
        owner.execute("UPDATE kernel_keyringmark SET fingerprint = %s", [keyring.current().fingerprint])
    content = keyring_file.read(state / "keys")
    del content.keys["2"]
    keyring_file.write(state / "keys", content)
    with pytest.raises(errors.KeyringRefused, match="世代 2 の 9件"):
        list(checking.verify())


def test_rotation_needs_the_right_and_leaves_an_entry(state, committed_db, people):
    with pytest.raises(NotPermitted):
        rotating.rotate(actor=people["comply"].actor)
    assert keyring.look_again().newest == 1
    assert rotating.rotate(actor=people["admin"].actor) == 2
    assert Entry.objects.get(action="safekeeping.key.rotated").details == {"epoch": 2}
    assert Superseded.objects.get().epoch == 1

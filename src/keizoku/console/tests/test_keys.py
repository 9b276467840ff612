"""鍵とバックアップ: what an administrator, an approver and an auditor see and may do there; no key is ever shown."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from keizoku.console.tests.pages import do, go, words
from keizoku.kernel.crypto import keyring, keyring_file
from keizoku.kernel.state import state_folder
from keizoku.safekeeping.errors import DestructionRefused
from keizoku.safekeeping.keys import destroying
from keizoku.safekeeping.models import Backup, Destruction, Drill, Reencryption


@pytest.fixture
def request_to_end(db, staff):
    """Somebody else's request to destroy a key; what approving does to the keyring is tested in its own room."""
    return Destruction.objects.create(
        epoch=7, requested_by=staff["administrator"], requested_at=timezone.now()
    )


def test_page_shows_epochs_and_what_lies_under_them_and_no_key(browser, customers):
    shown = words(go(browser("administrator"), "console-keys"))
    ring = keyring_file.read(state_folder() / "keys")
    assert "使用中" in shown
    assert keyring.current().fingerprint in shown
    assert "まだバックアップがありません" in shown
    assert "まだ復元訓練をしていません" in shown
    for key in ring.keys.values():
        assert key.blob.hex() not in shown


def test_last_backup_and_drill_are_told_with_their_result(browser, db):
    Backup.objects.create(
        made_at=timezone.now(),
        made_by="system:cli",
        place="/b",
        seconds=2,
        size=10,
        rows=1234,
        has_keys=False,
        digest="0" * 64,
    )
    Drill.objects.create(
        made_at=timezone.now(),
        made_by="system:cli",
        seconds=8.25,
        is_passed=True,
        result={"rows": 1234, "audit_blocks": 5, "values_opened": 27},
    )
    shown = words(go(browser("auditor"), "console-keys"))
    assert "1,234行が一致、証跡 5ブロックを検証、27件の値を復号" in shown
    assert "含まない（別に控える）" in shown


def test_reencryption_begins_once_and_shows_its_progress(browser, customers):
    client = browser("administrator")
    for _ in range(2):
        assert do(client, "console-keys-reencrypt").url == "/console/settings/keys"
    assert Reencryption.objects.count() == 1
    assert "新しい鍵への切り替え" in go(client, "console-keys-progress").content.decode()
    Reencryption.objects.update(finished_at=timezone.now())
    assert "終わりました" in go(client, "console-keys-progress").content.decode()


def test_key_in_use_is_not_ended_and_the_page_says_why(browser, db):
    answer = do(browser("administrator"), "console-keys-end", 1)
    assert answer.status_code == 409
    assert "いま使っている鍵" in words(answer)
    assert Destruction.objects.count() == 0


def test_approver_types_the_keys_number(browser, request_to_end, monkeypatch):
    done = []
    monkeypatch.setattr(destroying, "approve", lambda *arguments: done.append(arguments))
    client = browser("compliance")
    assert "内容を確かめて承認する" in words(go(client, "console-keys"))
    answer = do(client, "console-keys-approve", request_to_end.id, typed_number="1")
    assert answer.status_code == 422
    assert "破棄する鍵の世代の番号（7）を入力してください。" in words(answer)
    assert done == []
    assert (
        do(client, "console-keys-approve", request_to_end.id, typed_number="7").url
        == "/console/settings/keys"
    )
    assert done[0][0] == request_to_end.id


def test_refusal_while_approving_is_shown_where_it_was_typed(browser, request_to_end, monkeypatch):
    def refuse(*_):
        raise DestructionRefused("値が残っています。")

    monkeypatch.setattr(destroying, "approve", refuse)
    answer = do(browser("compliance"), "console-keys-approve", request_to_end.id, typed_number="7")
    assert answer.status_code == 409
    assert "値が残っています。" in words(answer)


def test_auditor_sees_requests_and_changes_nothing(browser, request_to_end):
    client = browser("auditor")
    shown = words(go(client, "console-keys"))
    assert "世代 7：承認待ち" in shown
    assert "申請を取り下げる" not in shown
    assert "この権限を持つのは" in words(do(client, "console-keys-rotate"))
    do(client, "console-keys-withdraw", request_to_end.id)
    request_to_end.refresh_from_db()
    assert request_to_end.state == "requested"


def test_request_is_withdrawn_by_who_made_it(browser, request_to_end):
    do(browser("administrator"), "console-keys-withdraw", request_to_end.id)
    request_to_end.refresh_from_db()
    assert request_to_end.state == "withdrawn"


def test_certificate_is_a_file_of_its_own(browser, request_to_end, staff):
    Destruction.objects.filter(id=request_to_end.id).update(
        state="done",
        decided_by=staff["compliance"],
        decided_at=timezone.now() + timedelta(seconds=1),
        certificate={"epoch": 7},
        signature="ab",
    )
    answer = go(browser("auditor"), "console-keys-certificate", request_to_end.id)
    assert json.loads(answer.content) == {"certificate": {"epoch": 7}, "signature": "ab"}
    assert "keizoku-key-7-destroyed.json" in answer.headers["Content-Disposition"]

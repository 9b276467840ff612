"""The proof of a silent customer: every attempt, nothing personal in the clear, its digest kept."""

import hashlib
import io
import zipfile

import pytest

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.exports.rules import Kind
from keizoku.accounts.tests.approving import approved
from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.campaigns.silent import actions as silent
from keizoku.campaigns.silent import proving, queries
from keizoku.campaigns.silent.models import SilentCase, SilentProof
from keizoku.campaigns.tests.silence import cases as cases  # noqa: PLC0414 - fixtures of the silent
from keizoku.campaigns.tests.silence import over as over  # noqa: PLC0414
from keizoku.campaigns.tests.silence import people as people  # noqa: PLC0414
from keizoku.campaigns.why import exporting, rules
from keizoku.campaigns.why.queries import export as export_row
from keizoku.campaigns.why.rules import ExportKind
from keizoku.kernel.actor import Actor

pytestmark = pytest.mark.usefixtures("over")


@pytest.fixture
def inputs(monkeypatch):
    """What goes into the template; the file itself is small and fixed here."""
    told = []
    monkeypatch.setattr(
        proving, "to_pdf", lambda template, inputs, *, made_at: told.append(inputs) or b"%PDF-fake"
    )
    return told


def test_proof_names_every_attempt_decision_and_entry(cases, people, inputs):
    silent.exempt(cases[0].id, reason="abroad", actor=people["operator"].actor, note="秘密のメモ")

    issued = proving.issue(cases[0].id, actor=people["compliance"].actor)

    (told,) = inputs
    assert issued.number == f"KZ-S{cases[0].id:08d}-01"
    assert dict(told["customer"])["顧客番号"] == "0000000001"
    assert dict(told["customer"])["電話番号（いまの登録）"] == "●●●-●●●●-0001"
    assert dict(told["customer"])["メール（いまの登録）"] == "t●●●@example.jp"
    assert [row[3] for row in told["attempts"]] == [
        "1回目の送信を始めた",
        "受け付けられた",
        "1回目の送信を始めた",
        "受け付けられた",
    ]
    assert told["attempts"][1][4].startswith("ref-kz-")
    code = dict(told["customer"])["受付番号"]
    assert [message["body"] for message in told["messages"]] == [f"受付番号 {code}"] * 2
    assert all(len(message["digest"]) == 64 for message in told["messages"])
    assert [row[1] for row in told["decisions"]] == [
        "未決定（回答の期限を過ぎても回答がない）",
        "対象から外した（海外に滞在している）",
    ]
    assert told["decisions"][1][2] == people["operator"].display_name
    actions = [row[2] for row in told["entries"]]
    for action in ("campaigns.approval.requested", "campaigns.campaign.approved", "campaigns.silent.exempt"):
        assert action in actions
    assert "秘密のメモ" not in str(told)
    assert "山田" not in str(told)
    assert "090-1234-0001" not in str(told)


def test_approval_stands_in_the_proof_of_a_campaign_with_hundreds_of_waves(cases, people, inputs):
    for _ in range(201):
        audit.record(
            actor=Actor.system("planner"),
            action="campaigns.wave.opened",
            subject=("campaign", cases[0].campaign_id),
        )

    proving.issue(cases[0].id, actor=people["compliance"].actor)

    actions = [row[2] for row in inputs[0]["entries"]]
    assert "campaigns.campaign.approved" in actions
    assert "campaigns.wave.opened" not in actions


def test_proof_is_a_pdf_whose_digest_the_audit_keeps(cases, people):
    issued = proving.issue(cases[0].id, actor=people["compliance"].actor)

    assert issued.content.startswith(b"%PDF-")
    assert hashlib.sha256(issued.content).hexdigest() == issued.sha256
    assert SilentProof.objects.get().sha256 == issued.sha256
    assert [row.sha256 for row in queries.proofs_of(cases[0].id)] == [issued.sha256]
    entry = Entry.objects.get(action="campaigns.silent.proof_issued")
    assert entry.details["sha256"] == issued.sha256
    assert Entry.objects.filter(purpose="silent.proof", subject_id=cases[0].customer_id).count() == 1


def test_operator_gets_no_proof_and_nothing_is_kept(cases, people):
    with pytest.raises(NotPermitted):
        proving.issue(cases[0].id, actor=people["operator"].actor)
    assert not SilentProof.objects.exists()
    assert not Entry.objects.filter(purpose="silent.proof").exists()


def test_proofs_of_a_campaign_are_one_file_and_go_on_after_its_last(cases, people, inputs, monkeypatch):
    monkeypatch.setattr(rules, "MOST_PROOFS_IN_A_FILE", 3)
    campaign, actor = cases[0].campaign_id, people["compliance"].actor
    number = approved(Kind.PROOFS, campaign, 3, by=actor)
    first = exporting.ask(campaign, ExportKind.PROOFS, actor=actor)
    exporting.work(first)

    row = export_row(first)
    assert (row.state, row.customers_done, row.tally) == ("done", 3, {"last_case": cases[2].id})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(exporting.download(first, actor=actor))))
    assert archive.namelist() == [f"KZ-S{case.id:08d}-01.pdf" for case in cases[:3]]
    assert archive.testzip() is None

    assert {told["watermark"] for told in inputs}.pop().startswith(f"書出{number} compliance-2 ")
    approved(Kind.PROOFS, campaign, 3, by=actor)
    second = exporting.ask(campaign, ExportKind.PROOFS, actor=actor, after_case=row.tally["last_case"])
    exporting.work(second)
    assert export_row(second).customers_done == 1
    assert SilentProof.objects.count() == SilentCase.objects.count() == 4

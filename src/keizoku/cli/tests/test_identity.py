"""``keizoku identity``: from the asking to a signed export; and with the real eyes on a drawn licence."""

import io
import json
import zipfile

import pytest
from click import ClickException
from click.testing import CliRunner

from keizoku.audit import actions as audit
from keizoku.cli import main, process
from keizoku.identity import capturing, judging, ports, reading
from keizoku.identity.errors import SessionOver
from keizoku.identity.exporting import NotAuthentic, verify
from keizoku.identity.models import Check, Shot, Verification
from keizoku.identity.rules.steps import SkipReason, StepName
from keizoku.identity.sight import Sight
from keizoku.identity.tests.doubles import Sight as Double
from keizoku.identity.tests.people import ASKER, ask_for, begin, capture
from keizoku.reviews.tests import people
from keizoku.sample.documents import Conditions, Kind, draw, photograph, variants
from keizoku.sample.documents.backgrounds import BACKGROUNDS
from keizoku.vision import models


@pytest.fixture
def run(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)

    def run(*words: str, fails: bool = False) -> str:
        done = CliRunner().invoke(main, ["identity", *words])
        assert bool(done.exit_code) is fails, done.output
        return done.output

    return run


@pytest.fixture
def eyes():
    """Who looks, put back afterwards."""
    before = list(ports._made)
    yield lambda judge: ports.use(lambda: judge)
    ports._made[:] = before


def test_commands_walk_from_the_asking_to_a_signed_export(run, make_customers, eyes, tmp_path):
    (customer,) = make_customers(1)
    reviewer, second, compliance = (
        people.make_staff(login, role).login
        for login, role in (("reviewer", "reviewer"), ("second", "reviewer"), ("compliance", "compliance"))
    )
    approver = people.make_staff("approver", "approver").login
    policy = tmp_path / "policy.json"
    policy.write_text(json.dumps({"second": "always"}))
    run("policy", "propose", str(policy), "--by", compliance)
    shown = run("policy", "show")
    number, digest = shown.split(":")[0], shown.split()[2]
    assert "権限がありません" in run(
        "policy", "approve", number, "--digest", digest, "--by", compliance, fails=True
    )
    run("policy", "approve", number, "--digest", digest, "--by", approver)
    assert "使用中" in run("policy", "show")

    run("ask", "--customer", str(customer), "--by", compliance)
    row = Verification.objects.get()
    eyes(Double())
    judging.judge(capture(row).id)
    assert "判断待ち" in run("list", "--state", "waiting")
    assert "登録の氏名" in run("show", str(row.id))
    assert "checks_and_eyes" in run(
        "decide", str(row.id), "passed", "--reason", "x", "--by", reviewer, fails=True
    )
    said = ("decide", str(row.id), "passed", "--reason", "checks_and_eyes", "--by", reviewer)
    assert "2人目" in run(*said)
    run("agree", str(row.id), "--by", second)
    assert "1 件" in run("label", str(row.id), "genuine", "--by", compliance)

    out = tmp_path / "evidence.zip"
    run("export", str(row.id), "--out", str(out), "--by", compliance)
    assert "8 files" in run("verify", str(out))
    with zipfile.ZipFile(out) as archive:
        assert archive.read("record.pdf").startswith(b"%PDF-")
        record = json.loads(archive.read("record.json"))["records"][0]
        front = Shot.objects.get(step="front")
        assert record["moments"]["pictures_received"][0]["sha256"] == front.sha256
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(name.split("-")[1].split(".")[0] for name in parts if name.startswith("evidence/")) == [
        "back",
        "face",
        "face",
        "face",
        "front",
        "tilt",
    ]
    parts["record.json"] = parts["record.json"].replace("山田太郎".encode(), "山田次郎".encode())
    altered = io.BytesIO()
    with zipfile.ZipFile(altered, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    with pytest.raises(NotAuthentic, match=r"record\.json"):
        verify(altered.getvalue())
    with pytest.raises(NotAuthentic):
        verify(b"no archive")


def test_real_eyes_read_a_drawn_licence(db, make_customers, eyes):
    """The front as photographed, and what is no picture at all; backs, tilts and faces are others' tests."""
    specimen = draw(Kind.DRIVING_LICENCE, 11, variants(Kind.DRIVING_LICENCE)[0], "biz-ud-gothic")
    front_shot = photograph(specimen, 1, Conditions(background=BACKGROUNDS[0])).jpeg
    eyes(Sight())
    (customer,) = make_customers(1)
    row = ask_for(customer)
    session = begin(row)
    capturing.skip(session, StepName.BACK, SkipReason.NO_BACK)
    capturing.skip(session, StepName.TILT, SkipReason.CANNOT_TILT)
    asked = capturing.challenge(session)
    (step,) = asked.steps
    refused = capturing.receive(session, asked.nonce, step, b"no picture at all", 0)
    assert (refused.is_accepted, refused.reasons) == (False, ("not_a_picture",))
    receipt = capturing.receive(session, asked.nonce, step, front_shot, 1)
    assert receipt.is_accepted, receipt.reasons
    capturing.skip(session, StepName.FACE, SkipReason.FACE_DECLINED)
    capturing.finish(session)
    judging.judge(row.id)

    row.refresh_from_db()
    assert row.state == "waiting"
    grant = audit.grant_read(actor=ASKER, purpose="test", subjects=[customer])
    front = reading.fields_of(row, grant)[StepName.FRONT]
    truth = {name: field.value for name, field in specimen.sides[0].fields.items()}
    for name in ("expiry_date", "number"):
        assert front[name].value == truth[name] or front[name].doubts, name
    assert front["birth_date"].value == truth["birth_date"]
    found = {check.name: check for check in Check.objects.filter(verification=row)}
    assert found["kind_as_chosen"].outcome == "passed"
    assert found["record_name"].outcome != "passed", "an invented holder is not our customer"
    assert len(found["fields_read"].model_sha256) == 64


def test_process_does_not_start_without_its_models(monkeypatch):
    def altered() -> None:
        raise models.ModelAltered("the model text was altered")

    monkeypatch.setattr(models, "check_all", altered)
    with pytest.raises(ClickException, match="the model text was altered"):
        process.check_models()


def test_address_of_a_capture_is_made_anew_and_a_wrong_way_back_ends_none(run, make_customers, settings):
    settings.IDENTITY_REDIRECTS = frozenset({"https://shop.example/done"})
    number, operator = ask_for(make_customers(1)[0]).id, people.make_staff("operator", "operator").login
    first = run("address", str(number), "--by", operator).strip()
    assert "許可された一覧にない" in run(
        "address", str(number), "--redirect", "https://evil.example/", "--by", operator, fails=True
    )
    token = first.removeprefix(f"{settings.PUBLIC_URL}/identity/s/")
    assert capturing.resume(token).verification_id == number, "the address of before still stands"
    second = run(
        *("address", str(number), "--redirect", "https://shop.example/done", "--state", "7", "--by", operator)
    )
    assert "?back=" in second
    with pytest.raises(SessionOver):
        capturing.resume(token)

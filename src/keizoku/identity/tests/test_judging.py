"""A capture is judged: every check written down, once, wherever a worker was killed."""

import json

import pytest

from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.identity import evidence, judging, reading, sweeping
from keizoku.identity.asking import Request, ask, withdraw
from keizoku.identity.models import Check, Derivative, Reading, Shot, StageDone, Verification
from keizoku.identity.rules.purposes import LegalUse, Purpose
from keizoku.identity.rules.steps import SkipReason, StepName
from keizoku.identity.tests.doubles import TARO
from keizoku.identity.tests.people import ASKER, ask_for, begin, bring, capture
from keizoku.kernel import files
from keizoku.kernel.crypto.field import NotGranted


@pytest.fixture
def captured(asked, sight, clock):
    return capture(asked)


def checks(verification):
    found = Check.objects.filter(verification=verification).order_by("id")
    return {check.name: (check.outcome, check.reason) for check in found}


def test_whole_judgement_writes_every_check_and_waits_for_a_person(captured, sight):
    assert judging.judge(captured.id)

    captured.refresh_from_db()
    assert (captured.state, captured.leased_until) == ("waiting", None)
    found = checks(captured)
    assert found["record_name"] == ("passed", "same"), "渋谷一丁目 is written otherwise than in the record"
    assert found["record_address"] == ("passed", "same")
    assert found["record_birth_date"] == ("passed", "same")
    assert found["record_expiry_date"] == ("passed", "same")
    assert {outcome for outcome, _ in found.values()} == {"passed"}
    face = Check.objects.get(verification=captured, name="same_face")
    assert (face.score, face.threshold, face.model, face.model_version) == (0.31, 0.6, "text", "double 1")
    assert len(face.model_sha256) == 64
    made = Derivative.objects.filter(verification=captured)
    assert sorted(made.values_list("shot__step", "name")) == [
        ("back", "card"),
        ("back", "view"),
        ("face", "view"),
        ("face", "view"),
        ("face", "view"),
        ("front", "card"),
        ("front", "portrait"),
        ("front", "view"),
        ("tilt", "view"),
    ]
    entry = Entry.objects.get(action="identity.verification.judged")
    assert (entry.details["overall"], entry.details["failed"], entry.details["unsure"]) == ("passed", 0, 0)
    assert not judging.judge(captured.id), "once"


def test_worker_killed_in_between_is_followed_by_one_that_goes_on_behind_it(
    captured, sight, clock, monkeypatch
):
    class Killed(BaseException):
        pass

    def kill(*_):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(sight, "tilted", kill)
        with pytest.raises(Killed):
            judging.judge(captured.id)
    captured.refresh_from_db()
    assert captured.state == "judging"
    assert not judging.judge(captured.id), "the dead worker's lease still runs"
    assert sight.asked == ["read front", "read back"]
    assert sweeping.wake_left() == 0

    clock(seconds=60)
    assert sweeping.wake_left() == 1
    assert judging.judge(captured.id)
    assert sight.asked == ["read front", "read back", "tilted", "faces front left up"]
    assert list(StageDone.objects.order_by("id").values_list("stage", flat=True)) == [
        "front",
        "back",
        "tilt",
        "face",
        "record",
    ]
    assert Entry.objects.filter(action="identity.verification.judged").count() == 1


def test_of_two_workers_one_writes_a_stage_and_the_files_of_the_other_go(captured, monkeypatch):
    kept = []
    store = files.store
    monkeypatch.setattr(files, "store", lambda pieces: kept.append(store(pieces)) or kept[-1])
    row = Verification.objects.get(id=captured.id)
    grant = audit.grant_read(actor=ASKER, purpose="test", subjects=[row.customer_id])
    case = judging._Case(row, evidence.current(row), grant)
    found = judging._front(case)
    assert judging._written(case, judging.Stage.FRONT, found)
    assert len(kept) == 3
    monkeypatch.setattr(StageDone.objects, "create", lambda **_: None)  # both passed the look at what is done
    assert not judging._written(case, judging.Stage.FRONT, found)
    assert Derivative.objects.count() == 3
    monkeypatch.undo()
    for stored in kept[3:]:
        with pytest.raises(FileNotFoundError):
            files.open_stored(stored.id)


def test_what_a_document_says_is_encrypted_and_opened_for_its_person_alone(captured, sight, make_customers):
    judging.judge(captured.id)
    row = Verification.objects.get(id=captured.id)
    rows = json.dumps(
        [*Check.objects.values("name", "reason"), *Entry.objects.values("details")], ensure_ascii=False
    )
    for value in TARO.values():
        assert value.encode() not in b"".join(bytes(one.payload) for one in Reading.objects.all())
        assert value not in rows
    grant = audit.grant_read(actor=ASKER, purpose="test", subjects=[row.customer_id])
    said = reading.fields_of(row, grant)
    assert said[StepName.FRONT]["address"].value == TARO["address"]
    assert said[StepName.FRONT]["address"].box == (10, 20, 300, 40)
    assert "山田" not in repr(said)

    (other,) = make_customers(1)
    theirs = audit.grant_read(actor=ASKER, purpose="test", subjects=[other])
    shot = Shot.objects.filter(verification=row, step="front").get()
    for read in (lambda: reading.fields_of(row, theirs), lambda: evidence.opened(shot, theirs)):
        with pytest.raises(NotGranted):
            read()


def test_evidence_whose_bytes_were_changed_is_noticed(captured, monkeypatch):
    shot = Shot.objects.filter(verification=captured, step="front").get()
    other = Shot.objects.filter(verification=captured, step="back").get()
    grant = audit.grant_read(actor=ASKER, purpose="test", subjects=[captured.customer_id])
    shot.file = other.file
    with pytest.raises(evidence.EvidenceDamaged):
        evidence.opened(shot, grant)


def test_person_of_another_birth_date_fails_and_another_address_is_looked_at(asked, sight, clock):
    sight.front = {
        **TARO,
        "birth_date": "1961-04-08",
        "address": "大阪府大阪市北区梅田3-1-1",
        "expiry_date": "2020-01-01",
    }
    judging.judge(capture(asked).id)
    found = checks(asked)
    assert found["record_birth_date"] == ("failed", "differs")
    assert found["record_address"] == ("unsure", "differs")
    assert found["record_expiry_date"] == ("failed", "expired")


def test_doubtful_value_speaks_neither_for_nor_against(asked, sight, clock):
    sight.front = {**TARO, "birth_date": "1961-04-08"}
    sight.doubtful = {"birth_date", "name"}
    judging.judge(capture(asked).id)
    found = checks(asked)
    assert found["record_birth_date"] == ("unsure", "doubtful")
    assert found["record_name"] == ("unsure", "doubtful")


def test_applicant_is_compared_with_what_he_said(db, sight, clock):
    said = {"name": "山田 太郎", "birth_date": "1960-04-08", "address": "東京都渋谷区渋谷１－２－３"}
    row = Verification.objects.get(
        id=ask(Request(Purpose.PROCEDURE, LegalUse.PROCEDURE, applicant=said), ASKER)
    )
    judging.judge(capture(row).id)
    found = checks(row)
    assert [found[f"record_{name}"][0] for name in ("name", "birth_date", "address")] == ["passed"] * 3
    read = Entry.objects.filter(action="customers.record.read", purpose="identity.judge").get()
    assert read.subject_id == -row.id


def test_declined_head_turn_and_missing_tilt_go_to_a_person(asked, sight, clock):
    from keizoku.identity import capturing

    session = begin(asked)
    capturing.skip(session, StepName.TILT, SkipReason.CANNOT_TILT)
    bring(session)
    capturing.skip(session, StepName.FACE, SkipReason.HEAD_TURN_DECLINED)
    bring(session)
    capturing.finish(session)
    judging.judge(asked.id)
    found = checks(asked)
    assert found["tilt_skipped"] == ("unsure", "cannot_tilt")
    assert found["face_skipped"] == ("unsure", "head_turn_declined")
    assert Entry.objects.get(action="identity.verification.judged").details["overall"] == "unsure"


def test_picture_that_another_verification_brought_fails(asked, sight, clock, make_customers):
    (other,) = make_customers(1)
    theirs = ask_for(other)
    from keizoku.identity import capturing

    for verification in (asked, theirs):
        session = begin(verification)
        document = capturing.challenge(session)
        for number, step in enumerate(document.steps):
            capturing.receive(session, document.nonce, step, f"{step.name}".encode(), number)
        bring(session)
        capturing.finish(session)
    judging.judge(theirs.id)
    assert checks(theirs)["front_bytes_new"] == ("failed", "picture_seen_before")


def test_withdrawn_meanwhile_nothing_is_judged(captured, sight):
    withdraw(captured.id, ASKER)
    assert not judging.judge(captured.id)
    assert (sight.asked, Check.objects.count()) == ([], 0)

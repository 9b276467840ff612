"""A provider's signed result: taken once, for what was asked, by whom it may come from; put before a person."""

import base64
import json
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.identity import deciding, recording
from keizoku.identity.asking import Request, ask
from keizoku.identity.deciding import Said
from keizoku.identity.methods import actions, importing, provided
from keizoku.identity.methods.errors import ResultRefused
from keizoku.identity.methods.models import ProviderResult
from keizoku.identity.methods.rules.codes import Registration
from keizoku.identity.methods.tests.people import approve, confirm, staff
from keizoku.identity.models import Check, Finding, Verification
from keizoku.identity.rules.deciding import Verdict
from keizoku.identity.rules.purposes import LegalUse, Purpose
from keizoku.identity.rules.states import State

KEY = ECKey.generate_key("P-256")
OTHER = OKPKey.generate_key("Ed25519")
ISSUER = "https://jpki.example"
NOW = int(datetime(2026, 11, 22, 3, 0, tzinfo=UTC).timestamp())
ADDRESS = "東京都渋谷区道玄坂九丁目九番九号"


def accredit(key, issuer=ISSUER):
    document = {
        "issuer": issuer,
        "name": "見本認証",
        "audience": "keizoku-bank",
        "key": key.as_dict(private=False),
        "methods": ["JPKI_SIGN", "IC_FACE"],
        "longest_age_hours": 24,
        "contract": "2026-10-01の契約",
    }
    return approve(actions.accredit(document, staff("compliance")))


@pytest.fixture
def house(taro, clock):
    """A house that may take JPKI results of today's law and chips too; Taro's verification waits for one."""
    held = actions.register(
        Registration.SIGNATURE_VERIFIER, is_held=True, reference="1号", actor=staff("compliance")
    )
    approve(held)
    accredit(KEY)
    confirm("proceeds_of_crime/JPKI_SIGN/2025-06-24", "proceeds_of_crime/IC_FACE/2018-11-30")
    return taro


def asked(customer, method="JPKI_SIGN"):
    request = Request(
        Purpose.ACCOUNT_OPENING,
        LegalUse.STATUTORY,
        customer_id=customer,
        statute="proceeds_of_crime",
        method=method,
    )
    return Verification.objects.get(id=ask(request, staff("operator")))


def claims(row, **changes):
    said = {
        "iss": ISSUER,
        "aud": "keizoku-bank",
        "iat": NOW - 60,
        "jti": "pf-2026-0001",
        "verification": str(row.key),
        "legal_use": "statutory",
        "statute": "proceeds_of_crime",
        "method": row.method,
        "who": "resident",
        "result": "verified",
        "verified_at": NOW - 120,
        "attributes": {"name": "渋谷　太郎", "birth_date": "1980-01-01", "address": ADDRESS},
    }
    said |= changes
    return {name: value for name, value in said.items() if value is not None}


def signed(said, key=KEY, algorithm="ES256"):
    payload = json.dumps(said, ensure_ascii=False)
    return jws.serialize_compact({"alg": algorithm}, payload, key, algorithms=[algorithm])


def refused(text):
    """The reason of a refusal that kept nothing."""
    with pytest.raises(ResultRefused) as refusal:
        importing.take(text, staff("reviewer"))
    assert not ProviderResult.objects.exists()
    assert not Check.objects.exists()
    assert set(Verification.objects.values_list("state", flat=True)) <= {State.ASKED}
    newest = Entry.objects.latest("id")
    assert (newest.action, newest.details) == ("identity.result.refused", {"reason": refusal.value.reason})
    return refusal.value.reason


def test_a_signed_result_waits_for_a_person_and_becomes_the_record_of_the_verification(house):
    row = asked(house)
    text = signed(claims(row))
    assert importing.take(text, staff("reviewer")) == row.id

    row.refresh_from_db()
    assert (row.state, row.kind) == (State.WAITING, "my_number_card")
    checks = dict(Check.objects.filter(verification=row).values_list("name", "outcome"))
    assert (checks["provider_signature"], checks["provider_result"]) == ("passed", "passed")
    assert checks["record_address"] == "unsure"
    kept = ProviderResult.objects.get()
    assert ADDRESS.encode() not in bytes(kept.payload)
    assert text.split(".")[1].encode() not in bytes(kept.payload)

    decider = Staff.objects.create(login="decider", display_name="審査", role="reviewer")
    assert deciding.decide(row.id, Said(Verdict.PASSED, "difference_explained"), decider) in {True, False}
    second = Staff.objects.create(login="second", display_name="審査", role="reviewer")
    row.refresh_from_db()
    if row.state == State.WAITING:
        deciding.agree(row.id, row.decisions.get().id, second)
        row.refresh_from_db()
    assert row.state == State.PASSED
    grant = audit.grant_read(actor=decider.actor, purpose="test", subjects=[house])
    ((_, record),) = recording.records_of(row, grant)
    assert (record["method"], record["letter"], record["statute"]) == ("JPKI_SIGN", "カ", "proceeds_of_crime")
    assert record["provider_result"]["evidence_id"] == "pf-2026-0001"
    assert record["provider_result"]["sha256"] == kept.sha256
    assert record["person"]["address"] == ADDRESS
    assert set(Finding.objects.values_list("field", flat=True)) == {"name", "birth_date", "address"}


def test_a_result_is_taken_once(house):
    row, later = asked(house), asked(house)
    text = signed(claims(row))
    importing.take(text, staff("reviewer"))
    for again in (text, signed(claims(later))):
        with pytest.raises(ResultRefused) as refusal:
            importing.take(again, staff("reviewer"))
        assert refusal.value.reason == "replayed"
    with pytest.raises(ResultRefused) as refusal:
        importing.take(signed(claims(row, jti="another")), staff("reviewer"))
    assert refusal.value.reason == "not_awaited"
    assert ProviderResult.objects.count() == 1
    kept = ProviderResult.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProviderResult.objects.create(
            verification=later,
            issuer=ISSUER,
            evidence_id="pf-2026-0001",
            method="",
            is_verified=True,
            issued_at=kept.issued_at,
            verified_at=kept.verified_at,
            payload=b"",
            sha256="",
            received_at=kept.received_at,
        )


def test_what_is_not_signed_by_an_accredited_provider_is_refused(house):
    row = asked(house)
    said = claims(row)
    good = signed(said)
    head, body, signature = good.split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims(row, jti="x")).encode()).decode().rstrip("=")
    none = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    assert refused(signed(claims(row, iss="https://another.example"))) == "unknown_provider"
    assert refused(signed(said, OTHER, "Ed25519")) == "bad_signature"
    assert refused(signed(said, ECKey.generate_key("P-256"))) == "bad_signature"
    assert refused(f"{head}.{other}.{signature}") == "bad_signature"
    assert refused(f"{none}.{body}.") == "bad_signature"
    assert refused("no token") == "malformed"
    assert refused(f"{head}..{signature}") == "malformed"
    assert refused("x" * (importing.LARGEST + 1)) == "malformed"


def test_a_result_for_another_time_house_or_question_is_refused(house, clock):
    row = asked(house)
    for changes, reason in (
        ({"aud": "another-bank"}, "wrong_audience"),
        ({"iat": NOW + 3600}, "from_future"),
        ({"verified_at": NOW + 3600}, "from_future"),
        ({"iat": NOW - 90_000, "verified_at": NOW - 90_000}, "too_old"),
        ({"verified_at": NOW - 90_000}, "too_old"),
        ({"exp": NOW}, "expired"),
        ({"verification": "0198c0de-0000-7000-8000-000000000000"}, "unknown_verification"),
        ({"verification": "x"}, "malformed"),
        ({"method": "IC_FACE"}, "other_method"),
        ({"statute": "mobile_phone"}, "other_method"),
        ({"who": "corporation"}, "not_allowed"),
        ({"result": "perhaps"}, "malformed"),
        ({"attributes": {"name": "渋谷　太郎"}}, "malformed"),
        ({"jti": "with spaces"}, "malformed"),
        ({"iat": None}, "malformed"),
        ({"sex": "1"}, "not_wanted"),
        ({"attributes": claims(row)["attributes"] | {"sex": "1"}}, "not_wanted"),
        ({"attributes": claims(row)["attributes"] | {"address": "1234-5678-9018"}}, "not_wanted"),
    ):
        assert refused(signed(claims(row, **changes))) == reason, changes


def test_what_the_law_or_the_house_does_not_allow_is_refused(house):
    row = asked(house)
    actions.end(queries_id("confirm", "proceeds_of_crime/JPKI_SIGN/2025-06-24"), staff("compliance"))
    with pytest.raises(ResultRefused, match="まだ一次の条文で確認していません") as refusal:
        importing.take(signed(claims(row)), staff("reviewer"))
    assert refusal.value.reason == "not_allowed"
    confirm("proceeds_of_crime/JPKI_SIGN/2025-06-24")
    actions.end(queries_id("provider", ISSUER), staff("compliance"))
    assert refused(signed(claims(row))) == "unknown_provider"


def queries_id(kind, subject):
    from keizoku.identity.methods import queries

    return next(one.id for one in queries.in_force() if (one.kind, one.subject) == (kind, subject))


def test_a_result_that_says_no_goes_to_a_person_with_what_failed(house):
    row = asked(house)
    importing.take(signed(claims(row, result="not_verified")), staff("reviewer"))
    assert Check.objects.get(name="provider_result").outcome == "failed"
    row.refresh_from_db()
    assert row.state == State.WAITING


def test_a_chip_brings_its_reference_portrait(house):
    row = asked(house, "IC_FACE")
    assert refused(signed(claims(row))) == "malformed"
    portrait = base64.b64encode(b"a JPEG 2000 portrait").decode()
    chip = {"document": "driving_licence", "authentication": "passive", "portrait": portrait}
    for wrong in (
        {"portrait": "?"},
        {"portrait": ""},
        {"document": "library_card"},
        {"authentication": "none"},
    ):
        assert refused(signed(claims(row, chip=chip | wrong))) == "malformed"
    assert refused(signed(claims(row, chip=chip | {"honseki": "東京都"}))) == "not_wanted"
    importing.take(signed(claims(row, chip=chip)), staff("reviewer"))
    row.refresh_from_db()
    assert row.kind == "driving_licence"
    grant = audit.grant_read(actor=staff("reviewer"), purpose="test", subjects=[house])
    held = provided.chip_of(row, grant)
    assert (held.portrait, held.attributes["address"]) == (b"a JPEG 2000 portrait", ADDRESS)
    assert ADDRESS not in repr(held)


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # as a name; the signature is the same
def test_a_provider_may_sign_by_ed25519_under_either_of_its_names(house):
    accredit(OTHER, "https://chip.example")
    for number, algorithm in enumerate(("EdDSA", "Ed25519")):
        row = asked(house)
        said = claims(row, iss="https://chip.example", jti=f"chip-{number}")
        assert importing.take(signed(said, OTHER, algorithm), staff("reviewer")) == row.id

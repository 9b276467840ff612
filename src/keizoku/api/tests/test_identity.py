"""Verifications by the API: asked for, led to the hosted page, told without values, taken back."""

import pytest

from keizoku.api.models import Call
from keizoku.audit.models import Entry
from keizoku.identity.models import CaptureSession, Verification
from keizoku.identity.tests.people import bring
from keizoku.kernel.actor import Actor

ONGOING = {"purpose": "ongoing_check", "legal_use": "ongoing_check"}
BACK = "https://shop.example/back"


@pytest.fixture
def sight():
    """Whoever looks at pictures in this test is the double."""
    from keizoku.identity import ports
    from keizoku.identity.tests.doubles import Sight

    before = list(ports._made)
    ports.use(Sight)
    yield
    ports._made[:] = before


@pytest.fixture
def caller(call_as):
    return call_as("reviewer", "identity:read", "identity:write", "identity:reveal")


def test_verification_of_a_customer_is_asked_for_once_and_read(caller, make_customers):
    (taro,) = make_customers(1)
    told = {"customer_id": taro, **ONGOING}
    made = caller.post("/identity/verifications", told, Idempotency_Key="one")
    again = caller.post("/identity/verifications", told, Idempotency_Key="one")
    assert (made.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert made.json() == again.json()
    assert (made.json()["state"], made.json()["customer_id"]) == ("asked", taro)

    found = caller.get(f"/identity/verifications/{made.json()['id']}").json()
    same = ("id", "customer_id", "purpose", "legal_use", "state", "round")
    assert {name: found[name] for name in same} == {name: made.json()[name] for name in same}
    assert (found["checks"], found["evidence"], found["skips"]) == ([], [], [])
    listed = caller.get("/identity/verifications", {"customer": taro, "state": "asked"}).json()
    assert [one["id"] for one in listed["items"]] == [found["id"]]
    assert caller.get("/identity/verifications", {"state": "passed"}).json()["items"] == []
    assert Verification.objects.count() == 1


def test_applicant_is_kept_nowhere_in_the_clear(caller):
    said = {"name": "山田 太郎", "birth_date": "1960-04-08"}
    made = caller.post(
        "/identity/verifications",
        {
            "applicant": said,
            "purpose": "account_opening",
            "legal_use": "procedure",
        },
    )
    assert (made.status_code, made.json()["customer_id"]) == (201, None)
    rows = [
        str(row) for row in (*Call.objects.values(), *Entry.objects.values(), *Verification.objects.values())
    ]
    assert not [row for row in rows if "山田" in row or "1960" in row]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({}, "api.invalid"),
        ({**ONGOING}, "api.invalid"),
        ({**ONGOING, "customer_id": 1, "applicant": {"birth_date": "1960-04-08"}}, "api.invalid"),
        ({**ONGOING, "customer_id": 999_999_999}, "api.not_found"),
        ({**ONGOING, "customer_id": 1, "number": "1"}, "api.invalid"),
    ],
)
def test_verification_of_nobody_is_refused(caller, told, code):
    answer = caller.post("/identity/verifications", told)
    assert answer.json()["code"] == code
    assert Verification.objects.count() == 0


def test_statutory_use_without_its_statute_is_refused(caller, make_customers):
    (taro,) = make_customers(1)
    told = {"customer_id": taro, "purpose": "account_opening", "legal_use": "statutory"}
    answer = caller.post("/identity/verifications", told, Accept_Language="en")
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.verification_refused")
    assert answer.json()["detail"].startswith("This verification cannot be asked for like this:")
    assert Verification.objects.count() == 0


def asked(caller, customer_id):
    return caller.post("/identity/verifications", {"customer_id": customer_id, **ONGOING}).json()["id"]


def test_hosted_address_is_made_anew_each_time_and_kept_nowhere(caller, make_customers, settings):
    settings.IDENTITY_REDIRECTS = (BACK,)
    (taro,) = make_customers(1)
    path = f"/identity/verifications/{asked(caller, taro)}/address"
    first = caller.post(path, {"redirect": BACK, "state": "order-7"}, Idempotency_Key="one")
    again = caller.post(path, {"redirect": BACK, "state": "order-7"}, Idempotency_Key="one")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["Idempotency-Replayed"] == "true"
    addresses = [one.json()["address"] for one in (first, again)]
    assert addresses[0] != addresses[1]
    assert [row.ended_at is None for row in CaptureSession.objects.order_by("id")] == [False, True]
    token = addresses[1].partition("/identity/s/")[2].partition("?")[0]
    assert len(token) > 40
    assert not [row for row in Call.objects.values() if token in str(row)]

    page = caller.client.get(f"/identity/s/{token}")
    assert page.status_code == 200
    assert "お客さま情報の定期的な確認" in page.content.decode()


def test_way_back_that_is_not_on_the_list_is_refused_and_no_session_begun(caller, make_customers, settings):
    settings.IDENTITY_REDIRECTS = (BACK,)
    (taro,) = make_customers(1)
    verification = asked(caller, taro)
    answer = caller.post(
        f"/identity/verifications/{verification}/address", {"redirect": "https://evil.example/"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "identity.redirect_refused")
    assert CaptureSession.objects.count() == 0


def test_result_names_its_evidence_by_digest_and_values_are_told_for_a_purpose(caller, make_customers, sight):
    from keizoku.identity import capturing, judging

    (taro,) = make_customers(1)
    number = asked(caller, taro)
    session = capturing.begin(number, Actor.customer(taro))
    capturing.choose(session, "driving_licence")
    while bring(session):
        pass
    capturing.finish(session)
    judging.judge(number)

    found = caller.get(f"/identity/verifications/{number}").json()
    assert (found["state"], found["kind"]) == ("waiting", "driving_licence")
    assert [one["step"] for one in found["evidence"]] == ["front", "back", "tilt", "face", "face", "face"]
    assert all(len(one["sha256"]) == 64 and one["counts"] for one in found["evidence"])
    reading = next(one for one in found["checks"] if one["name"] == "reading")
    assert (reading["outcome"], reading["score"], reading["threshold"], reading["model"]) == (
        "passed",
        0.99,
        0.9,
        "text",
    )
    assert "山田" not in str(found)

    values = caller.post(f"/identity/verifications/{number}/reveal", {"purpose": "review"}).json()["values"]
    assert {one["field"]: one["value"] for one in values}["name"] == "山田太郎"
    assert Entry.objects.filter(purpose="審査のため").count() == 1


def test_what_is_over_cannot_be_taken_back_again(caller, make_customers):
    (taro,) = make_customers(1)
    number = asked(caller, taro)
    assert caller.post(f"/identity/verifications/{number}/withdraw").json() == {
        "id": number,
        "state": "withdrawn",
    }
    again = caller.post(f"/identity/verifications/{number}/withdraw")
    assert (again.status_code, again.json()["code"]) == (409, "identity.verification_over")
    refused = caller.post(f"/identity/verifications/{number}/address")
    assert (refused.status_code, refused.json()["code"]) == (409, "identity.verification_over")
    assert caller.post(f"/identity/verifications/{number}/reveal", {"purpose": "review"}).status_code == 404

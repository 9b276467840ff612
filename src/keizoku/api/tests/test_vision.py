"""Sight alone: a picture is judged and read, nothing of it is kept; and the client of docs/examples does it, too."""

import importlib.util
import io
import uuid
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from structlog.testing import capture_logs

from keizoku.api.models import Call
from keizoku.audit.models import Entry

EXAMPLE = Path(__file__).resolve().parents[4] / "docs" / "examples" / "verify.py"


@pytest.fixture(scope="module")
def specimen():
    """A drawn driving licence on a table, and what it says."""
    from keizoku.sample.documents import drawing
    from keizoku.sample.documents.families import present
    from keizoku.sample.documents.specimens import Kind

    kind = Kind.DRIVING_LICENCE
    return drawing.draw(kind, 7, drawing.variants(kind)[0], present()[0])


@pytest.fixture(scope="module")
def licence(specimen):
    """The licence as JPEG bytes, lying on a plain dark ground."""
    front = specimen.front.picture
    height, width = front.shape[:2]
    scene = np.full((height + 240, width + 240, 3), 60, np.uint8)
    scene[120 : 120 + height, 120 : 120 + width] = front
    return bytes(cv2.imencode(".jpg", scene)[1])


@pytest.fixture
def key(taken_by):
    return taken_by("reviewer", "vision:use").secret


@pytest.fixture
def send(key):
    def post(path, data, name="picture.jpg", repeat="", **form):
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": repeat or str(uuid.uuid4())}
        parts = {"picture": SimpleUploadedFile(name, data), **form}
        return Client().post(f"/api/v1/vision/{path}", parts, headers=headers)

    return post


def test_licence_is_read_again_for_a_repetition_and_kept_nowhere(send, licence, specimen, tmp_path):
    with capture_logs() as logs:
        first = send("documents", licence, repeat="one", kind="driving_licence")
        again = send("documents", licence, repeat="one", kind="driving_licence")
    assert first.status_code == again.status_code == 200, first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json() == again.json()
    read = first.json()
    assert (read["kind"], read["side"], read["has_portrait"]) == ("driving_licence", "front", True)
    truth = specimen.front.fields
    for name in ("birth_date", "number"):
        assert read["fields"][name]["value"] == truth[name].value
    (call,) = Call.objects.all()
    assert (call.status, call.answer) == (200, None)
    told = repr(logs) + repr(list(Entry.objects.values()))
    assert truth["number"].value not in told
    assert truth["name"].value not in told

    other = send("documents", licence[:-2] + b"\xff\xd9", repeat="one", kind="passport")
    assert (other.status_code, other.json()["code"]) == (422, "api.idempotency_key_reused")


def test_picture_without_a_document_is_told_so(send):
    blank = bytes(cv2.imencode(".png", np.full((400, 600, 3), 200, np.uint8))[1])
    seen = send("quality", blank).json()
    assert (seen["found"], seen["will_do"], seen["corners"]) == (False, False, None)
    assert "no_document" in seen["reasons"]
    zone = send("mrz", blank).json()
    assert zone == {"lines": [], "fields": {}, "checks": [], "is_whole": False, "confidence": 0.0}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a picture at all", "vision.not_a_picture"),
        (b"\xff\xd8\xff\xe0" + b"0" * 200, "vision.truncated"),
    ],
)
def test_bytes_that_are_no_picture_are_refused_by_code_and_use_up_no_key(send, data, code):
    answer = send("quality", data, repeat="one")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == "/picture"
    assert Call.objects.get().status == 0


def test_picture_that_shows_an_individual_number_is_refused_and_only_that_is_told(send, licence, monkeypatch):
    from keizoku.vision import documents
    from keizoku.vision.documents.forbidden import Forbidden, Number

    monkeypatch.setattr(documents, "forbidden", lambda _: Forbidden(Number.INDIVIDUAL_NUMBER, "digit"))
    monkeypatch.setattr(documents, "read", lambda *_: pytest.fail("read"))
    answer = send("documents", licence)
    assert (answer.status_code, answer.json()["code"]) == (422, "vision.individual_number")
    assert "捨てました" in answer.json()["detail"]


def test_part_that_is_missing_or_too_large_is_named(send, key, monkeypatch):
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "one"}
    answer = Client().post("/api/v1/vision/quality", {}, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/picture")
    large = io.BytesIO(b"0" * (15 * 1024 * 1024 + 70_000))
    answer = Client().post("/api/v1/vision/quality", {"picture": large}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "api.http_413")


def test_each_picture_weighs_ten_calls(taken_by):
    secret = taken_by("reviewer", "vision:use", calls_a_minute=25).secret
    statuses = [
        Client().post("/api/v1/vision/mrz", {}, headers={"Authorization": f"Bearer {secret}"}).status_code
        for _ in range(3)
    ]
    assert statuses == [422, 422, 429]


def test_faces_of_one_head_match_and_a_picture_without_a_face_is_unsure(send, licence):
    from keizoku.sample import heads

    one, again = (bytes(cv2.imencode(".jpg", heads.draw(7, yaw=turn))[1]) for turn in (0.0, 5.0))
    found = send("faces/match", one, other=SimpleUploadedFile("other.jpg", again)).json()
    assert (found["result"], found["threshold"]) == ("passed", 0.6)
    assert found["distance"] < 0.6
    blank = bytes(cv2.imencode(".jpg", np.full((400, 600, 3), 200, np.uint8))[1])
    none = send("faces/match", one, other=SimpleUploadedFile("other.jpg", blank)).json()
    assert (none["result"], none["distance"]) == ("unsure", None)
    assert "other/no_face" in none["reasons"]


def test_example_client_asks_leads_and_reads(call_as, make_customers, licence, settings):
    spec = importlib.util.spec_from_file_location("verify", EXAMPLE)
    verify = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(verify)
    settings.IDENTITY_REDIRECTS = ("https://shop.example/back",)
    (taro,) = make_customers(1)

    def send(request):
        path = request.full_url.removeprefix("https://keizoku.example")
        headers = dict(request.header_items())
        kind = headers.pop("Content-type", "application/json")
        answer = Client().generic(request.method, path, request.data or b"", kind, headers=headers)
        return answer.status_code, answer.content

    key = call_as("reviewer", "identity:read", "identity:write", "vision:use").key
    keizoku = verify.Keizoku("https://keizoku.example/", key, send)
    made = keizoku.ask(taro, repeat="one")
    assert keizoku.ask(taro, repeat="one") == made
    address = keizoku.address(made, "https://shop.example/back", "order-7")
    assert "/identity/s/" in address
    assert keizoku.result(made)["state"] == "asked"
    assert keizoku.read(licence, "driving_licence")["kind"] == "driving_licence"
    with pytest.raises(verify.Refused) as refused:
        keizoku.address(made, "https://elsewhere.example/", "")
    assert refused.value.code == "identity.redirect_refused"

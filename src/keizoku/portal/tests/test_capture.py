"""The pages around the camera and its wire, without a browser: who asks, which document, order, refusals, the end."""

import json
import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from keizoku.identity import asking, capturing, hosting, ports
from keizoku.identity.errors import RedirectRefused
from keizoku.identity.models import Shot, Verification
from keizoku.identity.ports import Glance
from keizoku.identity.rules.purposes import LegalUse, Purpose
from keizoku.kernel.actor import Actor
from keizoku.portal import sitting
from keizoku.portal.tests.browser import IDENTITY, Browser
from keizoku.reviews import identifying
from keizoku.reviews.tokens import token_for
from keizoku.ui.security import HEADERS, WITH_CAMERA
from keizoku.ui.tests.page import Page

WORDS = Path(__file__).resolve().parents[4] / "web" / "capture" / "src" / "words.ts"
BANK = Actor.system("test")
SHOP = "https://shop.example/done?from=keizoku"


class Judge:
    """Takes every picture but those that say why not."""

    def glance(self, data, step, kind):
        if data.startswith(b"bad:"):
            return Glance(is_good=False, reasons=(data[4:].decode(),))
        return Glance(is_good=True)

    def poses(self):
        return ("front", "left", "up")


@pytest.fixture(autouse=True)
def judge(monkeypatch):
    monkeypatch.setattr(ports, "_made", [Judge])


@pytest.fixture
def verification(db):
    applicant = {"name": "山田太郎", "birth_date": "1960-04-08"}
    return asking.ask(asking.Request(Purpose.ACCOUNT_OPENING, LegalUse.PROCEDURE, applicant=applicant), BANK)


@pytest.fixture
def address(verification, settings):
    settings.IDENTITY_REDIRECTS = frozenset({SHOP})
    token = capturing.begin(verification, BANK).token
    return hosting.address(token, hosting.Return(SHOP, "a7")).removeprefix(settings.PUBLIC_URL)


@pytest.fixture
def at_camera(address, customer):
    customer.open(address)
    [back] = Page(customer.html).all("input", name="back")
    customer.post(back=back["value"]).post(kind="driving_licence")
    assert customer.state == "capture"
    return customer


def send(browser: Browser, path: str, body=b"", content_type="application/json", **headers: str):
    token = Page(browser.html).all("input", name="csrfmiddlewaretoken")[0]["value"]
    headers = {"X-CSRFToken": token, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return browser.client.post(path, body, content_type=content_type, headers=headers)


def shoot(browser, asked, step, data, at=1000):
    headers = {
        "X_Capture_Nonce": asked["nonce"],
        "X_Capture_Step": step["name"],
        "X_Capture_Pose": step["pose"] or "",
        "X_Capture_Taken_At": str(at),
    }
    return send(browser, "/identity/shot", data, "image/jpeg", **headers)


def take_all(browser):
    number = 0
    while steps := (asked := send(browser, "/identity/challenge").json())["steps"]:
        for place, step in enumerate(steps):
            number += 1
            answer = shoot(browser, asked, step, b"picture %d" % number, at=500 * place)
            assert answer.json().items() >= {"accepted": True, "reasons": [], "codes": []}.items()
    assert answer.json()["left"] == []


def test_customer_learns_who_asks_and_why_before_any_camera(address, customer, verification):
    customer.open(address)
    assert customer.state == "capture_why"
    for words in ("継続銀行", "口座の開設", "担当者だけです", "7年間保存"):
        assert words in customer.text
    assert customer.headers["Permissions-Policy"] == HEADERS["Permissions-Policy"]
    assert Verification.objects.get(id=verification).state == "asked", "looking changes nothing"
    customer.post()
    assert customer.state == "capture_document"
    customer.post(kind="tram_ticket")
    assert "お持ちの書類を選んでください" in customer.text
    customer.post(kind="my_number_card")
    assert customer.headers["Permissions-Policy"] == WITH_CAMERA
    assert "書類の裏面" not in customer.text, "the back of a My Number card shows the number"
    assert "JavaScriptが使えない" in customer.html


def test_address_is_worth_one_start(address, customer):
    customer.open(address).post()
    assert Browser().open(address).state == "capture_over"
    assert customer.open(address).state == "capture_why", "in the browser that began, it goes on"
    assert Browser().open("/identity/s/nothing").status == 410
    assert Browser().open("/identity/camera").state == "capture_over"


def test_whole_capture_ends_with_a_receipt_and_the_way_back(at_camera, verification):
    take_all(at_camera)
    assert send(at_camera, "/identity/finish").json() == {"next": "/identity/done"}
    assert Verification.objects.get(id=verification).state == "judging"
    at_camera.open("/identity/done")
    assert "担当者が確認します" in at_camera.text
    [back] = Page(at_camera.html).all("a", rel="noopener")
    assert back["href"] == f"{SHOP}&state=a7"
    assert at_camera.open("/identity/camera").state == "capture_done", "a reload sees the end"
    sent = Shot.objects.order_by("id").values_list("step", "pose")
    assert list(sent) == [
        *(("front", ""), ("back", ""), ("tilt", "")),
        *(("face", "front"), ("face", "left"), ("face", "up")),
    ]
    actors = set(Verification.objects.get(id=verification).sessions.values_list("begun_by", flat=True))
    assert actors == {"system:test", f"customer:applicant-{verification}"}


def test_reload_goes_on_at_the_step_that_is_left(at_camera):
    asked = send(at_camera, "/identity/challenge").json()
    shoot(at_camera, asked, asked["steps"][0], b"front")
    at_camera.open("/identity/camera")
    assert "書類の表面" not in at_camera.text
    assert [step["name"] for step in send(at_camera, "/identity/challenge").json()["steps"]] == [
        "back",
        "tilt",
    ]


def test_picture_that_cannot_be_judged_is_asked_for_again_in_the_customers_words(at_camera):
    asked = send(at_camera, "/identity/challenge").json()
    step = asked["steps"][0]
    answer = shoot(at_camera, asked, step, b"bad:glare").json()
    assert answer == {
        "accepted": False,
        "reasons": ["光が反射しています。向きを少し変えてください。"],
        "codes": ["glare"],
        "left": ["front", "back", "tilt", "face"],
    }
    at_camera.speak("en")
    blurred = shoot(at_camera, asked, step, b"bad:blur").json()["reasons"]
    assert blurred == ["It is blurred. Please take it again without moving."]
    assert shoot(at_camera, asked, step, b"bad:who knows").json()["reasons"] == []
    assert not Shot.objects.filter(is_accepted=True).exists()


def test_what_does_not_fit_is_refused_and_nothing_kept(at_camera, monkeypatch):
    asked = send(at_camera, "/identity/challenge").json()
    front, back, _ = asked["steps"]
    wrong = {**asked, "nonce": "another"}
    assert shoot(at_camera, wrong, front, b"x").status_code == 409
    assert shoot(at_camera, asked, back, b"x").status_code == 409
    assert shoot(at_camera, asked, {"name": "selfie", "pose": ""}, b"x").status_code == 400
    assert send(at_camera, "/identity/shot", b"x", "image/png").status_code == 415
    assert (
        send(at_camera, "/identity/skip", json.dumps({"step": "front", "reason": "tired"})).status_code == 400
    )
    assert (
        send(at_camera, "/identity/skip", json.dumps({"step": "front", "reason": "no_back"})).status_code
        == 409
    )
    assert send(at_camera, "/identity/skip", b"\xff").status_code == 400
    assert send(at_camera, "/identity/finish").status_code == 409
    assert at_camera.client.post("/identity/challenge").status_code == 403, "without our own page's token"
    assert send(Browser().open("/"), "/identity/challenge").status_code == 410
    monkeypatch.setattr(sitting, "MOST_A_MINUTE", 1)
    assert shoot(at_camera, asked, front, b"x").status_code == 429
    assert not Shot.objects.exists()


def test_declined_turn_of_the_head_leaves_one_plain_picture_and_no_blame(at_camera):
    asked = send(at_camera, "/identity/challenge").json()
    for place, step in enumerate(asked["steps"]):
        shoot(at_camera, asked, step, b"document %d" % place, at=100 * place)
    send(at_camera, "/identity/challenge")
    declined = {"step": "face", "reason": "head_turn_declined"}
    assert send(at_camera, "/identity/skip", json.dumps(declined)).status_code == 200
    assert send(at_camera, "/identity/challenge").json()["steps"] == [{"name": "face", "pose": "front"}]


def test_other_device_takes_over_and_this_one_says_so(at_camera, settings):
    at_camera.open("/identity/ways")
    token = Page(at_camera.html).all("input", name="csrfmiddlewaretoken")[0]["value"]
    shown = at_camera.client.post("/identity/elsewhere", {"csrfmiddlewaretoken": token})
    html = shown.content.decode()
    assert '<svg viewBox="0 0 ' in html
    [address] = set(re.findall(re.escape(settings.PUBLIC_URL) + r"(/identity/s/[^\"<]+)", html))
    other = Browser().open(address.replace("&amp;", "&")).post()
    assert other.open("/identity/camera").state == "capture", "the document is chosen already"
    assert at_camera.open("/identity/camera").state == "capture_over"
    assert "別の端末で続けている" in at_camera.text
    assert send(at_camera, "/identity/challenge").status_code == 410


def test_in_lines_own_browser_the_way_out_is_shown(address, customer):
    html = customer.client.get(
        address, headers={"User-Agent": "Mozilla/5.0 Safari Line/14.1.0"}
    ).content.decode()
    assert "LINEの中では" in html
    assert "&amp;openExternalBrowser=1" in html
    assert "LINEの中では" not in customer.open(address).html


def test_only_listed_addresses_are_led_back_to(settings, verification, customer):
    settings.IDENTITY_REDIRECTS = frozenset({SHOP})
    with pytest.raises(RedirectRefused):
        hosting.sign(hosting.Return("https://evil.example/"))
    with pytest.raises(RedirectRefused):
        hosting.sign(hosting.Return(SHOP, "x" * 201))
    signed = hosting.sign(hosting.Return(SHOP, "x"))
    assert hosting.read(signed + "x") is None
    settings.IDENTITY_REDIRECTS = frozenset()
    assert hosting.read(signed) is None, "the list is asked again on the way back"


def test_face_finder_is_the_servers_own_file(customer):
    answer = customer.client.get("/identity/face-finder")
    assert answer.content[4:8] == b"TFL3"
    assert answer["Cache-Control"] == "public, max-age=86400"


def test_page_has_words_for_all_that_the_script_says():
    """The same Japanese in both places, so that the page's language is complete and the script's own words are true."""
    own = dict(re.findall(r'^  (\w+): \["([^"]+)", ', WORDS.read_text("utf-8"), re.MULTILINE))
    page = Page(render_to_string("portal/capture_words.html"))
    assert {span["data-word"]: span["data-spoken"] for span in page.all("span")} == own


def test_answer_leads_on_to_the_camera_where_the_customers_class_is_asked(review, customer, monkeypatch):
    request = asking.Request(
        Purpose.ONGOING_CHECK,
        LegalUse.ONGOING_CHECK,
        customer_id=review.customer_id,
        review_id=review.id,
    )
    customer.open(f"/r/{token_for(review.id, review.reference)}").post(**IDENTITY).answer_all()
    monkeypatch.setattr(identifying, "ask_for", lambda answered: asking.ask(request, BANK))
    customer.post()
    assert customer.state == "done"
    assert "本人確認書類とお顔を撮ってください" in customer.text
    customer.open("/identity/document").post(kind="passport")
    take_all(customer)
    assert send(customer, "/identity/finish").status_code == 200
    assert "これで終わりです" in customer.open("/done").text
    begun_by = Verification.objects.get(review_id=review.id).sessions.get().begun_by
    assert begun_by == f"customer:{review.customer_id}"

"""Pictures by a camera, in a real browser: the whole capture of a licence, and a way on from whatever goes wrong."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from journeys import taking
from journeys.conftest import PAGE_MS, PHONE, REFUSALS, WATCH
from journeys.house import House, _answers
from journeys.people import LINKING
from journeys.ports import free_ports
from journeys.test_access import examine
from keizoku.kernel.processes import end_with_parent

pytestmark = pytest.mark.browser

# The camera's own answer, at the edge of the browser: what a page is told when it may not, or cannot, have one.
NO_CAMERA = """window.cameraSays = %r;
const media = window.MediaDevices && MediaDevices.prototype, real = media && media.getUserMedia;
if (media) media.getUserMedia = function (asked) {
  return window.cameraSays ? Promise.reject(new DOMException('', window.cameraSays)) : real.call(this, asked);
};"""
OLD_PHONE = "delete Navigator.prototype.mediaDevices;"
OFFLINE = ("net::ERR_INTERNET_DISCONNECTED", "status of 410")


@dataclass
class Studio:
    """Where pictures are taken: the address of the server, a browser with a camera."""

    web: str
    house: House
    chromium: Browser
    complaints: list[str] = field(default_factory=list)

    def verification(self) -> int:
        """Taro's licence is asked for."""
        from keizoku.identity import asking
        from keizoku.identity.rules.purposes import LegalUse, Purpose
        from keizoku.kernel.actor import Actor

        customer = self.house.customer_id(LINKING)
        request = asking.Request(Purpose.ONGOING_CHECK, LegalUse.ONGOING_CHECK, customer_id=customer)
        return self.house.inside(lambda: asking.ask(request, Actor.system("journey")))

    def address(self, verification: int) -> str:
        from keizoku.identity import capturing
        from keizoku.kernel.actor import Actor

        begun = self.house.inside(lambda: capturing.begin(verification, Actor.system("journey")))
        return f"{self.web}/identity/s/{begun.token}"

    def visit(self, script: str = "", *, scripts: bool = True, agent: str | None = None) -> Page:
        context = self.chromium.new_context(
            viewport=PHONE, locale="ja-JP", base_url=self.web, java_script_enabled=scripts, user_agent=agent
        )
        context.set_default_timeout(PAGE_MS)
        context.add_init_script(WATCH + script)
        context.on("console", self.hear)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        return context.new_page()

    def hear(self, message: ConsoleMessage) -> None:
        known = any(words in message.text for words in REFUSALS + OFFLINE)
        if message.type in {"error", "warning"} and not known:
            self.complaints.append(message.text)

    def at_camera(self, page: Page, verification: int) -> None:
        page.goto(self.address(verification))
        page.get_by_role("button", name="次へ進む").click()
        page.get_by_label("運転免許証").check()
        page.get_by_role("button", name="次へ進む").click()
        page.wait_for_selector("main[data-state=capture]")

    def state(self, verification: int) -> str:
        [(state,)] = self.house.sql("SELECT state FROM identity_verification WHERE id = %s", verification)
        return str(state)

    def is_judged(self, verification: int) -> bool:
        """By whoever comes first: a worker of the house, or the double here. What sight says is proved elsewhere."""
        self.house.sql(
            "UPDATE identity_verification SET leased_until = NULL WHERE id = %s AND state = 'judging'",
            verification,
        )
        urllib.request.urlopen(f"{self.web}/_judge/{verification}").close()
        return self.state(verification) == "waiting"

    def shots(self, verification: int) -> list[tuple[str, str]]:
        return self.house.sql(
            "SELECT step, pose FROM identity_shot WHERE verification_id = %s AND is_accepted ORDER BY id",
            verification,
        )


@pytest.fixture(scope="module")
def studio(
    home: House, launch: Callable[..., Browser], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    clip = tmp_path_factory.mktemp("camera") / "licence.y4m"
    taking.film(clip)
    [port] = free_ports(1)
    web = f"http://127.0.0.1:{port}"
    environment = home.environment | {"KEIZOKU_PUBLIC_URL": web}
    environment["PYTHONPATH"] = os.pathsep.join([environment["PYTHONPATH"], str(Path(__file__).parents[1])])
    with (home.folder / "taking.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "journeys.taking", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - started by the main thread, which lives as long
        )
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    try:
        home.wait(lambda: _answers(f"{web}/"), "nobody takes pictures")
        browser = launch(*camera, f"--use-file-for-fake-video-capture={clip}")
        yield Studio(web, home, browser)
        browser.close()
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def visit(studio: Studio) -> Iterator[Callable[..., Page]]:
    """Somebody's phone; what its pages complained of fails the test."""
    studio.complaints.clear()
    yield studio.visit
    for context in studio.chromium.contexts:
        context.close()
    assert studio.complaints == []


def on_the_way(page: Page, stage: str, step: str) -> None:
    page.wait_for_selector(f".capture[data-stage={stage}][data-step={step}]")


def shoot(page: Page) -> None:
    page.get_by_role("button", name="撮る", exact=True).click()


def shoot_until(page: Page, following: str) -> None:
    """The clip begins again and again: a frame that was sent before is rightly not believed, and taken once more."""
    after = (
        page.locator(".capture-live").filter(has_text=f"{following}を向いて")
        if following
        else page.locator("main[data-state=capture_done]")
    )
    again = page.get_by_role("button", name="もう一度撮る")
    shoot(page)
    expect(after.or_(again).first).to_be_attached()
    while again.count() and again.is_visible():
        again.click()
        shoot(page)
        expect(after.or_(again).first).to_be_attached()


def test_licence_and_face_are_taken_and_wait_for_a_person(studio, visit):
    page, verification = visit(), studio.verification()
    page.goto(studio.address(verification))
    examine(page, "capture_why")
    page.get_by_role("button", name="次へ進む").click()
    examine(page, "capture_document")
    page.get_by_label("運転免許証").check()
    page.get_by_role("button", name="次へ進む").click()
    examine(page, "capture")
    page.get_by_role("button", name="カメラを開く").click()
    on_the_way(page, "between", "back")  # the shutter went by itself
    examine(page, "capture")
    page.get_by_role("button", name="次へ", exact=True).click()
    on_the_way(page, "guiding", "back")
    examine(page, "capture")
    on_the_way(page, "between", "tilt")
    page.get_by_role("button", name="次へ", exact=True).click()
    on_the_way(page, "between", "face")
    page.get_by_role("button", name="次へ", exact=True).click()
    on_the_way(page, "guiding", "face")
    examine(page, "capture")
    for pose, following in (("正面", "左"), ("左", "上"), ("上", "")):
        expect(page.locator(".capture-live")).to_contain_text(f"{pose}を向いて")
        shoot_until(page, following)
    examine(page, "capture_done")
    expect(page.get_by_role("heading", name="写真をお預かりしました")).to_be_visible()
    assert studio.state(verification) == "judging"
    documents = [("front", ""), ("back", ""), ("tilt", "")]
    assert studio.shots(verification) == [*documents, ("face", "front"), ("face", "left"), ("face", "up")]
    studio.house.wait(lambda: studio.is_judged(verification), "nobody judged the pictures")


def test_no_customer_is_left_without_a_way(studio, visit):
    verification = studio.verification()
    for says, words in (
        ("NotAllowedError", "カメラの使用が許可されていません"),
        ("NotFoundError", "カメラが見つかりません"),
    ):
        page = visit(NO_CAMERA % says)
        studio.at_camera(page, verification)
        page.get_by_role("button", name="カメラを開く").click()
        expect(page.get_by_text(words)).to_be_visible()
        examine(page, "capture")
    page.evaluate("window.cameraSays = ''")
    page.get_by_role("button", name="もう一度ためす").click()
    on_the_way(page, "guiding", "front")

    old = visit(OLD_PHONE)
    studio.at_camera(old, verification)
    expect(old.get_by_text("このブラウザーでは、カメラを使えません")).to_be_visible()
    old.get_by_role("link", name="ほかの方法を見る").click()
    examine(old, "capture_ways")
    old.get_by_role("button", name="QRコードを表示する").click()
    examine(old, "capture_elsewhere")
    page.wait_for_selector(".capture[data-stage]")
    page.goto("/identity/camera")
    examine(page, "capture_over")

    plain = visit(scripts=False)
    studio.at_camera(plain, verification)
    assert "撮影の画面が動きません" in plain.locator("noscript").inner_text()
    assert plain.get_by_role("button", name="カメラを開く").count() == 0


def test_reload_a_broken_line_and_a_declined_turn_lose_nothing(studio, visit):
    page, verification = visit(), studio.verification()
    studio.at_camera(page, verification)
    page.get_by_role("button", name="カメラを開く").click()
    on_the_way(page, "between", "back")
    page.reload()
    assert "書類の表面" not in page.locator("[data-capture-start]").inner_text()
    page.get_by_role("button", name="カメラを開く").click()
    on_the_way(page, "guiding", "back")
    page.context.set_offline(True)
    shoot(page)
    expect(page.locator(".capture-hint")).to_contain_text("電波がありません")
    page.context.set_offline(False)
    on_the_way(page, "between", "tilt")
    page.get_by_role("button", name="次へ", exact=True).click()
    page.get_by_role("button", name="斜めから撮らずに進む").click()
    on_the_way(page, "guiding", "face")
    page.get_by_role("button", name="顔を動かさずに進む").click()
    page.get_by_role("button", name="顔を撮らずに進む").wait_for()
    shoot(page)
    examine(page, "capture_done")
    assert studio.shots(verification) == [("front", ""), ("back", ""), ("face", "front")]
    skipped = studio.house.sql(
        "SELECT reason FROM identity_skip WHERE verification_id = %s ORDER BY id", verification
    )
    assert skipped == [("cannot_tilt",), ("head_turn_declined",)]

"""The capture page in a headless Chromium with a camera that plays a clip: first useful frame, and how often guidance looks.

Server, pages and script are the real ones; what looks at pictures takes each, since the browser is what is measured. A card
that moves and a head that does not turn keep the guidance going. Baseline, in the same browser: the camera alone, its frames
drawn at the guidance's size and read as often as the browser can.
"""

import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from keizoku.bench.ground import prepare
from keizoku.bench.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

    from keizoku.identity.ports import Glance

RECORDED: Final = Path(sys.prefix) / "browser.json"
PHONE: Final["ViewportSize"] = {"width": 360, "height": 780}
RATE: Final = 6
GOALS: Final = {"first_useful_frame_ms": 2000, "documents_per_second": 8, "faces_per_second": 3}
CAMERA_ALONE: Final = """async seconds => {
  const began = performance.now(), video = document.createElement('video'), canvas = document.createElement('canvas');
  const asked = {video: {width: {ideal: 1920}, height: {ideal: 1080}}};
  video.srcObject = await navigator.mediaDevices.getUserMedia(asked);
  video.muted = true; await video.play();
  const first = performance.now() - began, pen = canvas.getContext('2d', {willReadFrequently: true});
  canvas.width = 160; canvas.height = 90;
  let looks = 0;
  for (const end = performance.now() + 1000 * seconds; performance.now() < end; looks++) {
    pen.drawImage(video, 0, 0, 160, 90); pen.getImageData(0, 0, 160, 90);
    await new Promise(soon => setTimeout(soon, 0));
  }
  video.srcObject.getTracks().forEach(track => track.stop());
  return {first, looks: looks / seconds};
}"""


def application(environ: dict[str, Any], start: Any) -> Any:
    """The house's pages; poses come from nobody's judgement."""
    return _pages()(environ, start)


def measure(seconds: int) -> dict[str, Any]:
    """Guidance for so many seconds on each, and five first frames after one to warm up."""
    with tempfile.TemporaryDirectory(prefix="keizoku-clips-") as folder:
        card, head = Path(folder) / "card.y4m", Path(folder) / "head.y4m"
        _film(card, head)
        with served("keizoku.bench.capturing:application", interface="wsgi") as url:
            with _page(url, card) as page:
                _open(page, _address(url))
                first = [_open(page, _address(url)) for _ in range(5)]
                documents = _guidance(page, "front", seconds)
                page.goto(f"{url}/identity/camera")
                alone = page.evaluate(CAMERA_ALONE, seconds)
            with _page(url, head) as page:
                _open(page, _address(url, face=True))
                faces = _guidance(page, "face", seconds)
    return {
        "first_useful_frame_ms": round(statistics.median(first)),
        "documents_per_second": round(statistics.median(documents), 1),
        "faces_per_second": round(statistics.median(faces), 1),
        "goals": GOALS,
        "baseline": "the camera alone in the same browser, frames drawn at the same size and read in a loop",
        "baseline_first_frame_ms": round(alone["first"]),
        "baseline_value": round(alone["looks"], 1),
        "ratio": round(statistics.median(documents) / alone["looks"], 3),
    }


def _film(card: Path, head: Path) -> None:
    """A card that comes and goes, and a head that looks straight on."""
    from keizoku.sample import heads
    from keizoku.sample.documents import clips
    from keizoku.sample.documents.clips import Clip
    from keizoku.sample.documents.folders import Order, Shot, specimens
    from keizoku.sample.documents.specimens import Kind

    [(_, licence)] = specimens(Order(count=1, seed=5, kinds=[Kind.DRIVING_LICENCE]))
    far, near = clips.frames(licence, 5, Clip(Shot.FRONT, seconds=2 / RATE, rate=RATE))
    clips.write(card, [far, near], rate=RATE)
    straight = heads.draw(5, size=(640, 480))
    clips.write(head, [straight, straight], rate=RATE)


@contextmanager
def _page(url: str, clip: Path) -> Iterator["Page"]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("this bench needs a browser: make setup-browser") from None
    if not RECORDED.is_file():
        raise SystemExit("this bench needs a browser: make setup-browser")
    found = json.loads(RECORDED.read_text())
    camera = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found["executable"],
            args=[*found["args"], *camera, f"--use-file-for-fake-video-capture={clip}"],
            env=os.environ | found["env"],
        )
        yield browser.new_context(viewport=PHONE, base_url=url, locale="ja-JP").new_page()
        browser.close()


def _address(url: str, *, face: bool = False) -> str:
    """A verification of an applicant; one whose face alone is left to take."""
    from concurrent.futures import ThreadPoolExecutor

    def made() -> str:
        from keizoku.identity import asking, capturing, ports
        from keizoku.identity.rules.purposes import LegalUse, Purpose
        from keizoku.kernel.actor import Actor

        bench = Actor.system("bench")
        request = asking.Request(
            Purpose.PROCEDURE, LegalUse.PROCEDURE, applicant={"birth_date": "1960-04-08"}
        )
        number = asking.ask(request, bench)
        if face:
            ports.use(Everything)  # type: ignore[arg-type]  # asked for no more
            session = capturing.begin(number, bench)
            capturing.choose(session, "driving_licence")
            asked = capturing.challenge(session)
            for place, step in enumerate(asked.steps):
                capturing.receive(session, asked.nonce, step, b"picture %d" % place, place)
        return f"{url}/identity/s/{capturing.begin(number, bench).token}"

    with ThreadPoolExecutor(
        1
    ) as outside:  # the browser's loop runs in this thread, where Django refuses to work
        return outside.submit(made).result()


def _open(page: "Page", address: str) -> float:
    """Walk to the camera and open it; milliseconds from the press to the first frame that guidance can use."""
    page.goto(address)
    page.locator("main .portal-actions button").click()
    page.locator("input[value=driving_licence]").check()
    page.locator("main .portal-actions button").click()
    page.locator("[data-open]").click()
    page.wait_for_selector(".capture[data-stage=guiding]")
    [ready] = _told(page, "ready")
    return float(ready["milliseconds"])


def _guidance(page: "Page", step: str, seconds: int) -> list[float]:
    page.wait_for_timeout(1000 * (seconds + 1))
    found = [
        float(told["framesPerSecond"]) for told in _told(page, "guidance") if told["step"]["name"] == step
    ]
    if len(found) < seconds // 2:
        raise SystemExit(f"guidance on {step} stopped: {page.locator('.capture').inner_text()}")
    return found


def _told(page: "Page", name: str) -> Sequence[dict[str, Any]]:
    told: list[dict[str, Any]] = page.evaluate(
        "name => window.keizokuCapture.filter(each => each.name === name)", name
    )
    return told


class Everything:
    """Takes each picture; asked for poses and for nothing else."""

    def glance(self, *_: object) -> "Glance":
        from keizoku.identity.ports import Glance

        return Glance(is_good=True)

    def poses(self) -> tuple[str, ...]:
        return ("left", "right")


_made: list[Any] = []


def _pages() -> Any:
    if not _made:
        from keizoku.cli.process import start_django

        start_django()
        from django.core.wsgi import get_wsgi_application

        from keizoku.identity import ports

        ports.use(Everything)  # type: ignore[arg-type]  # asked for no more
        _made.append(get_wsgi_application())
    return _made[0]


if __name__ == "__main__":
    prepare()
    sys.stdout.write(json.dumps(measure(int(sys.argv[1]))))

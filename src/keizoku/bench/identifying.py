"""A whole check on the server: a driving licence's front, back and tilt, and a face straight ahead and in three poses.

Real: everything that judges after the customer has finished, by the same object as the worker's, with its decoder in a child
process. Drawn: licences and heads; drawing is not measured. The baseline does what is usually stitched together on the
same pictures: Tesseract (jpn) on both straightened sides, and face_recognition's way on the faces (dlib's detector, five
points, 128 numbers), without any gate, check or liveness. Where Tesseract is not installed only its half is missing.
"""

import os
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from keizoku.bench.ground import SEED, main
from keizoku.bench.processes import most_resident_mb, seconds_of

GOAL_CPU_S, GOAL_WALL_S, GOAL_MB = 4.0, 2.5, 1536
TURNS: Final = (("left", 26.0, 0.0), ("up", 0.0, 22.0), ("right", -26.0, 0.0))
BETWEEN_MS: Final = 1500


@dataclass(frozen=True)
class _Pictures:
    """One customer's: JPEG as they came from a camera."""

    front: bytes
    back: bytes
    tilt: bytes
    faces: tuple[tuple[str, bytes], ...]


def measure(rounds: int) -> dict[str, Any]:
    from keizoku.identity.sight import Sight
    from keizoku.vision import models

    models.check_all()
    sight, people = Sight(), [_drawn(number) for number in range(rounds + 1)]
    parts: dict[str, list[float]] = {}
    _checked(sight, people[0], {})  # opens the models
    ours = [_spent(lambda one=one: _checked(sight, one, parts)) for one in people[1:]]  # type: ignore[misc]
    peak = most_resident_mb() + sum(_resident_mb(child) for child in _children())
    baseline = _Stitched()
    baseline(sight, people[0])
    theirs = [_spent(lambda one=one: baseline(sight, one)) for one in people[1:]]  # type: ignore[misc]
    cpu, wall = (_middle(ours, part) for part in ("cpu", "wall"))
    bare = {part: _middle(theirs, part) for part in ("cpu", "wall")}
    return {
        "name": "identity",
        "value": cpu,
        "unit": "s of processor time a check, in the middle",
        "goal": GOAL_CPU_S,
        "checks": rounds,
        "wall_s": {"median": wall, "most": round(max(one["wall"] for one in ours), 2), "goal": GOAL_WALL_S},
        "peak_mb": {"value": peak, "goal": GOAL_MB},
        "wall_ms_by_part": {name: round(statistics.median(took) * 1000, 1) for name, took in parts.items()},
        "baseline": f"{baseline.told} on the same pictures",
        "baseline_value": bare["cpu"],
        "baseline_wall_s": bare["wall"],
        "ratio": round(cpu / bare["cpu"], 2),
        "ratio_wall": round(wall / bare["wall"], 2),
    }


def _drawn(number: int) -> _Pictures:
    import cv2

    from keizoku.sample import heads
    from keizoku.sample.documents import (
        Conditions,
        Kind,
        backgrounds,
        draw,
        families,
        photograph,
        tilted,
        variants,
    )

    seed, family = SEED + number, families.present()[number % len(families.present())]
    names = backgrounds.BACKGROUNDS
    licence = draw(Kind.DRIVING_LICENCE, seed, variants(Kind.DRIVING_LICENCE)[0], family, identity=seed)
    scene = Conditions(background=names[number % len(names)])
    faces = (("front", 0.0, 0.0), *TURNS)
    return _Pictures(
        photograph(licence, seed, scene).jpeg,
        photograph(licence, seed + 1, scene, "back").jpeg,
        tilted(licence, seed + 2, scene).jpeg,
        tuple(
            (pose, bytes(cv2.imencode(".jpg", heads.draw(seed, yaw, pitch, light=1))[1]))
            for pose, yaw, pitch in faces
        ),
    )


def _checked(sight: Any, one: _Pictures, parts: dict[str, list[float]]) -> None:
    """As ``identity.judging`` asks for it, stage by stage."""
    from keizoku.identity.ports import FaceShot
    from keizoku.identity.rules.steps import Kind, StepName

    def part(name: str, ask: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = ask()
        parts.setdefault(name, []).append(time.perf_counter() - began)
        return answer

    front = part("front", lambda: sight.read(one.front, Kind.DRIVING_LICENCE, StepName.FRONT))
    part("back", lambda: sight.read(one.back, Kind.DRIVING_LICENCE, StepName.BACK))
    part("tilt", lambda: sight.tilted(one.front, one.tilt))
    shots = [FaceShot(data, pose, at * BETWEEN_MS) for at, (pose, data) in enumerate(one.faces)]
    part("faces", lambda: sight.faces(front.portrait, shots))


class _Stitched:
    """Tesseract and face_recognition's steps, each started and kept as their own documentation does."""

    def __init__(self) -> None:
        import _dlib_pybind11 as dlib  # dlib-bin names its own module so

        from keizoku.vision import models

        self._tesseract = shutil.which("tesseract")
        self._detector = dlib.get_frontal_face_detector()
        self._points = dlib.shape_predictor(str(models.checked("face-points")))
        self._template = dlib.face_recognition_model_v1(str(models.checked("face-template")))
        text = "Tesseract (jpn)" if self._tesseract else "no Tesseract on this machine;"
        self.told = f"{text} and face_recognition's steps"

    def __call__(self, sight: Any, one: _Pictures) -> None:
        for side in (one.front, one.back):
            if self._tesseract:
                subprocess.run(
                    [self._tesseract, "-", "-", "-l", "jpn", "--psm", "11"],
                    input=side,
                    capture_output=True,
                    check=True,
                )
        for data in (one.front, *(picture for _, picture in one.faces)):
            self._face(data)

    def _face(self, data: bytes) -> None:
        import cv2
        import numpy as np

        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        rgb = np.ascontiguousarray(picture[..., ::-1])
        for box in self._detector(rgb, 1):
            self._template.compute_face_descriptor(rgb, self._points(rgb, box))


def _spent(work: Callable[[], None]) -> dict[str, float]:
    """Seconds of wall time and of processor time, of children that live on and of those that ended."""
    children = _children()
    before, began = _processor_seconds(children), time.perf_counter()
    work()
    return {"wall": time.perf_counter() - began, "cpu": _processor_seconds(children) - before}


def _processor_seconds(children: list[int]) -> float:
    own = os.times()
    return sum(own[:4]) + sum(seconds_of(child) for child in children)


def _children() -> list[int]:
    return [
        int(pid)
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]


def _resident_mb(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


def _middle(rounds: list[dict[str, float]], part: str) -> float:
    return round(statistics.median(one[part] for one in rounds), 2)


if __name__ == "__main__":
    main(measure)

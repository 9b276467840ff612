"""Faces: how often two pictures of one person are refused, and of two people accepted. One subfolder a person.

Each pair of pictures counts once. With `portraits`, one side of a pair is made into the portrait on a card by simulation
(face 140 pixels wide, pale, blurred, JPEG), several times with other spoiling; those pairs are not independent of one
another, so that their interval is narrower than what is known.
"""

import itertools
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import cv2
import numpy as np

from keizoku.accuracy.shares import Share
from keizoku.vision import faces
from keizoku.vision.faces import Template
from keizoku.vision.pictures import Picture, Refused, opened

PORTRAIT: Final = 140
_LONGEST: Final = 1200
_RATES: Final = (0.01, 0.001)


@dataclass(frozen=True)
class Shown:
    """One picture's template; `group` is a label of the person (age band, …), "" for none."""

    person: str
    group: str
    template: Template


@dataclass(frozen=True)
class Sample:
    """What was found in a folder."""

    pictures: tuple[Shown, ...]
    portraits: tuple[tuple[int, Template], ...]
    unseen: int
    unseen_portraits: int
    seconds: float


def gathered(folder: Path, portraits: int = 0) -> Sample:
    """The templates of all pictures: FOLDER/person/picture, a person's group in FOLDER/person/group.txt.

    ClickException where there are not two people with pictures.
    """
    found: list[Shown] = []
    made: list[tuple[int, Template]] = []
    unseen = unseen_portraits = 0
    began = time.process_time()
    for path in sorted(folder.glob("*/*.*")):
        if path.suffix == ".txt" or (picture := _opened(path)) is None:
            continue
        spots = faces.find(picture)
        if not spots:
            unseen += 1
            continue
        label = path.parent / "group.txt"
        group = label.read_text("utf-8").strip() if label.exists() else ""
        found.append(Shown(path.parent.name, group, faces.template(picture, spots[0])))
        for turn in range(portraits):
            small = portrait(picture, spots[0], turn)
            again = faces.find(small)
            if again:
                made.append((len(found) - 1, faces.template(small, again[0])))
            else:
                unseen_portraits += 1
    if len({shown.person for shown in found}) < 2:  # noqa: PLR2004 - a stranger is needed
        raise click.ClickException(f"{folder} holds no pictures of two people: one subfolder a person.")
    return Sample(tuple(found), tuple(made), unseen, unseen_portraits, time.process_time() - began)


def measure(sample: Sample) -> dict[str, Any]:
    """One JSON object; rates at the threshold in use, and what the sample's own thresholds would give."""
    pairs = [
        (one, other, float(np.linalg.norm(one.template.values - other.template.values)))
        for one, other in itertools.combinations(sample.pictures, 2)
    ]
    rows = {"pictures": _row(pairs)}
    if sample.portraits:
        # Never against the picture that the portrait was made of.
        against = [
            (sample.pictures[place], other, float(np.linalg.norm(template.values - other.template.values)))
            for place, template in sample.portraits
            for number, other in enumerate(sample.pictures)
            if number != place
        ]
        rows[f"portraits_of_{PORTRAIT}_pixels"] = _row(against)
    return {
        "measure": "faces",
        "threshold": faces.THRESHOLD,
        "people": len({shown.person for shown in sample.pictures}),
        "pictures": len(sample.pictures),
        "no_face_found": sample.unseen,
        "no_face_found_in_portraits": sample.unseen_portraits,
        **rows["pictures"],
        "rows": rows,
        "by_group": _groups(pairs),
        "cpu_seconds_a_picture": round(
            sample.seconds / max(1, len(sample.pictures) + len(sample.portraits)), 3
        ),
    }


def _row(pairs: list[tuple[Shown, Shown, float]]) -> dict[str, Any]:
    genuine = np.array([far for one, other, far in pairs if one.person == other.person])
    impostor = np.array([far for one, other, far in pairs if one.person != other.person])
    refused, accepted = Share(), Share()
    for far in genuine:
        refused.count(is_hit=bool(far >= faces.THRESHOLD))
    for far in impostor:
        accepted.count(is_hit=bool(far < faces.THRESHOLD))
    return {
        "fnmr": refused.as_json(),
        "fmr": accepted.as_json(),
        "n_genuine": len(genuine),
        "n_impostor": len(impostor),
        "fnmr_at_fmr": {str(rate): _at(genuine, impostor, rate) for rate in _RATES},
    }


def _at(genuine: Any, impostor: Any, rate: float) -> dict[str, float] | None:
    """The threshold at which this share of impostors is accepted, and the genuine pairs refused there."""
    if not len(genuine) or len(impostor) * rate < 1:
        return None
    threshold = float(np.quantile(impostor, rate))
    return {"threshold": round(threshold, 4), "fnmr": round(float((genuine >= threshold).mean()), 4)}


def _groups(pairs: list[tuple[Shown, Shown, float]]) -> dict[str, Any]:
    """Each group within itself: strangers of one's own kind are the harder ones."""
    within = defaultdict(list)
    for one, other, far in pairs:
        if one.group and one.group == other.group:
            within[one.group].append((one, other, far))
    return {group: _row(found) for group, found in sorted(within.items())}


def portrait(picture: Picture, face: faces.Face, turn: int) -> Picture:
    """The face as a card's portrait: 140 pixels wide, pale, over a fine pattern, blurred, compressed."""
    chance = np.random.default_rng([turn, round(face.width * 16), round(face.box[0] * 16) & 0xFFFF])
    share = PORTRAIT / max(1.0, face.width)
    low, high = face.mesh468[:, :2].min(axis=0), face.mesh468[:, :2].max(axis=0)
    middle = (low + high) / 2 * share
    size = (round(PORTRAIT * 1.9), round(PORTRAIT * 2.3))
    into = np.array([[share, 0, size[0] / 2 - middle[0]], [0, share, size[1] / 2 - middle[1]]], np.float32)
    how = cv2.INTER_AREA if share < 1 else cv2.INTER_CUBIC
    softened = cv2.GaussianBlur(picture, (0, 0), max(0.01, 0.45 / share)) if share < 1 else picture
    card = cv2.warpAffine(softened, into, size, flags=how, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    waves = np.sin(columns / chance.uniform(2, 5) + 3 * np.sin(rows / chance.uniform(9, 20)))
    card = card * chance.uniform(0.62, 0.85) + chance.uniform(20, 50) + 4 * waves[..., None]
    card = cv2.GaussianBlur(card, (0, 0), float(chance.uniform(0.4, 1.1)))
    card = np.clip(card + chance.normal(0, chance.uniform(2, 5), card.shape), 0, 255)
    _, packed = cv2.imencode(
        ".jpg", card.astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(62, 85))]
    )
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


def _opened(path: Path) -> Picture | None:
    try:
        picture = opened(path.read_bytes())
    except Refused:
        return None
    share = _LONGEST / max(picture.shape[:2])
    if share >= 1:
        return picture
    return np.asarray(cv2.resize(picture, None, fx=share, fy=share, interpolation=cv2.INTER_AREA), np.uint8)

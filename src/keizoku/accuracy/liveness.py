"""Performances of drawn heads: how often right ones pass, recordings of another challenge do, and each kind of attack.

Each performance is of a person of its own, in light of its own, with turns, moments and a document's portrait of its own. A
drawn head is not a human being, and a simulated attack not a real one: figures tell which tell works, no more.
"""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from keizoku.accuracy.shares import Share, Shares
from keizoku.sample.heads import Scene, Stance, attacks, photographed
from keizoku.sample.heads.moving import TURNS
from keizoku.vision.checks import Outcome
from keizoku.vision.liveness import Shot, Species, judged, poses, seen
from keizoku.vision.pictures import Picture

SIZE: Final = (300, 400)
_APART: Final = 100_000  # seeds of attackers lie beyond those of victims
_HARDER: Final = 1.4  # who holds a picture tilts it farther than a head turns


@dataclass(frozen=True)
class Performance:
    """Somebody's way of doing a challenge."""

    person: int
    asked: tuple[str, ...]
    scenes: tuple[Scene, ...]
    at_ms: tuple[int, ...]


def performance(person: int, asked: Sequence[str], chance: np.random.Generator) -> Performance:
    """As people do it: not quite as far as asked, not quite straight, a second or two between."""
    light = int(chance.integers(1, 1000))
    scenes = []
    for pose in asked:
        goal = TURNS[pose]
        stance = Stance(
            goal.yaw * float(np.clip(chance.normal(1, 0.15), 0.7, 1.4)) + float(chance.normal(0, 2)),
            goal.pitch * float(np.clip(chance.normal(1, 0.15), 0.75, 1.4)) + float(chance.normal(0, 2)),
            float(chance.normal(0, 3)),
            float(chance.choice([1.0, 0.85])),
            (float(chance.normal(0, 6)), float(chance.normal(0, 6))),
        )
        scenes.append(Scene(stance, light, SIZE[0], SIZE[1], is_fine=False))
    moments = np.cumsum(chance.integers(900, 3200, len(asked)))
    return Performance(person, tuple(asked), tuple(scenes), tuple(int(at) for at in moments))


def measure(count: int, seed: int, attacked: int) -> dict[str, Any]:
    """`count` right performances, the same against another challenge, and `attacked` of each species."""
    right, other, blind = Share(), Share(), Share()
    right_to_person, seconds = Share(), 0.0
    missed: Counter[str] = Counter()
    for number in range(count):
        chance, draw = np.random.default_rng([seed, number]), random.Random(f"{seed} {number}")  # noqa: S311 - a sample
        done = performance(seed * 1_000 + number, poses(draw), chance)
        shots = [photographed(done.person, scene) for scene in done.scenes]
        drawn = time.process_time()
        what = seen(_shots(done, shots), _portrait(done.person, chance))
        verdict = judged(what, done.asked)
        seconds += time.process_time() - drawn
        right.count(is_hit=verdict.result is Outcome.PASSED)
        right_to_person.count(is_hit=verdict.result is Outcome.UNSURE)
        if verdict.result is not Outcome.PASSED:
            missed.update(verdict.reasons)
        asked = poses(draw)
        blind.count(is_hit=judged(what, asked).result is Outcome.PASSED)
        while asked == done.asked:
            asked = poses(draw)
        other.count(is_hit=judged(what, asked).result is Outcome.PASSED)
    return {
        "measure": "liveness",
        "n": right.n,
        "right_pass": right.as_json(),
        "right_to_a_person": right_to_person.as_json(),
        "right_not_passed_reasons": dict(sorted(missed.items())),
        "recorded_for_another_challenge_pass": other.as_json(),
        "recorded_for_a_challenge_drawn_blindly_pass": blind.as_json(),
        "species": {species.value: _attacked(species, attacked, seed) for species in Species},
        "cpu_seconds_a_performance": round(seconds / max(1, count), 3),
    }


def _attacked(species: Species, count: int, seed: int) -> dict[str, Any]:
    """How many attacks of a kind pass, go to a person, and are refused, and by which checks."""
    outcomes, reasons = Shares(), defaultdict[str, int](int)
    for number in range(count):
        chance = np.random.default_rng([seed, 77, number])
        asked = poses(random.Random(f"{seed} attack {number}"))  # noqa: S311 - a sample
        done = performance(seed * 1_000 + 500 + number, asked, chance)
        shots = _attack(species, done, chance)
        verdict = judged(seen(_shots(done, shots), _portrait(done.person, chance)), asked)
        for outcome in Outcome:
            outcomes.count(outcome.value, is_hit=verdict.result is outcome)
        for reason in verdict.reasons:
            reasons[reason] += 1
    return {"n": count, **outcomes.as_json(), "reasons": dict(sorted(reasons.items()))}


def _attack(species: Species, done: Performance, chance: np.random.Generator) -> list[Picture]:
    """The pictures that an attacker of this kind sends for a challenge."""
    person = done.person
    if species is Species.PRINT:
        return [attacks.printed(person, _harder(scene), chance) for scene in done.scenes]
    if species is Species.MASK_PICTURE:
        return [attacks.masked(person, person + _APART, _harder(scene), chance) for scene in done.scenes]
    if species is Species.INJECTED_STILL:
        return [photographed(person, done.scenes[0])] * len(done.scenes)
    if species is Species.INJECTED_PUPPET:
        return [photographed(person, scene) for scene in done.scenes]
    # A recording of the victim, made for a challenge that was drawn blindly; on a screen, or fed in.
    own = performance(person, poses(random.Random(int(chance.integers(1 << 30)))), chance)  # noqa: S311 - a sample
    frames = [photographed(person, scene) for scene in own.scenes]
    if species is Species.SCREEN_REPLAY:
        return [attacks.replayed(frame, chance) for frame in frames]
    return frames


def _harder(scene: Scene) -> Scene:
    stance = scene.stance
    return replace(scene, stance=replace(stance, yaw=stance.yaw * _HARDER, pitch=stance.pitch * _HARDER))


def _shots(done: Performance, pictures: Sequence[Picture]) -> list[Shot]:
    return [Shot(*each) for each in zip(pictures, done.asked, done.at_ms, strict=True)]


def _portrait(person: int, chance: np.random.Generator) -> Picture:
    """The document's portrait: another day, even light."""
    stance = Stance(float(chance.normal(0, 2)), float(chance.normal(0, 2)))
    return photographed(person, Scene(stance, 0, 240, 320, background=(225, 215, 205), is_fine=False))

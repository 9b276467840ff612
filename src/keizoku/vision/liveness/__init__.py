"""Whether somebody was really before the camera: poses drawn at random, done by one solid face, the document's own.

I own the judgement of a performance. What cannot be told is unsure and goes to a person; what an injected, well-made
artificial face does cannot be told at all by what is here, and docs/accuracy.md says so with figures.
"""

from keizoku.vision.liveness.challenge import POSES, Chooser, poses
from keizoku.vision.liveness.judging import judge, judged, seen
from keizoku.vision.liveness.results import Liveness, Reason, Shot, Species

__all__ = ["POSES", "Chooser", "Liveness", "Reason", "Shot", "Species", "judge", "judged", "poses", "seen"]

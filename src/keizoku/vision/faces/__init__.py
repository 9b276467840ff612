"""Faces: where they are, how they are held, whether two are of one person, and why a picture does not do.

I own faces in pictures, not who they belong to and not whether somebody was really there (`keizoku.vision.liveness`).
Nothing is kept. A template is a personal identifier by law: whoever asks for one destroys it.
"""

from keizoku.vision.faces.finding import find
from keizoku.vision.faces.posing import has_shut_eyes, held, openness, pose
from keizoku.vision.faces.quality import quality
from keizoku.vision.faces.results import Face, Match, Pose, Reason, Template
from keizoku.vision.faces.templates import THRESHOLD, match, template

__all__ = [
    "THRESHOLD", "Face", "Match", "Pose", "Reason", "Template", "find", "has_shut_eyes", "held", "match", "openness",
    "pose", "quality", "template",
]  # fmt: skip

"""How a head is held, and whether its eyes are shut, from the mesh.

The rotation is Kabsch's (1976) from the person's own neutral mesh to this one, so that the shape of a face does not count
as its pose. It reads less than the head turned: thresholds are in measured degrees.
"""

from typing import Final

import numpy as np

from keizoku.vision.faces.results import Face, Floats, Pose

# Corner, two upper lid points, corner, two lower lid points of each eye.
_EYES: Final = ((33, 160, 158, 133, 153, 144), (362, 385, 387, 263, 373, 380))
_SHUT: Final = 0.62  # of the open eye's own ratio


def pose(face: Face, neutral: Face) -> Pose:
    """The turn of a face against the same person's plain one."""
    return turn(face.mesh468, neutral.mesh468)


def turn(points: Floats, neutral: Floats) -> Pose:
    """As `pose`, of two meshes."""
    one, other = (np.asarray(each, np.float64) - each.mean(axis=0) for each in (neutral, points))
    left, _, right = np.linalg.svd(one.T @ other)
    flip = np.diag([1, 1, np.sign(np.linalg.det(right.T @ left.T))])
    return _angles(right.T @ flip @ left.T)


def held(face: Face) -> Pose:
    """The turn of a single face against the straight line into the camera: rougher, for guidance and quality."""
    points = np.asarray(face.mesh468, np.float64)
    across, down = points[454] - points[234], points[152] - points[10]
    across /= max(1e-6, float(np.linalg.norm(across)))
    ahead = np.cross(down, across)
    ahead /= max(1e-6, float(np.linalg.norm(ahead)))
    yaw, pitch = np.arctan2(ahead[0], -ahead[2]), np.arcsin(np.clip(-ahead[1], -1, 1))
    return Pose(*(float(np.degrees(each)) for each in (yaw, pitch, np.arctan2(across[1], across[0]))))


def _angles(rotation: Floats) -> Pose:
    ahead, across = rotation @ [0, 0, -1], rotation @ [1, 0, 0]
    yaw, pitch = np.arctan2(ahead[0], -ahead[2]), np.arcsin(np.clip(-ahead[1], -1, 1))
    return Pose(*(float(np.degrees(each)) for each in (yaw, pitch, np.arctan2(across[1], across[0]))))


def openness(face: Face) -> float:
    """Height of the eyes over their width (the eye aspect ratio), the mean of both."""
    points = face.mesh468[:, :2]
    ratios = []
    for a, b, c, d, e, f in _EYES:
        tall = np.linalg.norm(points[b] - points[f]) + np.linalg.norm(points[c] - points[e])
        ratios.append(float(tall / max(1e-6, float(2 * np.linalg.norm(points[a] - points[d])))))
    return sum(ratios) / len(ratios)


def has_shut_eyes(face: Face, neutral: Face) -> bool:
    """Whether the eyes are shut, against the same person's open ones: people's eyes differ too much for one number."""
    return openness(face) < _SHUT * openness(neutral)

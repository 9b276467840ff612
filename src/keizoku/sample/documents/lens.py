"""Where a flat card lands in a photograph: a pinhole before a turned plane.

Angles are degrees; a card's own coordinates are millimetres from its middle, x to the right, y down, z away.
"""

from dataclasses import dataclass, replace
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from keizoku.sample.documents.scenes import Points

# A phone's main camera sees about 65 degrees: its focal length is 0.8 of the picture's longer side.
_FOCAL = 0.8
_ROOM = 0.03


@dataclass(frozen=True)
class Pose:
    """How a card lies: turns about its axes, its width as a share of the picture's, the middle as shares."""

    pitch: float
    yaw: float
    roll: float
    share: float
    middle: tuple[float, float] = (0.5, 0.5)


def draw_pose(rng: Random) -> Pose:
    """As people hold a phone over a card that they want to be read."""
    return Pose(
        rng.uniform(-11, 11),
        rng.uniform(-11, 11),
        rng.gauss(0, 2.6),
        rng.uniform(0.6, 0.84),
        (0.5 + rng.uniform(-0.05, 0.05), 0.5 + rng.uniform(-0.05, 0.05)),
    )


def seen(points: Points, card: tuple[float, float], picture: tuple[int, int], pose: Pose) -> Points:
    """Points of the card (millimetres: x, y, z) as pixels."""
    turn = _rotation(pose)
    focal = _FOCAL * max(picture)
    distance = focal * card[0] / (pose.share * picture[0])
    turned = points @ turn.T + np.array([0.0, 0.0, distance])
    flat = turned[:, :2] / turned[:, 2:] * focal
    middle = np.array([pose.middle[0] * picture[0], pose.middle[1] * picture[1]])
    return np.asarray(flat + middle, np.float64)


def framed(pose: Pose, card: tuple[float, float], picture: tuple[int, int]) -> Pose:
    """The pose moved, and where need be further away, until the whole card is in the picture with a little room."""
    room = _ROOM * np.array(picture)
    quad = seen(corners(card), card, picture, pose)
    while np.any(np.ptp(quad, axis=0) > np.array(picture) - 2 * room):
        pose = replace(pose, share=pose.share * 0.96)
        quad = seen(corners(card), card, picture, pose)
    low, high = (
        np.maximum(0, room - quad.min(axis=0)),
        np.minimum(0, np.array(picture) - room - quad.max(axis=0)),
    )
    shift = (low + high) / np.array(picture)
    return replace(pose, middle=(pose.middle[0] + float(shift[0]), pose.middle[1] + float(shift[1])))


def corners(card: tuple[float, float], depth: float = 0.0) -> Points:
    """The four corners from the upper left clockwise, `depth` millimetres behind the printed face."""
    half = np.array(card) / 2
    signs = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return np.column_stack([signs * half, np.full(4, depth)])


def mapping(picture: tuple[int, int], quad: Points) -> NDArray[np.float64]:
    """The homography from a side's pixels (width, height) onto a quad."""
    width, height = picture
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    return np.asarray(cv2.getPerspectiveTransform(source, quad.astype(np.float32)), np.float64)


def _rotation(pose: Pose) -> NDArray[np.float64]:
    pitch, yaw, roll = np.radians([pose.pitch, pose.yaw, pose.roll])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_x @ about_y, np.float64)

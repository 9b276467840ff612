"""The colours of the tokens, computed as WCAG 2 does."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[1] / "static" / "ui" / "keizoku.css"
TOKENS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6});", CSS.read_text(encoding="utf-8")))

AT_LEAST_SEVEN = [
    ("text", "ground"),
    ("text", "ground-quiet"),
    ("text", "ground-action"),
    ("text-quiet", "ground"),
    ("text-quiet", "ground-quiet"),
    ("text-quiet", "ground-action"),
    ("link", "ground"),
    ("link", "ground-quiet"),
    ("link", "ground-action"),
    ("text-on-action", "action"),
    ("bad-text", "ground"),
    ("text", "attention-ground"),
    ("text", "bad-ground"),
    ("text", "good-ground"),
]
AT_LEAST_FOUR_AND_A_HALF = [
    ("text-on-action", "danger"),
    ("text-on-action", "good-mark"),
    ("text-on-action", "bad-mark"),
    ("text-on-action", "attention-text"),
    ("text-on-action", "text-quiet"),
    ("good-text", "good-ground"),
    ("attention-text", "attention-ground"),
    ("bad-text", "bad-ground"),
    ("progress-text", "progress-ground"),
    ("text-quiet", "attention-ground"),
    ("link", "attention-ground"),
    ("focus", "focus-glow"),
]
AT_LEAST_THREE = [
    ("line-strong", "ground"),
    ("action", "ground"),
    ("bad-mark", "ground"),
    ("good-mark", "ground"),
    ("attention-mark", "ground"),
]


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(TOKENS[one]), luminance(TOKENS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [(*pair, 7.0) for pair in AT_LEAST_SEVEN]
    + [(*pair, 4.5) for pair in AT_LEAST_FOUR_AND_A_HALF]
    + [(*pair, 3.0) for pair in AT_LEAST_THREE],
)
def test_token_pair_has_enough_contrast(text, ground, least):
    assert contrast(text, ground) >= least


def test_contrast_is_computed_as_wcag_does():
    TOKENS.update({"black": "#000000", "white": "#ffffff", "grey": "#767676"})
    assert contrast("black", "white") == pytest.approx(21.0)
    assert contrast("grey", "white") == pytest.approx(4.54, abs=0.01)

"""Setting a template with inputs: ``to_pdf`` for paper and keeping, ``to_pictures`` for a screen.

A template is named by its path below ``keizoku`` ("campaigns/silent/proof.typ") and reads its inputs as
``json(bytes(sys.inputs.inputs))``. Inputs are what JSON takes; bytes (a QR code's SVG) are given as text.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import typst

from keizoku.kernel.documents.glyphs import FONTS

_HOUSE: Final = Path(__file__).resolve().parents[2]
# PDF/A-2b (ISO 19005-2): every font is inside, nothing depends on the machine, so that it reads the same in ten years.
ARCHIVE: Final = "a-2b"
_REMEMBERED: Final = 11
_ANY_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)  # of pictures, which name none


class NotSet(RuntimeError):
    """A template that cannot be set: a fault of ours. It names the template and the reason, and nothing of the inputs."""


def to_pdf(template: str, inputs: Mapping[str, Any], *, made_at: datetime, is_tagged: bool = True) -> bytes:
    """One PDF/A-2b; the same inputs and ``made_at`` give the same bytes.

    Args:
        template: its path below ``keizoku``.
        inputs: what the template shows, as JSON takes it.
        made_at: the moment that the file names as its making.
        is_tagged: with structure for a screen reader; a print file of many letters does without, at half the size.

    Raises:
        NotSet: the template is at fault.
    """
    made = _set(
        template,
        inputs,
        format="pdf",
        pdf_standards=[ARCHIVE],
        timestamp=made_at.replace(microsecond=0),
        pdf_tags=is_tagged,
    )
    assert isinstance(made, bytes)
    return made


def to_pictures(template: str, inputs: Mapping[str, Any], *, pixels_an_inch: float = 96) -> list[bytes]:
    """A PNG of each page, as ``to_pdf`` would print it."""
    made = _set(template, inputs, format="png", ppi=pixels_an_inch, timestamp=_ANY_MOMENT)
    return [made] if isinstance(made, bytes) else list(made)


def _set(template: str, inputs: Mapping[str, Any], **how: Any) -> bytes | list[bytes]:
    told = {"inputs": json.dumps(inputs, ensure_ascii=False)}
    try:
        made, warnings = typst.compile_with_warnings(
            _HOUSE / template, root=_HOUSE, font_paths=_fonts(), sys_inputs=told, **how
        )
    except typst.TypstError as fault:
        raise NotSet(f"{template}: {fault.message}") from None
    if warnings:
        raise NotSet(f"{template}: {warnings[0].message}")
    return cast("bytes | list[bytes]", made)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """Only ours: a font of the machine would make two machines' documents differ."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def forget() -> None:
    """Let typst drop what it remembers of pages that it has set: it forgets what its last ten compilations did not use.

    A worker that sets batch after batch would grow by some 70 MB with each of 200 letters (measured).
    """
    for _ in range(_REMEMBERED):
        typst.compile(b"", font_paths=_fonts())

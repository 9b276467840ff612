"""A labelled folder: pictures, each with a truth file beside it (docs/specimens.md)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class TrueField:
    """What a reader has to give; `box` in thousandths of the document."""

    value: str
    box: Box | None


@dataclass(frozen=True)
class Labelled:
    """A picture and what is known of it. Labels that somebody else's truth file leaves out are empty."""

    name: str
    path: Path
    kind: str | None
    side: str
    is_good: bool
    why: str | None
    is_ruined: bool
    fields: Mapping[str, TrueField]
    quad: tuple[tuple[float, float], ...] | None
    kept_out: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def groups(self) -> dict[str, str]:
        """By what figures are told apart."""
        return {
            "kind": self.kind or "none",
            "side": self.side,
            **self.labels,
            "kept_out": "yes" if self.kept_out else "no",
            "kept_out_parts": "+".join(self.kept_out) or "none",
        }


def labelled(folder: Path, side: str | None = None) -> list[Labelled]:
    """The pictures of a folder in the order of their names, tilted ones left out unless asked for by name.

    ClickException naming the file that cannot be read.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            one = _read(path, json.loads(path.read_text("utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise click.ClickException(
                f"{path} is not a truth file as docs/specimens.md says: {error!r}"
            ) from error
        if one is not None and side in (None, one.side):
            found.append(one)
    if not found:
        raise click.ClickException(f"No picture with a truth file lies in {folder}: see docs/specimens.md.")
    return found


def _read(path: Path, truth: dict[str, Any]) -> Labelled | None:
    if truth.get("tilt"):
        return None
    picture = path.with_name(truth["picture"])
    if not picture.is_file():
        raise ValueError(f"the picture {picture.name} is not there")
    is_good = bool(truth.get("good", True))
    quad = truth.get("quad")
    return Labelled(
        name=path.stem,
        path=picture,
        kind=truth.get("kind"),
        side=truth.get("side", "front"),
        is_good=is_good,
        why=truth.get("why"),
        is_ruined=bool(truth.get("ruined", not is_good)),
        fields={name: _field(one) for name, one in truth.get("fields", {}).items()},
        quad=tuple((float(x), float(y)) for x, y in quad) if quad else None,
        kept_out=tuple(truth.get("kept_out", ())),
        labels={label: str(truth[label]) for label in ("variant", "font", "background") if label in truth},
    )


def _field(one: "dict[str, Any] | str") -> TrueField:
    """A field is {"value", "box"}, or the value alone."""
    if isinstance(one, str):
        return TrueField(one, None)
    box = one.get("box")
    return TrueField(str(one["value"]), (box[0], box[1], box[2], box[3]) if box else None)

"""`keizoku accuracy`: how often the readers are right, on any labelled folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from keizoku.accuracy import faces, frozen, liveness, mrz, ocr, quality
from keizoku.accuracy.folders import labelled
from keizoku.accuracy.gallery import Gallery
from keizoku.accuracy.reading import Own

_data = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of pictures with truth files (docs/specimens.md).",
)
_gallery = click.option(
    "--gallery", type=click.Path(dir_okay=False, path_type=Path), help="Page of what was read wrong."
)
# What is printed is JSON anyway; the option lets scripts say that they rely on it.
_as_json = click.option("--json", is_flag=True, expose_value=False, help="Print JSON (always so).")


@click.group()
def command() -> None:
    """Measure the readers on labelled pictures; one JSON object a measure. Nothing is sent or stored."""


def _measure(name: str, words: str) -> Callable[[Callable[..., None]], click.Command]:
    """A measure as a command with the options that all have."""

    def made(callback: Callable[..., None]) -> click.Command:
        return command.command(name, help=words)(_as_json(_data(_gallery(callback))))

    return made


@_measure(
    "ocr", "Fields of documents, end to end from the photograph: exact, by field, by group, silent errors."
)
def ocr_command(data: Path, gallery: Path | None) -> None:
    errors = Gallery(f"Fields not read exactly in {data.name}")
    _finish(data, ocr.measure(labelled(data), Own(), errors.add_field).as_json(), errors, gallery)


@_measure("mrz", "Machine-readable zones: lines exact, fields under check digits.")
def mrz_command(data: Path, gallery: Path | None) -> None:
    errors = Gallery(f"Zones not read exactly in {data.name}")
    _finish(data, mrz.measure(labelled(data), Own(), errors.add_field), errors, gallery)


@_measure("quality", "The gates: good photographs accepted, spoilt ones turned away.")
def quality_command(data: Path, gallery: Path | None) -> None:
    errors = Gallery(f"Wrong judgements of photographs in {data.name}")
    _finish(data, quality.measure(labelled(data), Own(), errors.add_picture), errors, gallery)


@command.command("faces")
@_as_json
@_data
@click.option(
    "--portraits",
    type=click.IntRange(0, 20),
    default=0,
    show_default=True,
    help="Of each picture, also this many simulated portraits of a card (face 140 pixels wide).",
)
def faces_command(data: Path, portraits: int) -> None:
    """Whether two pictures are of one person: one subfolder a person, its label, if any, in group.txt."""
    found = faces.measure(faces.gathered(data, portraits))
    click.echo(json.dumps({"data": data.name} | found, ensure_ascii=False))


@command.command("liveness")
@_as_json
@click.option("--count", type=click.IntRange(0, 5000), default=300, show_default=True, help="Performances.")
@click.option("--attacks", type=click.IntRange(0, 2000), default=50, show_default=True, help="Of each kind.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same heads.")
def liveness_command(count: int, attacks: int, seed: int) -> None:
    """Whether drawn heads that do the poses pass, and recordings, prints, screens, masks and fed-in videos do not."""
    click.echo(json.dumps(liveness.measure(count, seed, attacks), ensure_ascii=False))


@command.command("frozen")
@_as_json
@click.option("--renew", is_flag=True, help="Write what is found now as the run to compare with.")
def frozen_command(*, renew: bool) -> None:
    """Read the frozen run's specimens anew and compare with the results that were committed."""
    found = frozen.run()
    if renew:
        frozen.write(found)
    click.echo(json.dumps(frozen.compared(found), ensure_ascii=False))


def _finish(data: Path, found: dict[str, Any], errors: Gallery, gallery: Path | None) -> None:
    if gallery:
        errors.write(gallery)
    click.echo(json.dumps({"data": data.name} | found, ensure_ascii=False))

"""The frozen run: two dozen seeded specimens, drawn anew each time, and what the readers made of each field.

Drawn with the families inside the package alone, so that every machine draws the same. A change that reads worse is seen
here before it is seen by a customer. Processors differ in the last digit of a model's sums, so a few fields may differ.
"""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from keizoku.accuracy import ocr
from keizoku.accuracy.folders import labelled
from keizoku.accuracy.reading import Own
from keizoku.sample.documents import folders
from keizoku.sample.documents.folders import Order

RUN: Final = Path(__file__).with_name("frozen.json")
_ORDER: Final = Order(
    count=24, seed=20261001, faults=0.0, fonts=("biz-ud-gothic", "noto-sans-jp"), heads=1, size=(1280, 960)
)
_RIGHT: Final = frozenset({"exact", "exact_doubtful"})
Results = Mapping[str, Mapping[str, str]]


def run(numbers: Sequence[int] | None = None) -> ocr.Tally:
    """The run's specimens, or those of these numbers, drawn, photographed, read."""
    with tempfile.TemporaryDirectory() as folder:
        folders.write(_ORDER.part(numbers), Path(folder))
        return ocr.measure(labelled(Path(folder)), Own())


def write(found: ocr.Tally) -> None:
    """Keep a run as the one to compare with."""
    RUN.write_text(json.dumps(found.results, indent=1) + "\n")


def kept() -> Results:
    """The committed results: picture → field → result."""
    results: Results = json.loads(RUN.read_text())
    return results


def compared(found: ocr.Tally) -> dict[str, Any]:
    """What is worse and what is better than in the committed run, over the pictures that were read this time."""
    before = kept()
    worse: list[str] = []
    better: list[str] = []
    fields = 0
    # A gate that turns a frozen picture away loses all its fields: such a picture is named as a whole.
    refused = [name for name in before if name in found.shown and name not in found.results]
    for name, results in found.results.items():
        for field, came in results.items():
            fields += 1
            was = before.get(name, {}).get(field, "missing")
            if (came in _RIGHT) is not (was in _RIGHT):
                (better if came in _RIGHT else worse).append(f"{name} {field}: {was} → {came}")
    return {
        "measure": "frozen",
        "pictures": len(found.shown),
        "fields": fields,
        "worse": worse,
        "better": better,
        "refused": refused,
        "silent_errors": len(found.silent_errors),
    }

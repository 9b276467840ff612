"""Writes a bank's file of invented customers, row by row, and its truth beside it.

Row n depends on the seed, on n and on the day alone; which rows are broken or
made canaries depends on the seed, the count and the rate.
The file holds exactly round(count x rate) broken rows, each refused by the import for the one code that the truth names.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Final

from keizoku.customers.imports.rules.columns import COLUMNS
from keizoku.customers.imports.rules.rejections import RejectionCode
from keizoku.kernel.text.encoding import Encoding
from keizoku.sample import canaries, faults
from keizoku.sample.due import DueHint
from keizoku.sample.rows import Drawn, SampleRow, customer_number

UTF_8_WITH_MARK: Final = "utf-8-sig"
ENCODINGS: Final = (Encoding.UTF_8.value, UTF_8_WITH_MARK, Encoding.CP932.value)
# Half of a character: the way in which fixed-width exports break a text.
_UNREADABLE_BYTES: Final = {Encoding.UTF_8: b"\xe3\x81", Encoding.CP932: b"\x81"}
_ROWS_A_REPORT: Final = 500


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that the import must refuse: the line on which it begins (1 is the header) and the code."""

    line: int
    code: RejectionCode


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a generated file. `canaries` are customer numbers."""

    count: int
    seed: int
    encoding: str
    today: date
    dirty_rows: tuple[BrokenRow, ...]
    due_hint: DueHint
    canaries: tuple[str, ...]

    def as_json(self) -> str:
        return json.dumps(
            {
                "count": self.count,
                "seed": self.seed,
                "encoding": self.encoding,
                "today": self.today.isoformat(),
                "dirty_rows": [{"line": row.line, "code": row.code.value} for row in self.dirty_rows],
                "due_hint": self.due_hint.as_json(),
                "canaries": list(self.canaries),
            },
            ensure_ascii=False,
            indent=1,
        )


def write(
    path: Path,
    *,
    count: int,
    seed: int,
    today: date,
    dirty: float = 0.0,
    encoding: str = Encoding.UTF_8,
    report: Callable[[int], None] | None = None,
) -> Truth:
    """Write `count` rows to `path` and the truth to `path`.truth.json; memory does not grow with `count`.

    `dirty` is the rate of broken rows (0.02 for 2 %), `report` is called with the number of rows written since the last
    call. ValueError for a rate outside 0 to 0.5 or an unknown encoding.
    """
    if encoding not in ENCODINGS:
        raise ValueError(f"unknown encoding {encoding!r}: one of {', '.join(ENCODINGS)}")
    plan = _plan(count, seed, dirty)
    charset = Encoding.CP932 if encoding == Encoding.CP932 else Encoding.UTF_8
    broken: list[BrokenRow] = []
    due = DueHint()
    line = 2
    with path.open("wb") as out:
        out.write(_line(list(COLUMNS)).encode(encoding))
        for position, row in enumerate(_rows(count, seed, today, charset)):
            code = plan.broken.get(position)
            if code is not None:
                values = row.broken(code, customer_number(seed, 0))
                broken.append(BrokenRow(line, code))
            else:
                ordinal = plan.canaries.get(position)
                values = row.clean() if ordinal is None else row.canary(ordinal)
                due = due.counting(row.drawn.person, today, is_canary=ordinal is not None)
            text = _line(values)
            out.write(_bytes(text, charset))
            line += text.count("\n")
            if report and (position + 1) % _ROWS_A_REPORT == 0:
                report(_ROWS_A_REPORT)
    if report:
        report(count % _ROWS_A_REPORT)
    numbers = tuple(customer_number(seed, position) for position in plan.canaries)
    truth = Truth(count, seed, encoding, today, tuple(broken), due, numbers)
    truth_path(path).write_text(truth.as_json(), "utf-8")
    return truth


def truth_path(path: Path) -> Path:
    """Where the truth of the file at `path` lies."""
    return path.with_name(f"{path.name}.truth.json")


@dataclass(frozen=True, slots=True)
class _Plan:
    broken: dict[int, RejectionCode]
    canaries: dict[int, int]


def _plan(count: int, seed: int, dirty: float) -> _Plan:
    """Which positions are broken, and how, and which are canaries. The first row is always a good one."""
    rate = Decimal(str(dirty))
    if not 0 <= rate <= Decimal("0.5"):
        raise ValueError("the rate of broken rows lies between 0 and 0.5")
    marked = canaries.positions(count)
    wanted = int((count * rate).to_integral_value(ROUND_HALF_UP))
    draw = Random(f"broken rows of {seed}")  # noqa: S311 - a repeatable sample, no secret
    wanted = min(wanted, max(0, count - 1))
    # Drawn from a range, so that no list of a million positions is made; enough to leave the canaries out.
    drawn = draw.sample(range(1, max(1, count)), min(wanted + len(marked), max(0, count - 1)))
    chosen = sorted([position for position in drawn if position not in marked][:wanted])
    return _Plan(
        {position: faults.CODES[turn % len(faults.CODES)] for turn, position in enumerate(chosen)}, marked
    )


def _rows(count: int, seed: int, today: date, charset: Encoding) -> Iterator[SampleRow]:
    rng = Random()  # noqa: S311 - a repeatable sample, no secret
    for position in range(count):
        rng.seed(f"{seed}/{position}")
        yield SampleRow(Drawn.by(rng, seed, position, today), rng, today, charset)


def _line(values: list[str]) -> str:
    return ",".join(_quoted(value) for value in values) + "\r\n"


def _quoted(value: str) -> str:
    if any(character in value for character in ',"\r\n'):
        return '"' + value.replace('"', '""') + '"'
    return value


def _bytes(text: str, charset: Encoding) -> bytes:
    return _UNREADABLE_BYTES[charset].join(part.encode(charset) for part in text.split(faults.UNREADABLE))

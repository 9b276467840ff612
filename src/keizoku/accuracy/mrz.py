"""The machine-readable zone: both lines letter by letter, and the fields that check digits protect."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from keizoku.accuracy.comparing import Result, result
from keizoku.accuracy.folders import Labelled
from keizoku.accuracy.ocr import FieldRead
from keizoku.accuracy.reading import Reader, shown
from keizoku.accuracy.shares import Groups, Share, Shares

# Where number, birth and expiry stand in the second line of TD3 (ICAO Doc 9303 part 4), with their check digits.
_PROTECTED: Final = {"number": slice(0, 10), "birth_date": slice(13, 20), "expiry_date": slice(21, 28)}
_RIGHT: Final = frozenset({Result.EXACT, Result.EXACT_DOUBTFUL})


def measure(
    pictures: Iterable[Labelled], reader: Reader, report: Callable[[FieldRead], None] = lambda _: None
) -> dict[str, Any]:
    """Show every good picture with a zone."""
    accepted, exact, protected, groups = Share(), Share(), Shares(), Groups()
    wrong: list[dict[str, str]] = []
    for one in pictures:
        if not one.is_good or "mrz" not in one.fields:
            continue
        read = shown(one, reader)
        accepted.count(is_hit=read.reading is not None)
        if read.reading is None:
            continue
        truth, found = one.fields["mrz"].value, read.reading.fields.get("mrz")
        value, is_doubtful = (found.value, found.is_doubtful) if found else ("", False)
        came = result("mrz", truth, value, is_doubtful=is_doubtful)
        exact.count(is_hit=came in _RIGHT)
        groups.count(one.groups, is_hit=came in _RIGHT)
        for name, part in _PROTECTED.items():
            is_same = _second(value)[part] == _second(truth)[part]
            protected.count(name, is_hit=is_same)
            if not is_same and value and not is_doubtful:
                wrong.append({"picture": one.name, "field": name})
        if came is not Result.EXACT:
            doubts = tuple(doubt.why.value for doubt in found.doubts) if found else ()
            report(FieldRead(read, "mrz", truth, value, doubts, came))
    return {
        "measure": "mrz",
        "n": exact.n,
        "accepted": accepted.as_json(),
        "lines_exact": exact.as_json(),
        "protected_fields": protected.as_json(),
        "silent_errors": len(wrong),
        "silent_errors_in": wrong,
        "by_group": groups.as_json(),
    }


def _second(value: str) -> str:
    lines = value.split()
    return lines[1] if len(lines) > 1 else ""

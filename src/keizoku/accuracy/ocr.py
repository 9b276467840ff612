"""Fields: end to end from the photograph. Only good pictures count, and only those that the gates accept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from keizoku.accuracy.comparing import DATES, NAMES, NUMBERS, Result, is_checked, result
from keizoku.accuracy.folders import Labelled
from keizoku.accuracy.reading import Read, Reader, shown
from keizoku.accuracy.shares import Groups, Share, Shares
from keizoku.vision.text.recogniser import known

_RIGHT = frozenset({Result.EXACT, Result.EXACT_DOUBTFUL})


@dataclass(frozen=True)
class FieldRead:
    """One field of one picture, for the gallery."""

    read: Read
    name: str
    truth: str
    value: str
    doubts: tuple[str, ...]
    result: Result


@dataclass
class Tally:
    """Everything that is counted over a folder."""

    accepted: Share = field(default_factory=Share)
    kinds: Share = field(default_factory=Share)
    exact: Share = field(default_factory=Share)
    without_doubt: Share = field(default_factory=Share)
    documents: Share = field(default_factory=Share)
    dates_and_numbers: Share = field(default_factory=Share)
    known_names: Share = field(default_factory=Share)
    unknown_names_doubted: Share = field(default_factory=Share)
    by_field: Shares = field(default_factory=Shares)
    by_group: Groups = field(default_factory=Groups)
    accepted_by_group: Groups = field(default_factory=Groups)
    silent_errors: list[dict[str, str]] = field(default_factory=list)
    silent_wrong: list[dict[str, str]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    results: dict[str, dict[str, str]] = field(default_factory=dict)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """One object. Values are not in it, so that it may be shown where the pictures may not."""
        return {
            "measure": "ocr",
            "n": self.accepted.n,
            "accepted": self.accepted.as_json(),
            "kind_right": self.kinds.as_json(),
            "fields_exact": self.exact.as_json(),
            "fields_exact_without_doubt": self.without_doubt.as_json(),
            "documents_exact": self.documents.as_json(),
            "dates_and_numbers": self.dates_and_numbers.as_json(),
            "names_in_alphabet": self.known_names.as_json(),
            "names_outside_alphabet_doubted": self.unknown_names_doubted.as_json(),
            "silent_errors": len(self.silent_errors),
            "silent_errors_in": self.silent_errors,
            "silent_wrong": len(self.silent_wrong),
            "silent_wrong_in": self.silent_wrong,
            "by_field": self.by_field.as_json(),
            "by_group": self.by_group.as_json(),
            "accepted_by_group": self.accepted_by_group.as_json(),
            "cpu_seconds_a_picture": round(self.seconds / max(1, self.accepted.n), 3),
        }


def measure(
    pictures: Iterable[Labelled], reader: Reader, report: Callable[[FieldRead], None] = lambda _: None
) -> Tally:
    """Show every good picture that has fields."""
    tally = Tally()
    for one in pictures:
        if one.is_good and one.fields:
            _count(tally, shown(one, reader), report)
    return tally


def _count(tally: Tally, read: Read, report: Callable[[FieldRead], None]) -> None:
    one, reading = read.labelled, read.reading
    tally.shown.append(one.name)
    tally.accepted.count(is_hit=reading is not None)
    tally.accepted_by_group.count(one.groups, is_hit=reading is not None)
    tally.seconds += read.seconds
    if reading is None:
        return
    tally.kinds.count(is_hit=str(reading.kind) == one.kind)
    results = {}
    for name, truth in one.fields.items():
        found = reading.fields.get(name)
        value, is_doubtful = (found.value, found.is_doubtful) if found else ("", False)
        came = result(name, truth.value, value, is_doubtful=is_doubtful)
        results[name] = came.value
        doubts = tuple(doubt.why.value for doubt in found.doubts) if found else ()
        _tell(tally, FieldRead(read, name, truth.value, value, doubts, came))
        if came is not Result.EXACT:
            report(FieldRead(read, name, truth.value, value, doubts, came))
    tally.results[one.name] = results
    tally.documents.count(is_hit=all(Result(came) in _RIGHT for came in results.values()))


def _tell(tally: Tally, read: FieldRead) -> None:
    one, is_right = read.read.labelled, read.result in _RIGHT
    tally.exact.count(is_hit=is_right)
    tally.without_doubt.count(is_hit=read.result is Result.EXACT)
    tally.by_field.count(read.name, is_hit=is_right)
    tally.by_group.count(one.groups, is_hit=is_right)
    if read.name in DATES | NUMBERS:
        tally.dates_and_numbers.count(is_hit=is_right)
    if read.name in NAMES:
        if set(read.truth) <= known() | {" ", "\u3000"}:
            tally.known_names.count(is_hit=is_right)
        else:
            tally.unknown_names_doubted.count(
                is_hit=read.result in {Result.EXACT_DOUBTFUL, Result.DOUBTFUL, Result.MISSING}
            )
    if read.result is Result.WRONG:
        place = {"picture": one.name, "field": read.name}
        tally.silent_wrong.append(place)
        if is_checked(one.kind, read.name):
            tally.silent_errors.append(place)

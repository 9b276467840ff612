"""From what is known around an answer to the signals that a reviewer reads. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from keizoku.kernel.text.sentences import Composed, Given, Listed
from keizoku.risk.rules.foresight import Foreseen, Move

# Both are our own choice, and only point something out to a person. Somebody who says another thing than he himself said
# within half a year is asked why; 90 days before its end is the first day on which a due date asks about a stay.
LATELY: Final = timedelta(days=180)
RESIDENCE_NEAR: Final = timedelta(days=90)
DECLARED: Final = "declared"
# A value that was seen on something, not only said or filed.
SEEN: Final = frozenset({"document", "chip", "registry"})


class Kind(StrEnum):
    CHANGED = "changed"
    CONTRADICTED = "contradicted"
    RATING = "rating"


KIND_WORDS: Final = {
    Kind.CHANGED: "前回から変わったこと",
    Kind.CONTRADICTED: "ほかの情報と合わないこと",
    Kind.RATING: "承認したときの評価",
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One matter with its lines; ``needs_look`` where a person should look before deciding."""

    kind: Kind
    summary: str = field(repr=False)
    lines: tuple[str, ...] = field(default=(), repr=False)
    needs_look: bool = False

    @property
    def title(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def tone(self) -> str:
        return "attention" if self.needs_look else "neutral"


@dataclass(frozen=True, slots=True)
class Told:
    """One field of the answer in words, and where the record's value is from (``source`` is "" for none)."""

    name: str
    label: str
    old: str = field(repr=False)
    new: str = field(repr=False)
    is_change: bool
    source: str = ""
    source_words: str = ""
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Since:
    """A value of the record that changed after the last confirmation, by whom, as of which day."""

    label: str
    source_words: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Filed:
    """A value in the bank's file that waits beside the record's."""

    name: str
    label: str
    words: str = field(repr=False)
    day: date
    agrees_with_answer: bool | None


@dataclass(frozen=True, slots=True)
class Around:
    """All that the signals are made of.

    Attributes:
        unreachable: contact point ("address", "phone", "email") → the day from which messages have not arrived.
        returned_on: the newest day on which mail came back.
        places: the prefectures by the answer's postal code and by its address, where they differ.
        residence_expires_on: the last day of the residence period, as the answer leaves it.
    """

    today: date
    last_confirmed_on: date | None
    told: tuple[Told, ...]
    since: tuple[Since, ...] = ()
    filed: tuple[Filed, ...] = ()
    unreachable: tuple[tuple[str, date], ...] = ()
    returned_on: date | None = None
    places: tuple[str, str] | None = None
    residence_expires_on: date | None = None
    likely_duplicates: int = 0
    foreseen: Foreseen | None = None


def signals(around: Around) -> tuple[Signal, ...]:
    """One signal of each kind, in the order in which a reviewer reads."""
    return (changed(around), contradicted(around), *rating(around))


def changed(around: Around) -> Signal:
    lines = [
        *(f"{one.label}：{one.old or '登録なし'} → {one.new}" for one in around.told if one.is_change),
        *(f"{one.label}：{one.source_words}で変わりました（{_day(one.as_of)}時点）" for one in around.since),
    ]
    return Signal(Kind.CHANGED, _changes(len(lines), around.last_confirmed_on), tuple(lines))


def _changes(many: int, last: date | None) -> str:
    """Each sentence whole, so that it can be said in another language."""
    if last is None:
        none = "前回の確認の記録なし：変わったことはありません。"
        return f"前回の確認の記録なしから、{many}件変わりました。" if many else none
    none = f"前回の確認（{_day(last)}）：変わったことはありません。"
    return f"前回の確認（{_day(last)}）から、{many}件変わりました。" if many else none


def contradicted(around: Around) -> Signal:
    lines = tuple(_contradictions(around))
    summary = f"{len(lines)}件あります。決める前に確かめてください。" if lines else "見つかりません。"
    return Signal(Kind.CONTRADICTED, summary, lines, needs_look=bool(lines))


def rating(around: Around) -> Iterator[Signal]:
    """What the scorecard would say; what holds beside it is on the customer's own page."""
    found = around.foreseen
    if found is None:
        return
    if not found.is_moved:
        yield Signal(
            Kind.RATING,
            f"点数も水準も変わりません（{found.points_before}点、点数による水準「{found.level_before.label}」）。",
        )
        return
    points = Composed("{0}点 → {1}点", found.points_before, found.points_after)
    levels = Composed("点数による水準「{0}」→「{1}」", found.level_before.label, found.level_after.label)
    yield Signal(
        Kind.RATING,
        Listed("、", (points, levels)),
        tuple(_move(move) for move in found.moves),
        needs_look=found.level_after.rank > found.level_before.rank,
    )


def _move(move: Move) -> str:
    return Composed("{0}：{1} → {2}", Given(move.label), move.before, move.after)


def _contradictions(around: Around) -> Iterator[str]:
    told = {one.name: one for one in around.told}
    for filed in around.filed:
        if filed.agrees_with_answer is None:
            yield f"{filed.label}：銀行のファイル（{_day(filed.day)}時点）は「{filed.words}」で、登録と違います。"
        elif not filed.agrees_with_answer:
            yield f"{filed.label}：銀行のファイル（{_day(filed.day)}時点）は「{filed.words}」で、回答と違います。"
    yield from _earlier_sources(around)
    yield from _unreached(around, told)
    if around.places:
        by_code, by_address = around.places
        yield f"住所：郵便番号は{by_code}、住所は{by_address}です。"
    yield from _residence(around)
    if around.likely_duplicates:
        yield f"重複：同じ方かもしれないお客さまが{around.likely_duplicates}人います。"


def _earlier_sources(around: Around) -> Iterator[str]:
    for one in around.told:
        if not one.is_change or one.as_of is None:
            continue
        if one.source in SEEN:
            yield f"{one.label}：{one.source_words}で確かめた値（{_day(one.as_of)}時点）と違います。"
        elif one.source == DECLARED and around.today - one.as_of <= LATELY:
            yield f"{one.label}：{_day(one.as_of)}の申告と違います。"


_UNREACHED_WORDS: Final = {
    "address": ("住所", "郵便が届いていません"),
    "phone": ("電話番号", "この番号への連絡が届いていません"),
    "email": ("メールアドレス", "このアドレスへのメールが届いていません"),
}


def _unreached(around: Around, told: dict[str, Told]) -> Iterator[str]:
    """What does not arrive contradicts an address that stays; a new one is the answer to it."""
    points = dict(around.unreachable)
    if around.returned_on is not None:
        points["address"] = max(points.get("address", around.returned_on), around.returned_on)
    for point, since in sorted(points.items()):
        label, words = _UNREACHED_WORDS[point]
        answer = told.get(point)
        if answer is None:
            yield f"{label}：{words}（{_day(since)}）。今回はおたずねしていません。"
        elif not answer.is_change:
            yield f"{label}：「変わりない」との回答ですが、{words}（{_day(since)}）。"


def _residence(around: Around) -> Iterator[str]:
    ends = around.residence_expires_on
    if ends is None:
        return
    if ends < around.today:
        yield f"在留期限：{_day(ends)}に過ぎています。"
    elif ends - around.today <= RESIDENCE_NEAR:
        yield f"在留期限：{_day(ends)}まで{(ends - around.today).days}日です。"


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()

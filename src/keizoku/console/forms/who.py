"""Whom a course or a step is for, chosen from a list: everybody, a level of risk, a saved audience's conditions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.audiences.queries import AudienceRow
from keizoku.kernel.conditions import describe
from keizoku.kernel.conditions.reading import Json, parse
from keizoku.kernel.text.sentences import Composed, Given

EVERYBODY: Final = ""
_KEPT: Final = "kept-"
_LEVELS: Final = (
    ("level-high", "リスクが高い方だけ", ["high"]),
    ("level-high-medium", "リスクが高い方と中くらいの方だけ", ["high", "medium"]),
    ("level-medium", "リスクが中くらいの方だけ", ["medium"]),
    ("level-low", "リスクが低い方だけ", ["low"]),
)


@dataclass(frozen=True, slots=True)
class Who:
    """The choices of one moment. ``kept`` are the conditions of what is being changed, where no other choice says them."""

    saved: Sequence[AudienceRow] = ()
    kept: Sequence[Json] = ()

    def options(self) -> list[tuple[str, str]]:
        """The choices, everybody first."""
        found = [(EVERYBODY, "全員"), *((code, label) for code, label, _ in _LEVELS)]
        found += [
            (f"audience-{row.latest.id}", Composed("「{0}」の方だけ", Given(row.latest.name)))
            for row in self.saved
        ]
        fields = readable_fields()
        for place, condition in enumerate(self.kept):
            if self.choice(condition) == f"{_KEPT}{place}":
                words = describe(parse(condition, fields), fields)
                found.append((f"{_KEPT}{place}", Composed("いまの条件のまま（{0}）", words)))
        return found

    def condition(self, chosen: str) -> Json | None:
        """What the choice means; None for everybody and for what is no choice."""
        return dict(self._conditions()).get(chosen)

    def is_known(self, chosen: str) -> bool:
        return chosen == EVERYBODY or self.condition(chosen) is not None

    def choice(self, condition: Json | None) -> str:
        """The choice that says this condition."""
        if condition is None:
            return EVERYBODY
        return next((code for code, known in self._conditions() if known == condition), EVERYBODY)

    def _conditions(self) -> Iterator[tuple[str, Json]]:
        for code, _, levels in _LEVELS:
            value: Json = {"operator": "one_of", "value": levels}
            if len(levels) == 1:
                value = {"operator": "equals", "value": levels[0]}
            yield code, {"field": "level", **value}
        for row in self.saved:
            yield f"audience-{row.latest.id}", row.latest.condition
        for place, condition in enumerate(self.kept):
            yield f"{_KEPT}{place}", condition

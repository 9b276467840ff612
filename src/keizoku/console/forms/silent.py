"""Which cases of the silent are meant, from an address; and a decision about them, as typed."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from keizoku.campaigns.silent import rules
from keizoku.campaigns.silent.finding import Criteria
from keizoku.campaigns.silent.rules import AGE_BANDS, REACH_WORDS, STATE_WORDS, Decision, Reach, State
from keizoku.console.forms.audit import day
from keizoku.console.forms.numbers import whole_number

STATES: Final = (
    ("", "終わっていない"),
    *((state.value, STATE_WORDS[state]) for state in State),
)
BANDS: Final = (
    ("", "すべての日数"),
    *((str(place), rules.band_words(place)) for place in range(len(AGE_BANDS))),
)
REACHES: Final = (("", "どれでも"), *((reach.value, REACH_WORDS[reach]) for reach in Reach))


@dataclass(frozen=True, slots=True)
class SilentForm:
    """As chosen; what is not in a list narrows nothing."""

    campaign: str = ""
    state: str = ""
    band: str = ""
    reach: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> "SilentForm":
        def one_of(options: tuple[tuple[str, str], ...], name: str) -> str:
            typed = asked.get(name, "")
            return typed if typed in dict(options) else ""

        campaign = asked.get("campaign", "")
        return cls(
            campaign=campaign if campaign.isdecimal() and len(campaign) < 19 else "",  # noqa: PLR2004 - a bigint
            state=one_of(STATES, "state"),
            band=one_of(BANDS, "band"),
            reach=one_of(REACHES, "reach"),
        )

    def criteria(self, today: date) -> Criteria:
        return Criteria(
            today=today,
            campaign_id=int(self.campaign) if self.campaign else None,
            state=self.state,
            band=int(self.band) if self.band else None,
            reach=self.reach,
        )

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Its fields for a form that decides for all of them."""
        return [
            ("campaign", self.campaign),
            ("state", self.state),
            ("band", self.band),
            ("reach", self.reach),
        ]

    @property
    def query(self) -> str:
        return urlencode([pair for pair in self.hidden if pair[1]])


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """A decision as posted; the actions judge it."""

    decision: Decision | None
    reason: str
    until: date | None
    measure: str
    role: str
    note: str
    typed_number: int

    @classmethod
    def read(cls, post: QueryDict) -> "DecisionForm":
        typed = post.get("decision", "")
        number = whole_number(post.get("typed_number", ""))
        return cls(
            decision=Decision(typed) if typed in set(Decision) else None,
            reason=post.get(f"reason_{typed}", "") or post.get("reason", ""),
            until=day(post.get("until", "")),
            measure=post.get("measure", ""),
            role=post.get("role", "operator"),
            note=post.get("note", ""),
            typed_number=-1 if number is None else number,
        )


def after(typed: str) -> tuple[date, int] | None:
    """The place behind which a page begins: "2026-12-01~15"."""
    on, _, number = typed.partition("~")
    found = day(on)
    return (found, int(number)) if found and number.isdecimal() else None

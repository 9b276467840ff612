"""States of scorecards, circumstances and trials, the ways between them, and how long each may last. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final


class ScorecardState(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


class CircumstanceState(StrEnum):
    REQUESTED = "requested"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    LAPSED = "lapsed"
    ENDED = "ended"


class TrialState(StrEnum):
    ASKED = "asked"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


SCORECARD_WORDS: Final[Mapping[ScorecardState, str]] = {
    ScorecardState.DRAFT: "下書き",
    ScorecardState.ACTIVE: "有効",
    ScorecardState.RETIRED: "終了",
    ScorecardState.WITHDRAWN: "取り下げ",
}
CIRCUMSTANCE_WORDS: Final[Mapping[CircumstanceState, str]] = {
    CircumstanceState.REQUESTED: "承認待ち",
    CircumstanceState.IN_FORCE: "有効",
    CircumstanceState.REFUSED: "承認しない",
    CircumstanceState.LAPSED: "期限切れ",
    CircumstanceState.ENDED: "終了",
}
TRIAL_WORDS: Final[Mapping[TrialState, str]] = {
    TrialState.ASKED: "開始待ち",
    TrialState.WORKING: "試算中",
    TrialState.DONE: "完了",
    TrialState.FAILED: "中断",
}

# The database holds these too (triggers); the drawings in ARCHITECTURE.md are made from them.
SCORECARD_TRANSITIONS: Final[Mapping[ScorecardState, tuple[ScorecardState, ...]]] = {
    ScorecardState.DRAFT: (ScorecardState.ACTIVE, ScorecardState.WITHDRAWN),
    ScorecardState.ACTIVE: (ScorecardState.RETIRED,),
    ScorecardState.RETIRED: (),
    ScorecardState.WITHDRAWN: (),
}
CIRCUMSTANCE_TRANSITIONS: Final[Mapping[CircumstanceState, tuple[CircumstanceState, ...]]] = {
    CircumstanceState.REQUESTED: (
        CircumstanceState.IN_FORCE,
        CircumstanceState.REFUSED,
        CircumstanceState.LAPSED,
    ),
    CircumstanceState.IN_FORCE: (CircumstanceState.ENDED,),
    CircumstanceState.REFUSED: (),
    CircumstanceState.LAPSED: (),
    CircumstanceState.ENDED: (),
}
TRIAL_TRANSITIONS: Final[Mapping[TrialState, tuple[TrialState, ...]]] = {
    TrialState.ASKED: (TrialState.WORKING, TrialState.FAILED),
    TrialState.WORKING: (TrialState.DONE, TrialState.FAILED),
    TrialState.DONE: (),
    TrialState.FAILED: (),
}

# A draft reaches nobody and may stay. A scorecard is in force until the next one is. The others end by themselves:
# a request after these days, or the day after the last day it asks for; what is in force the day after its last day,
# which is a year ahead at most; a trial that has not moved for so long.
REQUEST_DAYS: Final = 14
LONGEST_DAYS: Final = 366
TRIAL_WITHOUT_PROGRESS: Final = timedelta(hours=1)
LONGEST_AGES: Final[Mapping[CircumstanceState | TrialState, timedelta]] = {
    CircumstanceState.REQUESTED: timedelta(days=REQUEST_DAYS),
    CircumstanceState.IN_FORCE: timedelta(days=LONGEST_DAYS),
    TrialState.ASKED: TRIAL_WITHOUT_PROGRESS,
    TrialState.WORKING: TRIAL_WITHOUT_PROGRESS,
}

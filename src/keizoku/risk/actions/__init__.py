"""Writes of this room: scorecards through four eyes; ratings of one and of everybody, with the due dates that follow.

Invariants: one scorecard is active at most; its maker never approves it; a rating is written only when something of it
differs from the last; a standing always names the rating it rests on; one and everybody are rated with equal results.
"""

from keizoku.risk.actions.everybody import RatedEverybody, rate_everybody
from keizoku.risk.actions.one import RatedOne, rate_one
from keizoku.risk.actions.scorecards import (
    activate_scorecard,
    draft_scorecard,
    install_standard_scorecard,
    withdraw_scorecard,
)

__all__ = [
    "RatedEverybody",
    "RatedOne",
    "activate_scorecard",
    "draft_scorecard",
    "install_standard_scorecard",
    "rate_everybody",
    "rate_one",
    "withdraw_scorecard",
]

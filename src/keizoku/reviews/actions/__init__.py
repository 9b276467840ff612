"""Writes of reviews, a file a verb group: open, enter, answer, decide, sweep. Each is one transaction with its audit."""

from keizoku.reviews.actions.answering import (
    Answered,
    Receipt,
    answer_question,
    ask_for_help,
    open_sitting,
    submit_answer,
)
from keizoku.reviews.actions.assigning import (
    assign_next,
    give_case,
    give_next,
    lapse_assignments,
    release_case,
    take_case,
)
from keizoku.reviews.actions.confirming import Confirmed, confirm_known
from keizoku.reviews.actions.deciding import decide, open_case
from keizoku.reviews.actions.ending import end_relation, reopen_relation, withdraw_closed
from keizoku.reviews.actions.entering import (
    awaiting,
    choose_language,
    find_by_reference,
    find_by_token,
    find_genuine,
    hold_to_code,
    identify,
    mark_of,
    prove,
    still_awaiting,
)
from keizoku.reviews.actions.extending import extend
from keizoku.reviews.actions.filters import drop_filter, save_filter
from keizoku.reviews.actions.levels import follow_ratings, keep_closed_days, set_service_level
from keizoku.reviews.actions.linking import find_for_linking, may_link, offer_link
from keizoku.reviews.actions.noting import keep_draft
from keizoku.reviews.actions.opening import OpenedReviews, open_reviews
from keizoku.reviews.actions.snoozing import snooze, wake
from keizoku.reviews.actions.sweeping import escalate, expire, forget_guesses
from keizoku.reviews.actions.withdrawing import withdraw_some
from keizoku.reviews.owning import compare_owners

__all__ = [
    "Answered",
    "Confirmed",
    "OpenedReviews",
    "Receipt",
    "answer_question",
    "ask_for_help",
    "assign_next",
    "awaiting",
    "choose_language",
    "compare_owners",
    "confirm_known",
    "decide",
    "drop_filter",
    "end_relation",
    "escalate",
    "expire",
    "extend",
    "find_by_reference",
    "find_by_token",
    "find_for_linking",
    "find_genuine",
    "follow_ratings",
    "forget_guesses",
    "give_case",
    "give_next",
    "hold_to_code",
    "identify",
    "keep_closed_days",
    "keep_draft",
    "lapse_assignments",
    "mark_of",
    "may_link",
    "offer_link",
    "open_case",
    "open_reviews",
    "open_sitting",
    "prove",
    "release_case",
    "reopen_relation",
    "save_filter",
    "set_service_level",
    "snooze",
    "still_awaiting",
    "submit_answer",
    "take_case",
    "wake",
    "withdraw_closed",
    "withdraw_some",
]

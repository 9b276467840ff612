"""What LINE's answers mean as outcomes (LINE Developers, Messaging API reference, "Status codes" and "Error responses").

``via`` tells which of the two ways was used.
"""

from typing import Final

from keizoku.delivery.ports import Outcome, Result
from keizoku.kernel.http import Answer, NotSent, Unknown

MONTHLY_LIMIT: Final = "You have reached your monthly limit."
PUSH: Final = "push"
ALREADY_ACCEPTED: Final = 409
SERVER_FAILURE: Final = 500


def outcome_of(answer: Answer | NotSent | Unknown, via: str = "") -> Outcome:
    """``via`` "push" marks the outcome's code: its price is another, and no receipt follows."""
    match answer:
        case Answer():
            return _read(answer, via)
        case NotSent(reason):
            return Outcome(Result.DEFERRED, _code(via, f"not_sent:{reason}"))
        case Unknown(reason):
            return Outcome(Result.UNKNOWN, _code(via, reason))


def _read(answer: Answer, via: str) -> Outcome:
    """429 for the monthly cap is final, for the rate it is not; 409 names the request that took the message."""
    request = answer.headers.get("x-line-request-id", "")
    accepted = answer.headers.get("x-line-accepted-request-id", "")
    if answer.status == ALREADY_ACCEPTED and accepted:
        return Outcome(Result.ACCEPTED, via, accepted)
    words = answer.body.get("message", "") if isinstance(answer.body, dict) else ""
    match answer.status:
        case 200 | 202:
            return Outcome(Result.ACCEPTED, via, request)
        case 429 if words != MONTHLY_LIMIT:
            result, reason = Result.DEFERRED, "rate_limited"
        case 401 | 403:
            result, reason = Result.DEFERRED, f"http_{answer.status}"
        case status if status >= SERVER_FAILURE:  # it may have acted before it failed
            result, reason = Result.UNKNOWN, f"http_{status}"
        case 422:
            result, reason = Result.REJECTED, "unreachable_by_line"
        case status:
            result, reason = Result.REJECTED, f"http_{status}"
    return Outcome(result, _code(via, reason), request, answer.retry_after_s)


def _code(via: str, reason: str) -> str:
    return f"{via}:{reason}" if via else reason

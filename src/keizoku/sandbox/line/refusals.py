"""LINE's error answers: {message, details?, sentMessages?} with a status."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNAUTHORISED = "Authentication failed. Confirm that the access token in the authorization header is valid."
RATE_EXCEEDED = "The API rate limit has been exceeded. Try again later."
MONTHLY_LIMIT = "You have reached your monthly limit."
NOT_SENT = "Failed to send messages"
NOT_FOUND = "Not found"
INVALID_REPLY_TOKEN = "Invalid reply token"  # noqa: S105
KEY_ACCEPTED = "The retry key is already accepted"


@dataclass(frozen=True, slots=True)
class Detail:
    """What is wrong at which property, for example "messages[0].text"."""

    message: str
    property: str


@dataclass
class LineRefusal(Exception):
    """An answer other than 2xx."""

    status: int
    message: str
    details: Sequence[Detail] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    sent_messages: Sequence[Mapping[str, str]] = ()

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message}
        if self.details:  # LINE leaves an empty list out
            body["details"] = [
                {"message": detail.message, "property": detail.property} for detail in self.details
            ]
        if self.sent_messages:
            body["sentMessages"] = [dict(sent) for sent in self.sent_messages]
        return body


def bad_request(details: Sequence[Detail]) -> LineRefusal:
    return LineRefusal(400, f"The request body has {len(details)} error(s)", details)

"""A message as its reader sees it: sender, subject, date, and the text that a mail program would show."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Letter:
    sender: str
    subject: str
    text: str


def read(raw: bytes) -> Letter:
    """Decodes headers and the plain text part; a message with none shows an empty text."""
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)
    body = message.get_body(preferencelist=("plain", "html"))
    text = ""
    if body is not None:
        try:
            text = str(body.get_content())
        except (LookupError, UnicodeError):  # a charset that nobody knows
            text = ""
    return Letter(str(message.get("From", "")), str(message.get("Subject", "")), text.replace("\r\n", "\n"))

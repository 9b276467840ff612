"""What mail hosts send back later: delivery status notifications (RFC 3464 in RFC 6522) and complaints (ARF, RFC 5965).

Written as hosts write them: to the envelope sender, from the null sender, in three parts; the third holds the headers of the
mail alone.
"""

import email.policy
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, make_msgid

HOST = "mx.sandbox.invalid"


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail that is spoken of: its envelope, and the message as it came."""

    sender: str
    recipient: str
    message: bytes


def status_report(mail: Returned, action: str, status: str, diagnostic: str, at: datetime) -> bytes:
    """``action`` is "failed" or "delayed"; ``status`` is an enhanced code (RFC 3463)."""
    words = {
        "failed": "お届けできませんでした。再送はしません。",
        "delayed": "まだお届けできていません。再送を続けます。",
    }[action]
    fields = _fields(
        [
            {"Reporting-MTA": f"dns; {HOST}", "Arrival-Date": format_datetime(at)},
            {
                "Final-Recipient": f"rfc822; {mail.recipient}",
                "Action": action,
                "Status": status,
                "Diagnostic-Code": f"smtp; {diagnostic}",
            },
        ]
    )
    return _report(mail, "delivery-status", fields, at, words=words)


def complaint(mail: Returned, at: datetime) -> bytes:
    """Somebody pressed "迷惑メール"."""
    fields = _fields(
        [
            {
                "Feedback-Type": "abuse",
                "User-Agent": "Sandbox-Feedback/1.0",
                "Version": "1",
                "Original-Mail-From": f"<{mail.sender}>",
                "Arrival-Date": format_datetime(at),
            }
        ]
    )
    return _report(mail, "feedback-report", fields, at, words="利用者が迷惑メールとして申告しました。")


def _fields(groups: list[dict[str, str]]) -> list[Message]:
    """Groups of fields as the parts of a message/… part are made of them."""
    made = []
    for group in groups:
        fields = Message()
        for name, value in group.items():
            fields[name] = value
        made.append(fields)
    return made


def _report(mail: Returned, kind: str, fields: list[Message], at: datetime, *, words: str) -> bytes:
    report = MIMEMultipart("report")
    report.set_param("report-type", kind)
    report["From"] = f"MAILER-DAEMON@{HOST}"
    report["To"] = mail.sender
    report["Subject"] = f"Mail {kind}"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = make_msgid(domain=HOST)
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(words, "plain", "utf-8"))
    told = MIMEBase("message", kind)
    for group in fields:
        told.attach(group)
    report.attach(told)
    report.attach(_headers(mail.message))
    return (
        b"Return-Path: <>\r\nDelivered-To: "
        + mail.sender.encode()
        + b"\r\n"
        + report.as_bytes(policy=email.policy.SMTP)
    )


def _headers(raw: bytes) -> MIMEBase:
    """The mail's headers alone (text/rfc822-headers)."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("latin-1")
    part = MIMEBase("text", "rfc822-headers")
    part.set_payload(head + "\n")
    return part

"""Letters as a print file: what the template is given, which letters cannot be printed, and the list beside the file.

The page is A4 for a window envelope; ``letter.typ`` holds the measures and docs/letters.md their sources.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.conf import settings

from keizoku.channels.letter import barcode
from keizoku.delivery.letters.ports import PrintFile
from keizoku.delivery.ports import Outgoing
from keizoku.kernel.documents import glyphs, qr
from keizoku.kernel.documents.setting import NotSet, forget, to_pdf, to_pictures
from keizoku.kernel.personal import Addressee
from keizoku.kernel.text.digits import is_digits
from keizoku.kernel.text.postal import format_postal_code, read_postal_code

TEMPLATE: Final = "channels/letter/letter.typ"
FORMAT: Final = "keizoku-letters/1"
# What the window has room for at its smallest type, 8 points.
LONGEST_ADDRESS: Final = 88
LONGEST_NAME: Final = 48
_POSTAL_DIGITS: Final = 7
_PAGE: Final = b"/Type/Page/"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as printed: who may be telephoned, and where a letter goes that cannot be delivered."""

    institution: str
    department: str
    address: str
    postal_code: str
    phone: str
    hours: str

    @classmethod
    def of_settings(cls) -> "Sender":
        return cls(
            institution=settings.INSTITUTION,
            department=settings.LETTER_DEPARTMENT,
            address=settings.LETTER_RETURN_ADDRESS,
            postal_code=read_postal_code(settings.LETTER_RETURN_POSTAL_CODE) or "",
            phone=settings.LETTER_PHONE,
            hours=settings.LETTER_PHONE_HOURS,
        )

    @property
    def is_complete(self) -> bool:
        return bool(self.address and self.postal_code and self.phone)


def problem(outgoing: Outgoing) -> str:
    """Why this letter cannot be printed, as a code; empty where it can."""
    assert isinstance(outgoing.address, Addressee)
    name, address, postal_code = outgoing.address.reveal()
    if not is_digits(postal_code, _POSTAL_DIGITS):
        return "no_postal_code"
    if not name.strip():
        return "no_name"
    if len(address) > LONGEST_ADDRESS or len(name) > LONGEST_NAME:
        return "address_too_long"
    if glyphs.missing(name + address):
        return "character_not_printable"
    return ""


def compose(
    batch: Sequence[Outgoing], sender: Sender, *, key: UUID, made_at: datetime, on: date
) -> PrintFile:
    """The print file of letters that have no ``problem``: one page each, in order."""
    pdf = to_pdf(TEMPLATE, _inputs(batch, sender, on), made_at=made_at, is_tagged=False)
    forget()
    if pdf.count(_PAGE) != len(batch):
        raise NotSet(f"{TEMPLATE}: {len(batch)} letters took {pdf.count(_PAGE)} pages")
    return PrintFile(key, pdf, _manifest(batch, key, made_at, pdf))


def picture(outgoing: Outgoing, sender: Sender, *, on: date, pixels_an_inch: float = 96) -> bytes:
    """One letter as a PNG, for those who write and approve its words."""
    (page,) = to_pictures(TEMPLATE, _inputs([outgoing], sender, on), pixels_an_inch=pixels_an_inch)
    return page


def _inputs(batch: Sequence[Outgoing], sender: Sender, on: date) -> dict[str, Any]:
    return {
        "title": batch[0].message.subject,
        "on": _day(on),
        "sender": {
            "institution": sender.institution,
            "department": sender.department,
            "address": sender.address,
            "postal_code": format_postal_code(sender.postal_code) if sender.postal_code else "",
            "phone": sender.phone,
            "hours": sender.hours,
        },
        "letters": [_letter(outgoing) for outgoing in batch],
    }


def _letter(outgoing: Outgoing) -> dict[str, Any]:
    assert isinstance(outgoing.address, Addressee)
    name, address, postal_code = outgoing.address.reveal()
    message = outgoing.message
    return {
        "name": name,
        "honorific": outgoing.address.honorific,
        "address": address,
        "postal_code": format_postal_code(postal_code),
        "bars": [int(bar) for bar in barcode.of_address(address, postal_code)],
        "words": message.body,
        "reference": message.reference,
        "deadline": _day(message.deadline) if message.deadline else "",
        "qr": qr.to_svg(message.button_url) if message.button_url else "",
        "qr_label": message.button_label,
        "tag": outgoing.tag,
    }


def _manifest(batch: Sequence[Outgoing], key: UUID, made_at: datetime, pdf: bytes) -> bytes:
    """Places, tags, pages, sheets and postal codes (for sorting); whoever prints reads names from the pages alone."""
    rows = []
    for sequence, outgoing in enumerate(batch, start=1):
        assert isinstance(outgoing.address, Addressee)
        _, _, postal_code = outgoing.address.reveal()
        rows.append(
            {
                "sequence": sequence,
                "tag": outgoing.tag,
                "first_page": sequence,
                "pages": 1,
                "sheets": 1,
                "postal_code": postal_code,
            }
        )
    told = {
        "format": FORMAT,
        "batch": str(key),
        "made_at": made_at.isoformat(),
        "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
        "pdf_bytes": len(pdf),
        "letters": len(rows),
        "pages": len(rows),
        "list": rows,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

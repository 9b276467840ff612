"""Letters as a print file: what the template is given, which letters cannot be printed, and the list beside the file.

The page is A4 for a window envelope; ``letter.typ`` holds the measures and docs/letters.md their sources.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection

from keizoku.channels.letter import barcode, forms
from keizoku.delivery.letters.ports import PrintFile
from keizoku.delivery.ports import Message, Outgoing
from keizoku.kernel.documents import glyphs, qr
from keizoku.kernel.documents.setting import NotSet, forget, to_pdf, to_pictures
from keizoku.kernel.personal import Addressee, PersonName, PostalAddress
from keizoku.kernel.text.digits import is_digits
from keizoku.kernel.text.postal import format_postal_code, read_postal_code

TEMPLATE: Final = "channels/letter/letter.typ"
FORMAT: Final = "keizoku-letters/1"
# What the window has room for at its smallest type, 8 points.
LONGEST_ADDRESS: Final = 88
LONGEST_NAME: Final = 48
# Letters a print file where they enclose forms: typst took 630 MB to set 200 of them, and 220 MB for 200 single pages.
FORM_LETTERS: Final = 50
_POSTAL_DIGITS: Final = 7
_PAGE: Final = b"/Type/Page/"
SAMPLE: Final = Addressee(
    PersonName("見本 花子"),
    PostalAddress("東京都千代田区丸の内1丁目1-1 みほんマンション101号室", "1000005"),
    is_organisation=False,
)
SAMPLE_REFERENCE: Final = "12345-67890-1"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as printed: who may be telephoned, and where a letter goes that cannot be delivered."""

    institution: str
    department: str
    address: str
    postal_code: str
    phone: str
    hours: str
    reply_name: str = ""
    reply_address: str = ""
    reply_postal_code: str = ""

    @classmethod
    def of_settings(cls) -> "Sender":
        return cls(
            institution=settings.INSTITUTION,
            department=settings.LETTER_DEPARTMENT,
            address=settings.LETTER_RETURN_ADDRESS,
            postal_code=read_postal_code(settings.LETTER_RETURN_POSTAL_CODE) or "",
            phone=settings.LETTER_PHONE,
            hours=settings.LETTER_PHONE_HOURS,
            reply_name=settings.LETTER_REPLY_NAME
            or f"{settings.INSTITUTION}\n{settings.LETTER_DEPARTMENT}".strip(),
            reply_address=settings.LETTER_REPLY_ADDRESS or settings.LETTER_RETURN_ADDRESS,
            reply_postal_code=read_postal_code(
                settings.LETTER_REPLY_POSTAL_CODE or settings.LETTER_RETURN_POSTAL_CODE
            )
            or "",
        )

    @property
    def is_complete(self) -> bool:
        return bool(self.address and self.postal_code and self.phone)


def problem(outgoing: Outgoing) -> str:
    """Why this letter cannot be printed, as a code; empty where it can."""
    assert isinstance(outgoing.address, Addressee)
    if wrong := forms.problem(outgoing):
        return wrong
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
    """The print file of letters that have no ``problem``, in order: one page each, and the pages of what they enclose."""
    pdf = to_pdf(TEMPLATE, _inputs(batch, sender, on), made_at=made_at, is_tagged=False)
    forget()
    pages = [pages_of(outgoing, sender) for outgoing in batch]
    if pdf.count(_PAGE) != sum(pages):
        raise NotSet(
            f"{TEMPLATE}: {len(batch)} letters took {pdf.count(_PAGE)} pages instead of {sum(pages)}"
        )
    return PrintFile(key, pdf, _manifest(batch, pages, key, made_at, pdf))


def print_files(batch: Sequence[Outgoing]) -> list[list[Outgoing]]:
    """The letters of one window as print files: all in one, or in smaller ones where a letter encloses a form."""
    most = FORM_LETTERS if any(outgoing.message.form for outgoing in batch) else len(batch) or 1
    return [list(batch[start : start + most]) for start in range(0, len(batch), most)]


def pages_of(outgoing: Outgoing, sender: Sender) -> int:
    """How many pages one letter has, what it encloses included."""
    form = outgoing.message.form
    return 1 + (form_pages(form, sender) if form else 0)


def picture(outgoing: Outgoing, sender: Sender, *, on: date, pixels_an_inch: float = 96) -> bytes:
    """The first page of one letter as a PNG, for those who write and approve its words."""
    inputs = _inputs([outgoing], sender, on)
    inputs["only"] = "letter"
    (page,) = to_pictures(TEMPLATE, inputs, pixels_an_inch=pixels_an_inch)
    return page


def form_pictures(outgoing: Outgoing, sender: Sender, *, on: date, pixels_an_inch: float = 96) -> list[bytes]:
    """A PNG of each page that a letter encloses."""
    return to_pictures(TEMPLATE, _form_alone(outgoing, sender, on), pixels_an_inch=pixels_an_inch)


def form_pdf(outgoing: Outgoing, sender: Sender, *, on: date, made_at: datetime) -> bytes:
    """What a letter encloses, without the letter."""
    return to_pdf(TEMPLATE, _form_alone(outgoing, sender, on), made_at=made_at, is_tagged=False)


def form_pages(published_id: int, sender: Sender) -> int:
    """How many pages a published questionnaire takes on paper, whoever it is for."""
    return _form_pages(str(connection.settings_dict["NAME"]), published_id, sender)


@lru_cache(maxsize=32)
def _form_pages(_database: str, published_id: int, sender: Sender) -> int:
    """Set once: every copy of a version has the same pages, which ``compose`` checks."""
    sample = sample_of(published_id)
    return form_pdf(sample, sender, on=date(2026, 1, 1), made_at=datetime(2026, 1, 1, tzinfo=UTC)).count(
        _PAGE
    )


def sample_of(published_id: int) -> Outgoing:
    """A letter to nobody that encloses this version."""
    message = Message("", "", "", "", SAMPLE_REFERENCE, date(2026, 12, 31), published_id)
    return Outgoing("", "kz-00000-00000-0000000", SAMPLE, message)


def _form_alone(outgoing: Outgoing, sender: Sender, on: date) -> dict[str, Any]:
    return {**_inputs([outgoing], sender, on), "only": "form"}


def _inputs(batch: Sequence[Outgoing], sender: Sender, on: date) -> dict[str, Any]:
    return {
        "only": "",
        "title": batch[0].message.subject,
        "on": _day(on),
        "sender": {
            "institution": sender.institution,
            "department": sender.department,
            "address": sender.address,
            "postal_code": format_postal_code(sender.postal_code) if sender.postal_code else "",
            "phone": sender.phone,
            "hours": sender.hours,
            "reply_name": sender.reply_name,
            "reply_address": sender.reply_address,
            "reply_postal_code": format_postal_code(sender.reply_postal_code)
            if sender.reply_postal_code
            else "",
            "reply_bars": _bars(sender.reply_address, sender.reply_postal_code),
        },
        "forms": forms.of_batch(batch),
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
        "bars": _bars(address, postal_code),
        "title": message.subject,
        "words": message.body,
        "reference": message.reference,
        "deadline": _day(message.deadline) if message.deadline else "",
        "qr": qr.to_svg(message.button_url) if message.button_url else "",
        "qr_label": message.button_label,
        "tag": outgoing.tag,
        "form": forms.key(message.form) if message.form else None,
        "form_qr": forms.code_of(outgoing),
    }


def _bars(address: str, postal_code: str) -> list[int]:
    return [int(bar) for bar in barcode.of_address(address, postal_code)] if postal_code else []


def _manifest(
    batch: Sequence[Outgoing], pages: Sequence[int], key: UUID, made_at: datetime, pdf: bytes
) -> bytes:
    """Places, tags, pages, sheets and postal codes (for sorting); whoever prints reads names from the pages alone.

    Printed on one side: a question on the back of a sheet is one that many do not see.
    """
    rows = []
    first_page = 1
    for sequence, (outgoing, count) in enumerate(zip(batch, pages, strict=True), start=1):
        assert isinstance(outgoing.address, Addressee)
        _, _, postal_code = outgoing.address.reveal()
        rows.append(
            {
                "sequence": sequence,
                "tag": outgoing.tag,
                "first_page": first_page,
                "pages": count,
                "sheets": count,
                "postal_code": postal_code,
                **({"reply_envelope": True} if outgoing.message.form else {}),
            }
        )
        first_page += count
    told = {
        "format": FORMAT,
        "batch": str(key),
        "made_at": made_at.isoformat(),
        "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
        "pdf_bytes": len(pdf),
        "letters": len(rows),
        "pages": sum(pages),
        "list": rows,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

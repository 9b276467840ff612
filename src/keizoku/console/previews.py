"""A campaign's words as the customer will see them, with sample values in the places that the sending fills."""

from base64 import b64encode
from datetime import date, timedelta
from typing import Final, Literal, cast

from django.conf import settings

from keizoku.delivery.letters import previewing as letters
from keizoku.delivery.letters.errors import LetterRefused
from keizoku.delivery.ports import Message as Outgoing
from keizoku.delivery.rules import PLACEHOLDERS, PORTAL
from keizoku.kernel.documents.setting import NotSet
from keizoku.reviews.paper import queries as paper
from keizoku.ui.components.display import Message
from keizoku.ui.formats import date_jp

# What stands where a placeholder was, for whoever writes the words.
PLACEHOLDER_WORDS: Final = {
    "institution": "金融機関の名前",
    "reference": "お客さまごとの受付番号（本文に必ず入れます）",
    "deadline": "回答の期限",
    "portal": "ホームページでの入口の名前",
}
SAMPLE_REFERENCE: Final = "12345-67890-1"


def preview(
    channel: str, subject: str, body: str, button_label: str, *, closes_on: date, has_form: bool = False
) -> Message:
    """The message in a phone; a placeholder that is not known stays as it was typed."""
    form = paper.form_of_persons() if has_form and channel == "letter" else None
    values = {
        "institution": settings.INSTITUTION,
        "reference": SAMPLE_REFERENCE,
        "deadline": date_jp(closes_on),
        "portal": PORTAL,
    }
    return Message(
        channel=cast("Literal['line', 'email', 'sms', 'letter']", channel),
        sender=f"{settings.INSTITUTION} <{settings.MAIL_FROM}>"
        if channel == "email"
        else settings.INSTITUTION,
        subject=_filled(subject, values),
        lines=[line for line in _filled(body, values).split("\n\n") if line.strip()],
        buttons=[button_label] if button_label else [],
        picture=_page(_filled(subject, values), _filled(body, values), button_label, closes_on, form)
        if channel == "letter"
        else "",
        enclosed=_enclosed(form) if form else (),
    )


def _page(subject: str, body: str, label: str, closes_on: date, form: int | None) -> str:
    """The printed page as an image's address; nothing where this installation prints none."""
    try:
        page = letters.picture(Outgoing(subject, body, label, "", SAMPLE_REFERENCE, closes_on, form))
    except (LetterRefused, NotSet):
        return ""
    return _address(page)


def _enclosed(form: int) -> list[str]:
    """The pages of the questionnaire on paper."""
    try:
        return [_address(page) for page in letters.form_pictures(form)]
    except (LetterRefused, NotSet):
        return []


def _address(page: bytes) -> str:
    return f"data:image/png;base64,{b64encode(page).decode('ascii')}"


def closing_day(today: date, answer_days: int) -> date:
    return today + timedelta(days=answer_days)


def _filled(text: str, values: dict[str, str]) -> str:
    for name in PLACEHOLDERS:
        text = text.replace(f"{{{name}}}", values[name])
    return text

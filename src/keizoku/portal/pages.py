"""What each template shows: contexts made of typed rows. No decision is taken here."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from keizoku.forms.rules.progress import Step
from keizoku.forms.rules.showing import question_shown
from keizoku.portal import visit
from keizoku.reviews import asking
from keizoku.reviews.queries import Sitting
from keizoku.reviews.rules.confirming import beside, confirmed
from keizoku.reviews.rules.proving import Strength
from keizoku.ui import speaking

# Pages that stand beside the walk do not link to themselves.
_ASIDES = {"check": "check_url", "purposes": "purposes_url"}


def page(request: HttpRequest, template: str, state: str, **context: Any) -> HttpResponse:
    """One page in the customer's language; every page shows how to check a message, and what is done with the answers."""
    language = visit.language(request)
    common = {
        "state": state,
        "check_url": reverse("portal:check"),
        "purposes_url": reverse("portal:purposes"),
        "language_url": reverse("portal:language"),
        "here": request.path,
        "languages": [
            {"code": code, "name": name, "tag": speaking.tag(code), "is_current": code == language}
            for code, name in speaking.offered()
        ],
    }
    common.pop(_ASIDES.get(state, ""), None)
    with speaking.spoken_in(language):
        return render(request, f"portal/{template}.html", {**common, **context})


def unchanged_context(sitting: Sitting) -> dict[str, Any] | None:
    """The known values, with the one question that is left; None where nothing is known, or something is answered."""
    found = confirmed(sitting.questionnaire, sitting.known.values)
    if sitting.answers or not found:
        return None
    context: dict[str, Any] = {"known": asking.known_shown(sitting)}
    question = beside(sitting.questionnaire, found)
    if question is not None:
        context |= {"question": question_shown(question, ""), "fresh_name": f"answer_{question.id}"}
    return context


def confirm_note(strength: Strength) -> dict[str, str]:
    """What becomes of a changed contact point."""
    if strength is Strength.STRONG:
        return {
            "contact_note": "確認番号でご本人を確認しました",
            "contact_note_kind": "good",
            "contact_words": "連絡先の変更は、前の連絡先にもお知らせします。",
        }
    return {
        "contact_note": "連絡先の変更は、担当者が確認します",
        "contact_note_kind": "attention",
        "contact_words": "確認が終わるまで、前の連絡先のままです。変更したことは、前の連絡先にもお知らせします。",
    }


def question_context(sitting: Sitting, step: Step) -> dict[str, Any]:
    back_url = question_url(step.number - 1) if step.number > 1 else ""
    return {**asking.question_context(sitting, step), "back_url": back_url}


def confirm_context(sitting: Sitting) -> dict[str, Any]:
    answers = asking.answers_shown(sitting)
    return {
        "answers": [
            {
                "title": answer.title,
                "value": answer.value,
                "is_unchanged": answer.is_unchanged,
                "change_url": question_url(answer.number),
            }
            for answer in answers
        ],
        "back_url": question_url(len(answers)),
    }


def senders() -> list[tuple[str, str]]:
    """How our messages name their sender, by channel."""
    return [("LINE", settings.INSTITUTION), ("メール", settings.MAIL_FROM)]


def question_url(number: int) -> str:
    return reverse("portal:question", args=[number])

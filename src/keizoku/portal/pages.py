"""What each template shows: contexts made of typed rows. No decision is taken here."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from keizoku.forms.rules.progress import Step
from keizoku.reviews import asking
from keizoku.reviews.queries import Sitting


def page(request: HttpRequest, template: str, state: str, **context: Any) -> HttpResponse:
    """One page; every page shows how to check a message, except that page itself."""
    common = {"state": state, "check_url": "" if state == "check" else reverse("portal:check")}
    return render(request, f"portal/{template}.html", {**common, **context})


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

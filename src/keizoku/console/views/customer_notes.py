"""One customer's notes. Opening the page reads them, and the audit keeps that; confidential ones are compliance's alone."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from keizoku.audit import actions as audit
from keizoku.console.names import actor_names
from keizoku.console.page import above_customers, errors_of, page, tell
from keizoku.console.screen import StaffRequest, screen
from keizoku.customers import queries as customers
from keizoku.customers.casework import queries
from keizoku.customers.casework.actions import write_note
from keizoku.customers.casework.rules import LONGEST_NOTE
from keizoku.customers.errors import NoteRefused
from keizoku.ui.formats import datetime_jst


@screen("notes.use", "GET", "POST")
def notes(request: StaffRequest, customer_id: int) -> HttpResponse:
    if request.method == "GET":
        return _page(request, customer_id)
    try:
        write_note(
            customer_id,
            request.POST.get("text", ""),
            actor=request.user.actor,
            is_confidential=request.POST.get("confidential") == "yes",
            corrects=_key(request.POST.get("corrects", "")),
        )
    except NoteRefused as refusal:
        return _page(request, customer_id, errors_of(refusal, "text"), 422)
    tell(request, "メモを保存しました", "メモは書きかえられません。直すときは、訂正を書きます。")
    return redirect("console-customer-notes", customer_id)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _page(
    request: StaffRequest, customer_id: int, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    customers.summary(customer_id)  # refuses whoever is not there
    may_know = request.user.may("risk.confidential")
    grant = audit.grant_read(actor=request.user.actor, purpose="customer.notes", subjects=[customer_id])
    found = queries.notes_of(customer_id, grant, with_confidential=may_know)
    names = actor_names({note.by for note in found})
    return page(
        request,
        "customer_notes",
        title=f"お客さま No. {customer_id} のメモ",
        current="customers",
        trail=[
            *above_customers(request.user),
            (f"お客さま No. {customer_id}", reverse("console-customer", args=[customer_id])),
        ],
        errors=errors,
        status=status,
        typed=request.POST,
        customer_id=customer_id,
        may_know=may_know,
        longest=LONGEST_NOTE,
        correctable=[("", "新しいメモ"), *_correctable(found)],
        notes=[
            {
                "key": note.key,
                "at": note.at,
                "by": names[note.by],
                "text": note.text,
                "is_confidential": note.is_confidential,
                "is_correction": note.corrects is not None,
                "is_corrected": note.corrected_by is not None,
            }
            for note in found
        ],
    )


def _correctable(found: list[queries.NoteRow]) -> list[tuple[str, str]]:
    return [
        (str(note.key), f"{datetime_jst(note.at)} のメモの訂正")
        for note in found
        if note.corrected_by is None
    ]

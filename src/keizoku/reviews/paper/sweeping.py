"""Forms that wait too long become tasks; those whose review ended otherwise are set aside. Each may run twice."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import F

from keizoku.audit import actions as audit
from keizoku.kernel.clock import TOKYO
from keizoku.reviews.paper.ending import SYSTEM, open_task, set_aside
from keizoku.reviews.paper.handing_in import overtaken
from keizoku.reviews.paper.models import PaperForm
from keizoku.reviews.paper.rules import MAXIMUM_AGES, STATE_WORDS, WAITING
from keizoku.reviews.rules.states import AWAITING_CUSTOMER

_AT_ONCE: Final = 500


@transaction.atomic
def escalate(now: datetime) -> int:
    """A task for each form that has waited longer than its state may last; returns how many."""
    total = 0
    for state, age in MAXIMUM_AGES.items():
        late = PaperForm.objects.filter(state=state, state_since__lt=now - age, escalated_at__isnull=True)
        # One at a time: each opens a task of its own, and there are few.
        for form in late.select_related("review").select_for_update(skip_locked=True, of=("self",))[
            :_AT_ONCE
        ]:
            PaperForm.objects.filter(id=form.id).update(escalated_at=now)
            open_task(
                form,
                f"返送された質問票が、{age.days}日をこえて「{STATE_WORDS[state]}」のままです。入力を進めてください。",
                now.astimezone(TOKYO).date(),
            )
            audit.record(
                actor=SYSTEM,
                action="reviews.paper.escalated",
                subject=("review", form.review_id),
                details={"form": form.id, "state": state.value},
            )
            total += 1
    return total


@transaction.atomic
def let_go() -> int:
    """Forms of a round that awaits none any more (answered by its customer, asked again, withdrawn) are set aside; returns
    how many.
    """
    over = PaperForm.objects.filter(state__in=WAITING).exclude(
        review__state__in=AWAITING_CUSTOMER, review__round=F("round")
    )
    found = list(over.select_for_update(skip_locked=True, of=("self",))[:_AT_ONCE])
    for form in found:  # few: people answer twice seldom
        set_aside(form, overtaken(form.review_id), SYSTEM)
    return len(found)

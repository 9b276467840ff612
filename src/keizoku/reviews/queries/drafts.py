"""The draft of a decision that its reviewer has not made yet."""

import json
from typing import Any, Final

from django.utils import timezone

from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.reviews.desk.models import DeskCase

DESK_DRAFT: Final = "reviews_deskcase.draft"


def draft(case: DeskCase, staff_id: int, subject: int, grant: ReadGrant) -> dict[str, Any]:
    """What this person had typed under the lease that he still has; nothing otherwise."""
    is_held = case.held_by_id == staff_id and case.held_until is not None and case.held_until > timezone.now()
    if case.draft is None or not is_held:
        return {}
    record = f"{case.review_id}.{staff_id}"
    text = field.decrypt(bytes(case.draft), where=DESK_DRAFT, record=record, subject=subject, grant=grant)
    typed = json.loads(text)
    assert isinstance(typed, dict)
    return typed

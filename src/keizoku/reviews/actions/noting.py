"""What a reviewer has typed and not decided yet: kept encrypted with the lease, so that a closed browser loses nothing."""

import json
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.kernel.crypto import field
from keizoku.kernel.text.numbers import has_individual_number
from keizoku.reviews.desk.models import DeskCase
from keizoku.reviews.permitted import refuse_unless
from keizoku.reviews.queries.drafts import DESK_DRAFT

LONGEST_DRAFT: Final = 2_000


def keep_draft(review_id: int, typed: Mapping[str, Any], staff: Staff) -> bool:
    """Keep what was typed, in place of what was kept before; False when the case is not held by this person any more.

    What holds an Individual Number is not kept: the law lets nobody store it for this purpose.

    Raises:
        NotPermitted: not a reviewer.
    """
    refuse_unless(staff, "reviews.decide")
    text = json.dumps(typed, ensure_ascii=False, sort_keys=True)
    if len(text) > LONGEST_DRAFT or has_individual_number(text):
        return False
    sealed = field.encrypt(text, where=DESK_DRAFT, record=f"{review_id}.{staff.pk}")
    held = DeskCase.objects.filter(review_id=review_id, held_by=staff, held_until__gt=timezone.now())
    return bool(held.update(draft=sealed))

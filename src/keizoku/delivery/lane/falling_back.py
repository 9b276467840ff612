"""A notice that none of a customer's quick ways took is sent as a letter: whoever has only a postal address is told as well.

Called with each end of a notice, in its transaction. What is unknown may have arrived and gets no letter.
"""

from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Q

from keizoku.delivery.lane.actions import Wanted, notify
from keizoku.delivery.lane.models import Code
from keizoku.delivery.lane.rules import LETTER, NOTICES, CodeState
from keizoku.delivery.lane.words import language_of, message_for
from keizoku.kernel.actor import Actor

# Two notices of one change that end at once: the second sees the first one's end.
_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('delivery.lane.notice', %s))"
_NOT_TOLD: Final = (CodeState.REFUSED, CodeState.EXPIRED)


def by_letter(code: Code, *, actor: Actor) -> bool:
    """Ask for a letter when this was the last of a change's notices and none was taken; False where there is no need."""
    if code.purpose not in NOTICES or code.record_version is None or LETTER not in settings.CHANNELS:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [code.customer_id])
    of_change = Code.objects.filter(
        customer_id=code.customer_id, purpose=code.purpose, record_version=code.record_version
    )
    if of_change.filter(Q(channel=LETTER) | ~Q(state__in=_NOT_TOLD)).exists():
        return False
    words = message_for(code.purpose, LETTER, language_of(code.purpose, code.message.body))
    wanted = Wanted(code.customer_id, LETTER, code.purpose, words)
    notify(wanted, record_version=code.record_version, actor=actor)
    return True

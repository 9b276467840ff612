"""The business day that a demo begins on: one on which the supplied journeys send, whenever it is started.

Journeys send on a bank's days from 9:00 to 20:00 (``campaigns.journeys``); whoever looks at the demo on a Sunday evening
would see nothing go out. So its business clock begins at the next opening, which the demo's own words say.
"""

from datetime import datetime, timedelta
from typing import Final

# A visit lasts about so long: an opening that ends earlier is left to those who came before.
AT_LEAST: Final = timedelta(hours=2)


def next_visit(now: datetime) -> datetime:
    """The earliest moment, not before ``now``, from which a bank's calendar stays open for a visit."""
    from keizoku.campaigns.journeys.rules.calendar import BANK_DAYS, next_open, open_until

    begins = next_open(BANK_DAYS, now)
    ends = open_until(BANK_DAYS, begins)
    assert ends is not None
    return begins if ends - begins >= AT_LEAST else next_open(BANK_DAYS, ends)


def begin_open() -> datetime | None:
    """Move the business clock to the next visit; returns that moment, None where it stayed as it was."""
    from django.db import transaction

    from keizoku.audit import actions as audit
    from keizoku.kernel import clock
    from keizoku.kernel.actor import Actor

    now = clock.business_now()
    begins = next_visit(now)
    if begins == now:
        return None
    with transaction.atomic():
        clock.advance(begins - now)
        days = (begins.astimezone(clock.TOKYO).date() - now.astimezone(clock.TOKYO).date()).days
        audit.record(actor=Actor.system("setup"), action="kernel.clock.advanced", details={"days": days})
    return begins

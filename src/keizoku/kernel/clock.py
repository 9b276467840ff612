"""Two clocks (design decision 4).

Business time moves rules, journeys and due dates; a demo can advance it. Wall time (``django.utils.timezone.now``)
moves leases, sessions, tokens and time-outs. Rules take ``now`` or ``today`` as an argument and never come here.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F

from keizoku.kernel import installation
from keizoku.kernel.errors import Refusal
from keizoku.kernel.models import BusinessClock
from keizoku.kernel.moment import once

TOKYO = ZoneInfo("Asia/Tokyo")


class ClockRefused(Refusal):
    code = "kernel.clock_refused"


@once
def business_now() -> datetime:
    """Business time as an aware instant."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT keizoku_business_now()")
        (now,) = cursor.fetchone()
    assert isinstance(now, datetime)
    return now


def business_today() -> date:
    """The business day in Japan."""
    return business_now().astimezone(TOKYO).date()


def offset() -> timedelta:
    """How far business time is ahead of wall time; always zero in production."""
    return BusinessClock.objects.get().ahead_by


def advance(by: timedelta) -> datetime:
    """Move business time forward (a demo only; the database refuses it in production and refuses going back)."""
    if by <= timedelta(0):
        raise ClockRefused("業務日付は先へしか進められません。", remedy="1日以上の日数を指定してください。")
    if not installation.is_demo():
        raise ClockRefused("本番環境の業務日付は変更できません。", remedy="デモ環境でお試しください。")
    BusinessClock.objects.update(ahead_by=F("ahead_by") + by)
    return business_now()

"""Cases that a visitor finds ready: stale and missing values come with the sample; the others are made here.

All are made through the rooms' own actions, of customers who are not due for a year, so that the walk's campaign keeps
its audience. ``ready`` tells whether they are there; an interrupted start makes them anew.
"""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from keizoku.cli.demo.cases import around, files, identity, paper, suspicions
from keizoku.cli.demo.cases.chosen import corporations, individuals
from keizoku.cli.demo.places import Places

if TYPE_CHECKING:
    from keizoku.kernel.actor import Actor

CONFLICTS, SUSPICIONS, RETURNED_MAIL, ATTRIBUTES = 5, 3, 4, 3
# Second records of people whom the bank knows already.
DOUBLES: Final = 3


def ready() -> bool:
    from keizoku.customers.models import ImportRun

    return ImportRun.objects.filter(file_name=files.NAME, state=ImportRun.State.DONE).exists()


def make(places: Places, staff: Mapping[str, "Actor"], today: date) -> None:
    """Make all of them, or none. ``staff``: login → actor."""
    from django.db import transaction

    compliance, approver, reviewer = staff["compliance"], staff["approver"], staff["reviewer"]
    with transaction.atomic():
        people, companies = individuals(places, today), corporations(places, today)
        suspicions.suspect([next(people) for _ in range(SUSPICIONS)], compliance, today)
        suspicions.ask_for_override(next(people), compliance, today)
        suspicions.return_mail([next(people) for _ in range(RETURNED_MAIL)], reviewer, today)
        around.add_attribute([next(people) for _ in range(ATTRIBUTES)], compliance, approver, today)
        around.relate([next(companies) for _ in range(2)], [next(people) for _ in range(3)], reviewer, today)
        around.withdraw_consent(next(people), reviewer, today)
        around.write_notes([next(people) for _ in range(2)], reviewer, compliance, today)
        around.end_long_ago(people, compliance, today)
        contradicted = [next(people) for _ in range(CONFLICTS)]
        doubled = [next(people) for _ in range(DOUBLES)]
        files.contradict_and_double(contradicted, doubled, places, reviewer, today)
        around.promise_a_call(next(people), today)
        paper.send_back([next(people) for _ in range(2)], staff["operator"], today)
        identity.ask_for_pictures(staff["operator"])

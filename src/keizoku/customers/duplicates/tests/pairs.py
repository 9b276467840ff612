"""Two customers who are one, three members of staff, and the walk from candidate to merged. Not a test."""

from datetime import date
from typing import Any

from keizoku.customers.duplicates import actions, finding
from keizoku.customers.models import Duplicate
from keizoku.kernel.actor import Actor

TODAY = date(2026, 11, 22)
# The second row of the same person: another number and account, an older address, no mail.
AGAIN = {"住所": "東京都渋谷区渋谷9-9-9", "メールアドレス": "", "電話番号": "090-1234-0001"}
CHOICES = {"address": "survivor", "email": "survivor", "account": "survivor"}


def two_rows_of_one_person(make_customers: Any) -> tuple[int, int]:
    (first,) = make_customers(1)
    (second,) = make_customers(1, **AGAIN)
    return first, second


def staff() -> dict[str, Actor]:
    """Two who may propose, two who may approve."""
    from keizoku.accounts.models import Staff

    logins = {
        "proposer": "reviewer",
        "other_proposer": "compliance",
        "approver": "approver",
        "second": "approver",
    }
    return {
        login: Actor.staff(Staff.objects.create(login=login, display_name=login, role=role).id)
        for login, role in logins.items()
    }


def found() -> Duplicate:
    finding.find_everywhere()
    return Duplicate.objects.get()


def proposed(survivor: int, actor: Actor, **choices: str) -> Duplicate:
    pair = found()
    actions.propose(pair.id, survivor_id=survivor, choices=CHOICES | choices, actor=actor)
    return Duplicate.objects.get()


def merged(survivor: int, people: dict[str, Actor], **choices: str) -> Duplicate:
    pair = proposed(survivor, people["proposer"], **choices)
    actions.approve(pair.id, digest=pair.proposal_digest, actor=people["approver"], today=TODAY)
    return Duplicate.objects.get()

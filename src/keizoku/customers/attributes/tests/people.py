"""What the tests of attributes share: definitions by one member of staff, approved by another."""

from typing import Any

from keizoku.accounts.models import Staff
from keizoku.customers.attributes import actions, queries
from keizoku.customers.attributes.rules.definition import Definition
from keizoku.customers.attributes.tests.test_rules import INCOME, PEP
from keizoku.kernel.actor import Actor

DOCUMENTS: dict[str, dict[str, Any]] = {
    "pep_status": PEP,
    "income": INCOME,
    "held_by": {"name": "held_by", "type": "list", "label": "保有する資格", "choice": PEP["choice"]},
    "checked_on": {"name": "checked_on", "type": "date", "label": "書類を見た日"},
    "has_proxy": {"name": "has_proxy", "type": "flag", "label": "代理人がいる"},
}


def staff(role: str, login: str = "") -> Actor:
    login = login or role
    member, _ = Staff.objects.get_or_create(
        login=login, defaults={"display_name": f"{login}さん", "role": role}
    )
    return member.actor


def approve(version_id: int) -> None:
    actions.approve(version_id, staff("approver"), digest=queries.row(version_id).digest)


def define(*names: str, **changes: object) -> list[Definition]:
    """Draft and approve these of ``DOCUMENTS``, each with ``changes``; they are in force."""
    for name in names:
        document = {"about_suspicion": False, **DOCUMENTS[name], **changes}
        approve(actions.draft(document, staff("compliance")))
    return [one for one in queries.readable() if one.name in names]

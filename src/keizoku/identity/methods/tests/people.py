"""What the tests of methods share: one who signs and one who approves, and what the two have put in force."""

from datetime import date

from keizoku.accounts.models import Staff
from keizoku.identity.methods import actions, queries
from keizoku.kernel.actor import Actor

READ_ON = date(2026, 11, 1)


def staff(role: str, login: str = "") -> Actor:
    login = login or role
    member, _ = Staff.objects.get_or_create(
        login=login, defaults={"display_name": f"{login}さん", "role": role}
    )
    return member.actor


def approve(proposal_id: int) -> int:
    """Approve as an approver does: with the digest that was read."""
    actions.approve(proposal_id, staff("approver"), digest=queries.proposal(proposal_id).digest)
    return proposal_id


def sign(key: str) -> int:
    return actions.sign(key, where="e-Gov 法令検索", read_on=READ_ON, actor=staff("compliance"))


def confirm(*keys: str) -> list[int]:
    return [approve(sign(key)) for key in keys]


def switch(scope: str, method: str, *, is_on: bool = True) -> int:
    return approve(
        actions.switch(scope, method, is_on=is_on, reason="委員会の決定", actor=staff("compliance"))
    )

"""What a department is for, where a setting says so: who approves is of another one than who asked; who looks sees its
branches' customers only.
"""

from django.conf import settings

from keizoku.accounts.errors import NotPermitted
from keizoku.accounts.models import Staff
from keizoku.kernel.actor import Actor


def refuse_same(approver: Actor, asker_id: int) -> None:
    """Raise ``NotPermitted`` where another department is demanded and both are of one, or of none."""
    if not settings.APPROVAL_BY_ANOTHER_DEPARTMENT:
        return
    of = dict(Staff.objects.filter(pk__in=(int(approver.id), asker_id)).values_list("pk", "department"))
    if of.get(int(approver.id), "") == of.get(asker_id, ""):
        raise NotPermitted(
            "申請した人と同じ部署の人は、承認できません。", remedy="ほかの部署の承認者に依頼してください。"
        )


def branches_of(actor: Actor) -> frozenset[str] | None:
    """The branches whose customers the actor sees; None: everybody's (ADR 0049)."""
    if not settings.BRANCHES_OF_DEPARTMENTS or actor.kind != "staff":
        return None
    department = Staff.objects.filter(pk=int(actor.id)).values_list("department", flat=True).first()
    return settings.BRANCHES_OF_DEPARTMENTS.get(department or "")

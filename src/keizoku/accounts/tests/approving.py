"""A request for a file, approved by somebody else, for tests of the rooms that make files."""

from keizoku.accounts.exports import actions
from keizoku.accounts.exports.actions import Wanted
from keizoku.accounts.exports.rules import Kind
from keizoku.accounts.models import Staff
from keizoku.kernel.actor import Actor


def approved(kind: Kind, about: int, people: int, *, by: Actor) -> int:
    """The number of an approved request of this person."""
    other, _ = Staff.objects.get_or_create(
        login="second-pair-of-eyes", defaults={"display_name": "承認 二郎", "role": "approver"}
    )
    number = actions.ask(Wanted(kind, about, people, "監督官庁への報告"), actor=by)
    actions.decide(number, is_approved=True, people=people, actor=other.actor)
    return number

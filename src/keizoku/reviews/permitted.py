"""What every verb of the desk asks first."""

from keizoku.accounts.models import Staff
from keizoku.reviews.errors import NotPermitted


def refuse_unless(staff: Staff, permission: str) -> None:
    """Raises ``NotPermitted``."""
    if not staff.may(permission):
        raise NotPermitted

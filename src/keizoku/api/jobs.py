"""The API's periodic job."""

from keizoku.api import once
from keizoku.kernel.tasks import every


@every("7 * * * *", "api.forget_calls")
def forget_calls() -> None:
    """Every hour: forget the idempotency keys whose 24 hours are over."""
    once.forget_old()

"""The API's periodic job."""

from keizoku.kernel.tasks import every


@every("7 * * * *", "api.forget_calls")
def forget_calls() -> None:
    """Every hour: forget the idempotency keys whose 24 hours are over."""
    from keizoku.api import once  # noqa: PLC0415 - brings django-ninja, for which other processes need not wait

    once.forget_old()

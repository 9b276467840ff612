"""Workers' entry point of the numbers."""

from keizoku.campaigns.numbers import counting
from keizoku.delivery.numbers import WAYS
from keizoku.kernel.tasks import every


@every("* * * * *", "campaigns.count_numbers")
def count_numbers() -> None:
    """Every minute: new answers and skips become counters."""
    counting.count(WAYS)

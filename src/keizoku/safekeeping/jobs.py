"""The worker's part: every ten seconds, go on with a re-encryption that is not over."""

from typing import Final

from keizoku.kernel import tasks
from keizoku.safekeeping.keys import reencrypting

AT_A_TIME_S: Final = 8.0


@tasks.every("* * * * * */10", "safekeeping.reencrypt")
def reencrypt() -> None:
    """Nothing to do costs one query; a kill loses at most the batch at hand, which was not committed."""
    reencrypting.work(AT_A_TIME_S)

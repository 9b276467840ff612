"""Child processes that end with their parent, also when the parent is killed.

Linux only, as the embedded database is. The signal follows the parent *thread*: start children from the main thread.
"""

import ctypes
import signal

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent() -> None:
    """To be run in the child before ``exec`` (``preexec_fn``): SIGTERM when the parent dies (prctl(2))."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)

"""The demo's processes: each is started again when it dies, and all end with the demo, also when that is killed."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from keizoku.kernel.processes import end_with_parent

GRACE_S = 20
RESTART_PAUSE_S = 1.0


@dataclass
class Child:
    """One ``keizoku …`` process in the demo's environment; its output goes to a log file of its own."""

    name: str
    arguments: Sequence[str]
    log: Path
    restart_pause_s: float = RESTART_PAUSE_S
    restarts: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _died_at: float | None = field(default=None, repr=False)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "keizoku", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # The children are started by the main thread, which lives as long as the demo.
                preexec_fn=end_with_parent,  # noqa: PLW1509
            )

    def look_after(self) -> bool:
        """Start again if it has died, a moment later; True when it has just been started again."""
        if self._process is None or self._process.poll() is None:
            return False
        if self._died_at is None:
            self._died_at = time.monotonic()
        if time.monotonic() - self._died_at < self.restart_pause_s:
            return False
        self._died_at = None
        self.restarts += 1
        self.start()
        return True

    def terminate(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def wait(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Family:
    """All children together, in the order of their start."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children

    def start(self) -> None:
        for child in self.children:
            child.start()

    def look_after(self) -> list[str]:
        """Names of those that were started again just now."""
        return [child.name for child in self.children if child.look_after()]

    def stop(self) -> None:
        for child in reversed(self.children):
            child.terminate()
        for child in reversed(self.children):
            child.wait()

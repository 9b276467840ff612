"""Where the demo lives: its ports, folders and the environment that its processes share."""

import fcntl
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

CUSTOMERS = 10_000
SEED = 20261121
INSTITUTION = "継続銀行"
DIRTY_RATE = 0.02
WEB_PORT, SANDBOX_PORT, SMTP_PORT, IMAP_PORT = 8000, 8100, 8125, 8143
SMS_TENANT = "00000000-0000-4000-8000-000000000001"
PORTS_TO_TRY = 200
_held: list[socket.socket] = []
_alone: list[IO[str]] = []


@dataclass(frozen=True, slots=True)
class Places:
    """``web`` and ``sandbox`` are addresses without a trailing slash; ``state`` is the demo's own state folder."""

    state: Path
    web_port: int
    sandbox_port: int
    smtp_port: int
    imap_port: int

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def sandbox(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def sample(self) -> Path:
        return self.state / "demo" / "customers.csv"

    @property
    def truth(self) -> Path:
        return self.sample.with_name(self.sample.name + ".truth.json")

    @property
    def journals(self) -> Path:
        return self.state / "sandbox"

    def environment(self, *, token: str, secret: str) -> dict[str, str]:
        return {
            "KEIZOKU_STATE": str(self.state),
            "KEIZOKU_INSTALLATION_KIND": "demo",
            "KEIZOKU_INSTITUTION": INSTITUTION,
            "KEIZOKU_PUBLIC_URL": self.web,
            "KEIZOKU_LINE_API_URL": self.sandbox,
            "KEIZOKU_LINE_CHANNEL_TOKEN": token,
            "KEIZOKU_LINE_CHANNEL_SECRET": secret,
            "KEIZOKU_SMTP_HOST": "127.0.0.1",
            "KEIZOKU_SMTP_PORT": str(self.smtp_port),
            "KEIZOKU_LINE_ACCESS_URL": self.sandbox,
            "KEIZOKU_BOUNCE_IMAP_HOST": "127.0.0.1",
            "KEIZOKU_BOUNCE_IMAP_PORT": str(self.imap_port),
            "KEIZOKU_BOUNCE_IMAP_USER": "bounces",
            "KEIZOKU_BOUNCE_IMAP_PASSWORD": secret,
            "KEIZOKU_SMS_API_URL": f"{self.sandbox}/api",
            "KEIZOKU_SMS_TENANT": SMS_TENANT,
            "KEIZOKU_SMS_TOKEN": token,
            "KEIZOKU_SMS_CALLBACK_SECRET": secret,
            "KEIZOKU_LETTER_API_URL": f"{self.sandbox}/print",
            "KEIZOKU_LETTER_API_TOKEN": token,
            "KEIZOKU_LETTER_DEPARTMENT": "お客さま情報確認センター",
            "KEIZOKU_LETTER_RETURN_POSTAL_CODE": "100-0005",
            "KEIZOKU_LETTER_RETURN_ADDRESS": "東京都千代田区丸の内1-1-1",
            "KEIZOKU_LETTER_PHONE": "0120-000-000",
            "KEIZOKU_LETTER_PHONE_HOURS": "平日 9時から17時まで",
        }


def be_alone(state: Path) -> None:
    """Until this process ends no other demo runs on this state: it would empty it, or send into two outside worlds.

    Raises:
        ClickException: another demo runs on it.
    """
    turn = state.with_name(f"{state.name}.lock").open("a")
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        turn.close()
        raise click.ClickException(
            f"a demo runs already on {state}. Its addresses stand where it was started; end it there with Ctrl-C, "
            "or give this one a folder of its own: KEIZOKU_STATE=FOLDER make demo"
        ) from error
    _alone.append(turn)


def choose(state: Path) -> Places:
    """The usual ports, or the next free ones (another demo may run on this machine), held until ``let_go``."""
    ports = [
        next(p for p in range(wanted, wanted + PORTS_TO_TRY) if _hold(p))
        for wanted in (WEB_PORT, SANDBOX_PORT, SMTP_PORT, IMAP_PORT)
    ]
    return Places(state, *ports)


def let_go() -> None:
    """To be called right before the processes start that will listen: until then nobody else could take their ports."""
    while _held:
        _held.pop().close()


def adopt(environment: dict[str, str]) -> None:
    """Make this process one of the demo's, before any settings are read; a database of its own always."""
    for name in ("DATABASE_URL", "KEIZOKU_OWNER_DATABASE_URL", "KEIZOKU_AUDITOR_DATABASE_URL"):
        os.environ.pop(name, None)
    os.environ.update(environment)


def _hold(port: int) -> bool:
    """Listen there myself; False where somebody else does."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind(("127.0.0.1", port))
        holder.listen(1)
    except OSError:
        holder.close()
        return False
    _held.append(holder)
    return True

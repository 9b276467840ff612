"""``keizoku demo``: the whole system with sample customers on this machine, set up from nothing.

One supervisor process holds the embedded database and looks after the sandbox, the web server and two workers. The demo's
business clock begins at an hour at which journeys send; the sandbox's clock follows it. ``--check`` walks the main job by
itself and ends with one JSON line.
"""

import json
import os
import shutil
import signal
import sys
import time
from datetime import datetime
from types import FrameType

import click
from rich.console import Console

from keizoku.cli.demo import places as demo_places
from keizoku.cli.demo.children import Child, Family
from keizoku.cli.demo.places import Places

READY_WITHIN_S = 240  # on a busy machine
LOOK_EVERY_S = 0.5


@click.command("demo")
@click.option(
    "--check", is_flag=True, help="Walk the main job unattended from an empty state; exit 1 on any breach."
)
@click.option("--fresh", is_flag=True, help="Begin with an empty state: what the demo held before is gone.")
def command(check: bool, fresh: bool) -> None:  # noqa: FBT001 - click's flags
    """Run the whole system with 10,000 sample customers and a simulated outside world."""
    from keizoku.kernel.state import state_folder

    began = time.monotonic()
    state = state_folder() / ("demo-check" if check else "demo")
    demo_places.be_alone(state)
    if check or fresh:
        shutil.rmtree(state, ignore_errors=True)
    places = demo_places.choose(state)
    console = Console(stderr=True)
    with _stopping_on_signals():
        family, moved_to = _set_up(places, population_delay=(1.0, 6.0) if check else (2.0, 40.0))
        try:
            if check:
                from keizoku.cli.demo.check import run

                report = run(places, family, console, began)
                click.echo(json.dumps(report.as_json(), ensure_ascii=False))
                sys.exit(0 if report.is_clean else 1)
            _welcome(places, console, time.monotonic() - began, moved_to)
            _watch(places, family, console)
        finally:
            family.stop()


def be_at_home(places: Places) -> None:
    """Make this process one of an installation of its own: environment, secrets, embedded database, schema."""
    places.state.mkdir(parents=True, exist_ok=True)
    os.environ["KEIZOKU_STATE"] = str(places.state)
    from keizoku.kernel.secrets import installation_secret

    secret = installation_secret("demo-line-secret")[:32]
    token = installation_secret("demo-line-token")
    demo_places.adopt(places.environment(token=token, secret=secret))
    from keizoku.cli.process import start_django

    start_django()
    from keizoku.kernel.database.schema import migrate

    migrate()


def _set_up(places: Places, population_delay: tuple[float, float]) -> tuple[Family, datetime | None]:
    """Database, schema, data, processes, when the web server answers; and the moment the business clock was moved to."""
    be_at_home(places)
    from keizoku.cli.demo import first_data, opening
    from keizoku.cli.records import progress_bar

    moved_to = opening.begin_open()
    with progress_bar() as bar:
        first_data.prepare(places, bar)
    family = Family(children(places, population_delay))
    demo_places.let_go()
    family.start()
    wait_until_ready(places, family)
    return family, moved_to


def children(places: Places, population_delay: tuple[float, float]) -> list[Child]:
    """The processes of one installation, in the order of their start; ``population_delay`` in seconds."""
    logs = places.state / "logs"
    sandbox = [
        "sandbox",
        *("--world", str(places.sample)),
        *("--state", str(places.journals)),
        *("--port", str(places.sandbox_port)),
        *("--smtp-port", str(places.smtp_port)),
        *("--imap-port", str(places.imap_port)),
        *("--webhook-url", f"{places.web}/webhooks/line"),
        *("--sms-callback-url", f"{places.web}/webhooks/sms/{os.environ['KEIZOKU_SMS_CALLBACK_SECRET']}"),
        *("--answer-delay", *(str(seconds) for seconds in population_delay)),
        "--population",
    ]
    web = ["serve", "--port", str(places.web_port), "--threads", "4"]
    sending = ["worker", "--queue", "sending", "--concurrency", "2"]
    others = [
        "worker",
        "--queue",
        "default",
        "--queue",
        "planning",
        "--queue",
        "events",
        "--queue",
        "outgoing",
        "--queue",
        "codes",
    ]
    named = {"sandbox": sandbox, "web": web, "sender": sending, "worker": others}
    return [Child(name, arguments, logs / f"{name}.log") for name, arguments in named.items()]


def wait_until_ready(places: Places, family: Family) -> None:
    """Until the web server and the sandbox answer.

    Raises:
        ClickException: they do not; it names the logs.
    """
    from keizoku.cli.demo.outside import answers

    deadline = time.monotonic() + READY_WITHIN_S
    while not (answers(f"{places.web}/") and answers(f"{places.sandbox}/_sandbox/status")):
        family.look_after()
        if time.monotonic() > deadline:
            raise click.ClickException(
                f"the processes did not start; their logs are in {places.state / 'logs'}"
            )
        time.sleep(0.2)


def _welcome(places: Places, console: Console, seconds: float, moved_to: datetime | None) -> None:
    from keizoku.cli.demo import first_data
    from keizoku.cli.demo.cases import identity
    from keizoku.kernel.clock import TOKYO
    from keizoku.ui.formats import date_jp

    console.print(f"\n[bold]Keizoku のデモが動いています[/bold] ({seconds:.0f}秒で準備できました)")
    console.print(f"  お客さまのページ    {places.web}/")
    console.print(f"  お客さまの電話(模擬) {places.sandbox}/phone")
    if pictures := identity.address():
        console.print(f"  申込者の本人確認(撮影) {pictures}  (2時間有効)", soft_wrap=True)
    console.print("  職員の画面 (1回だけ使えるサインイン、60分有効)")
    for login, token in first_data.tickets().items():
        name, _ = first_data.STAFF[login]
        console.print(f"    {name:<12} {places.web}/console/ticket/{token}", soft_wrap=True)
    if moved_to is not None:
        local = moved_to.astimezone(TOKYO)
        console.print(
            f"  いまは送らない時間帯です。業務日付を {date_jp(local)} {local.hour}時{local.minute:02d}分へ進めました"
        )
    console.print("  終わるときは Ctrl-C。\n")


def _watch(places: Places, family: Family, console: Console) -> None:
    """Until told to stop: restart what dies, hold the database, let the sandbox's clock follow the business clock."""
    from keizoku.cli.demo.outside import ClockRelay
    from keizoku.kernel.database import embedded

    relay = ClockRelay(places)
    while True:
        embedded.hold_for_process()
        for name in family.look_after():
            console.print(f"[yellow]{name} が止まったため、起動し直しました[/yellow]")
        relay.follow()
        time.sleep(LOOK_EVERY_S)


class _stopping_on_signals:  # noqa: N801 - reads as a verb where it is used
    """SIGTERM ends the demo as Ctrl-C does: orderly, and without a traceback."""

    def __enter__(self) -> None:
        signal.signal(signal.SIGTERM, self._interrupt)

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> bool:
        return kind is KeyboardInterrupt

    @staticmethod
    def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG004 - the handler's signature
        raise KeyboardInterrupt

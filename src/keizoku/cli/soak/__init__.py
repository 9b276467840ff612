"""``keizoku soak``: kills processes and the database at random moments of running campaigns, and counts the harm.

A whole installation of its own runs (sandbox, web server, two senders, a worker, the embedded database), with carriers that
time out after acting, refuse, answer late and call back twice, late and out of order, and with customers who answer. One
JSON line tells what the carriers' own journals and the rows say at the end; exit status 1 on any breach.
"""

import json
import shutil
import sys
import time

import click
from rich.console import Console

CUSTOMERS_A_KILL, AT_LEAST = 40, 1200


@click.command("soak")
@click.option(
    "--kills", default=30, show_default=True, type=click.IntRange(1), help="How many processes die."
)
@click.option(
    "--customers",
    type=click.IntRange(200),
    help=f"Invented customers to write to; by default {CUSTOMERS_A_KILL} a kill, at least {AT_LEAST}.",
)
@click.option("--seed", default=1, show_default=True, help="Draws victims, moments and faults.")
def command(kills: int, customers: int | None, seed: int) -> None:
    """Kill workers, web server and database while campaigns run; count double, late, lost and unknown messages."""
    from keizoku.cli.demo import places as demo_places
    from keizoku.kernel.database import embedded
    from keizoku.kernel.state import state_folder

    state = state_folder() / "soak"
    if state.exists():
        embedded.stop(state)
    shutil.rmtree(state, ignore_errors=True)
    places = demo_places.choose(state)
    from keizoku.cli.soak.run import Plan, run

    plan = Plan(kills, customers or max(AT_LEAST, kills * CUSTOMERS_A_KILL), seed)
    report = run(plan, places, Console(stderr=True), time.monotonic())
    click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    sys.exit(0 if report.is_clean else 1)

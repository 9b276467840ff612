"""``keizoku worker``: runs the jobs of the rooms until told to stop."""

import click

from keizoku.cli.process import check_carriers, start_django

ALL_QUEUES = ("default", "planning", "sending", "events")


@click.command("worker")
@click.option("--queue", "queues", multiple=True, help="Only these queues (default: all). May be repeated.")
@click.option("--concurrency", default=4, show_default=True, type=click.IntRange(1), help="Jobs at once.")
def command(queues: tuple[str, ...], concurrency: int) -> None:
    """Plan, send, understand callbacks, seal the audit: whatever lies waiting in rows."""
    start_django()
    check_carriers()
    from django.core.management import call_command

    call_command(
        "procrastinate",
        "worker",
        queues=list(queues or ALL_QUEUES),
        concurrency=concurrency,
        delete_jobs="successful",
        shutdown_graceful_timeout=15,
    )

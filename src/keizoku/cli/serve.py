"""``keizoku serve``: the web server (granian, WSGI)."""

import click

from keizoku.cli.process import check_carriers, check_models, start_django


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=int)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1), help="Processes.")
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1),
    help="Requests at once in each process.",
)
def command(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the console, the customers' pages and the carriers' callbacks."""
    start_django()
    check_carriers()
    check_models()
    from django.db import connections
    from granian.constants import Interfaces
    from granian.server import Server

    connections.close_all()
    Server(
        "keizoku.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=1024,
        websockets=False,
        respawn_failed_workers=True,
        log_level="warning",  # type: ignore[arg-type]  # granian takes the name
    ).serve()

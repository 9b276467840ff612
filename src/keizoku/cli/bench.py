"""``keizoku bench``: figures of this machine, as JSON, each with its baseline measured in the same run."""

import json
import os
import platform
import tempfile
from pathlib import Path
from typing import Any

import click


def _machine() -> dict[str, Any]:
    return {
        "cpus": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


@click.group("bench")
def command() -> None:
    """Measure; nothing here touches this installation's own data. The output is one JSON line a bench."""


# What a bench prints is JSON anyway; the option lets scripts say that they rely on it.
_as_json = click.option("--json", is_flag=True, expose_value=False, help="Print JSON (always so).")


@command.command("import")
@_as_json
@click.option("--rows", default=10_000, show_default=True, type=click.IntRange(100))
def import_bench(rows: int) -> None:
    """Import a sample file, against the bare COPY of as many rows of the same width."""
    _in_a_database_of_its_own("imports", rows)


@command.command("dispatch")
@_as_json
@click.option("--rows", default=40_000, show_default=True, type=click.IntRange(1000))
def dispatch_bench(rows: int) -> None:
    """Dispatch to a carrier that accepts at once, against the bare lease loop without people and words. Two workers."""
    _in_a_database_of_its_own("dispatching", rows)


@command.command("dispatch-http")
@_as_json
@click.option("--rows", default=20_000, show_default=True, type=click.IntRange(1000))
def dispatch_http_bench(rows: int) -> None:
    """Dispatch by LINE's transport to a sink on this machine, against a bare HTTP client on the same sink. Two workers."""
    _in_a_database_of_its_own("dispatching_http", rows)


@command.command("plan")
@_as_json
@click.option("--recipients", default=1_000_000, show_default=True, type=click.IntRange(1000))
def plan_bench(recipients: int) -> None:
    """Freeze an audience with the reasons of whoever is left out, against the bare INSERT ... SELECT."""
    _in_a_database_of_its_own("planning", recipients)


@command.command("receipts")
@_as_json
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(10_000))
def receipts_bench(rows: int) -> None:
    """Take carriers' callbacks in, in batches and one by one, against the bare INSERT and a bare web application."""
    _in_a_database_of_its_own("receiving", rows)


@command.command("rate")
@_as_json
@click.option("--rows", default=100_000, show_default=True, type=click.IntRange(1000))
def rate_bench(rows: int) -> None:
    """Rate everybody in SQL and some one by one, against the bare INSERT ... SELECT of as many rating rows."""
    _in_a_database_of_its_own("rating", rows)


@command.command("audit-verify")
@_as_json
@click.option("--rows", default=200_000, show_default=True, type=click.IntRange(1000))
def audit_verify_bench(rows: int) -> None:
    """Verify an export, against the bare hashing of its lines."""
    _in_a_database_of_its_own("audit_verify", rows)


@command.command("audit-write")
@_as_json
@click.option("--rows", default=10_000, show_default=True, type=click.IntRange(100))
def audit_write_bench(rows: int) -> None:
    """The audit's share of an import, new and changed."""
    _in_a_database_of_its_own("auditing", rows)


@command.command("search")
@_as_json
@click.option("--customers", default=100_000, show_default=True, type=click.IntRange(1000))
def search_bench(customers: int) -> None:
    """Search by each kind, against a bare look-up. 1,000,000 customers take about five minutes and 2.5 GB of disk."""
    _in_a_database_of_its_own("searching", customers)


@command.command("letters")
@_as_json
@click.option("--letters", default=1_000, show_default=True, type=click.IntRange(100))
def letters_bench(letters: int) -> None:
    """Print files of letters, against typst alone on as many pages."""
    _in_a_database_of_its_own("lettering", letters)


@command.command("audience")
@_as_json
@click.option("--customers", default=100_000, show_default=True, type=click.IntRange(1000))
def audience_bench(customers: int) -> None:
    """Count audiences on facts and on answers, against the bare count of the facts. 1,000,000 take about four minutes."""
    _in_a_database_of_its_own("choosing", customers)


@command.command("answers")
@_as_json
@click.option("--customers", default=1_000, show_default=True, type=click.IntRange(100))
def answers_bench(customers: int) -> None:
    """Customers' whole walks through HTTP, against a bare web application with a row read and a row written a request."""
    _in_a_database_of_its_own("answering", customers)


@command.command("identity")
@_as_json
@click.option("--checks", default=12, show_default=True, type=click.IntRange(2))
def identity_bench(checks: int) -> None:
    """Whole checks of a licence and a face, against Tesseract and face_recognition's steps on the same pictures."""
    _in_a_database_of_its_own("identifying", checks)


@command.command("lists")
@_as_json
@click.option("--customers", default=1_000_000, show_default=True, type=click.IntRange(1000))
def lists_bench(customers: int) -> None:
    """Every page of the console that lists, at three deliveries a customer, against the bare SELECT of a page's rows."""
    _in_a_database_of_its_own("listing", customers)


@command.command("desk")
@_as_json
@click.option("--customers", default=1_000_000, show_default=True, type=click.IntRange(200))
@click.option("--cases", default=50_000, show_default=True, type=click.IntRange(200))
def desk_bench(customers: int, cases: int) -> None:
    """The review desk: queue, next case, open, decide, reviewers at once, against the bare UPDATE of the next row."""
    _in_a_database_of_its_own("desking", customers, max(0, min(cases, customers - 1)))


@command.command("capture")
@_as_json
@click.option("--seconds", default=8, show_default=True, type=click.IntRange(2, 120))
def capture_bench(seconds: int) -> None:
    """The capture page in a headless Chromium (make setup-browser), against the camera alone in the same browser."""
    _in_a_database_of_its_own("capturing", seconds)


@command.command("all")
@_as_json
@click.pass_context
def all_benches(context: click.Context) -> None:
    """All benches by their usual sizes, one JSON line each."""
    for bench in (
        import_bench,
        plan_bench,
        dispatch_bench,
        dispatch_http_bench,
        receipts_bench,
        rate_bench,
        search_bench,
        audience_bench,
        answers_bench,
        identity_bench,
        lists_bench,
        desk_bench,
        audit_verify_bench,
        audit_write_bench,
        letters_bench,
    ):
        context.invoke(bench)


def _in_a_database_of_its_own(name: str, *rows: int) -> None:
    """Run one bench in a child process with a state folder of its own, so that each begins with an empty database."""
    import subprocess
    import sys

    from keizoku.kernel.database import embedded

    with tempfile.TemporaryDirectory(prefix="keizoku-bench-") as folder:
        Path(folder).chmod(0o711)
        environment = {
            name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")
        } | {"KEIZOKU_STATE": f"{folder}/state", "KEIZOKU_INSTALLATION_KIND": "demo"}
        environment |= {"KEIZOKU_LINE_API_URL": "http://127.0.0.1:9", "KEIZOKU_SMTP_HOST": "127.0.0.1"}
        environment["KEIZOKU_SMS_API_URL"] = "http://127.0.0.1:9/api"
        environment["KEIZOKU_LETTER_API_URL"] = "http://127.0.0.1:9/print"
        done = subprocess.run(
            [sys.executable, "-m", f"keizoku.bench.{name}", *map(str, rows)],
            env=environment,
            stdout=subprocess.PIPE,
            check=False,
        )
        embedded.stop(Path(folder) / "state")  # before its folder goes
    if done.returncode:
        raise click.ClickException(f"the bench {name} failed")
    click.echo(
        json.dumps({"bench": name, **json.loads(done.stdout), "machine": _machine()}, ensure_ascii=False)
    )

"""``keizoku return``: decided values back to the core system, and its answer."""

from pathlib import Path

import click

from keizoku.cli.process import with_django


@click.group("return")
def command() -> None:
    """Give what was decided back to the core system (docs/returns.md)."""


@command.command("list")
@with_django
def list_command() -> None:
    """How many values wait, are on their way, came back; and since when."""
    from keizoku.customers.returns import queries as return_queries

    for stand in return_queries.stands():
        age = "" if stand.oldest_days is None else f"（いちばん古いもの {stand.oldest_days}日前）"
        click.echo(f"{stand.label} {stand.count:,}件{age}")
    for file in return_queries.return_files():
        click.echo(
            f"返却 {file.id}: {file.rows:,}件、受領待ち {file.returned:,}、受理 {file.acknowledged:,}、拒否 {file.refused:,}"
        )


@command.command("produce")
@click.option(
    "--out",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder for the CSV and its manifest.",
)
@with_django
def produce_command(out: Path) -> None:
    """Put everything that waits into one file, written once."""
    from keizoku.customers.returns import returning
    from keizoku.kernel.actor import Actor

    actor = Actor.system("cli")
    file = returning.produce(actor=actor)
    for name, content in (
        (f"keizoku-return-{file.id}.csv", returning.download(file.id, actor=actor)),
        (f"keizoku-return-{file.id}.json", returning.manifest(file)),
    ):
        path = out / name
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(content)
        click.echo(path)
    click.echo(f"返却 {file.id}: {file.rows:,}件、SHA-256 {file.sha256}")


@command.command("acknowledge")
@click.argument("number", type=int)
@click.argument("answer", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_django
def acknowledge_command(number: int, answer: Path) -> None:
    """Take in the core system's ANSWER (CSV: 通番,結果,理由) to the return NUMBER."""
    from keizoku.customers.returns import returning
    from keizoku.kernel.actor import Actor

    accepted, refused = returning.acknowledge(number, answer.read_bytes(), actor=Actor.system("cli"))
    click.echo(f"受理 {accepted:,}件、拒否 {refused:,}件")

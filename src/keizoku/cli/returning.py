"""``keizoku return``: decided values back to the core system, and its answer."""

from pathlib import Path

import click

from keizoku.cli.acting import member
from keizoku.cli.outfile import write_new
from keizoku.cli.process import with_django
from keizoku.customers.returns.rules import Cause, Remedy

REMEDIES = [each.value for each in Remedy]
CAUSES = [each.value for each in Cause]


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
        (f"keizoku-return-{file.id}.json", [returning.manifest(file)]),
    ):
        write_new(out / name, content)
        click.echo(out / name)
    click.echo(f"返却 {file.id}: {file.rows:,}件、SHA-256 {file.sha256}")


@command.command("settle")
@click.argument("number", type=int)
@click.option("--line", type=int, help="The one value on this line (通番); without it all that were refused.")
@click.option(
    "--remedy", required=True, type=click.Choice(REMEDIES), help="How the refusal's reason was handled."
)
@click.option("--by", "login", required=True, help="Login of the member of staff who handled it.")
@with_django
def settle_command(number: int, line: int | None, remedy: str, login: str) -> None:
    """Have refused values of the return NUMBER go again with the next file."""
    from keizoku.customers.returns import answering, queries

    ids = queries.refused_ids(number, line=line)
    again, replaced = answering.settle(ids, Remedy(remedy), actor=member(login, "returns.produce").actor)
    click.echo(f"次の返却に入る {again:,}件、新しい値があるので返さない {replaced:,}件")


@command.command("ask-again")
@click.argument("number", type=int)
@click.option("--cause", required=True, type=click.Choice(CAUSES), help="Why the file is needed again.")
@click.option("--by", "login", required=True, help="Login of the member of staff who asks.")
@with_django
def ask_again_command(number: int, cause: str, login: str) -> None:
    """Ask for the file of the return NUMBER again, lost after its one download."""
    from keizoku.customers.returns import reissuing

    reissuing.ask(number, Cause(cause), actor=member(login, "returns.produce").actor)
    click.echo(f"ほかの人が確認してください: keizoku return reissue {number} --by LOGIN --out FOLDER")


@command.command("reissue")
@click.argument("number", type=int)
@click.option("--by", "login", required=True, help="Login of the second person, who confirms.")
@click.option(
    "--out",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder for the CSV.",
)
@with_django
def reissue_command(number: int, login: str, out: Path) -> None:
    """Confirm that the return NUMBER is issued again, and write the very same file."""
    from keizoku.customers.returns import queries, reissuing, returning

    actor, file = member(login, "returns.produce").actor, returning.file_of(number)
    reissue = queries.open_reissue(number)
    if reissue is None:
        raise click.ClickException(
            f"nobody has asked for return {number} again; first: keizoku return ask-again {number}"
        )
    click.echo(f"返却 {number}: {file.rows:,}件、SHA-256 {file.sha256}")
    reissuing.confirm(
        reissue, rows=click.prompt("確かめるために、件数を入力してください", type=int), actor=actor
    )
    path = out / f"keizoku-return-{number}.csv"
    write_new(path, returning.download(number, actor=actor))
    click.echo(path)


@command.command("acknowledge")
@click.argument("number", type=int)
@click.argument("answer", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_django
def acknowledge_command(number: int, answer: Path) -> None:
    """Take in the core system's ANSWER (CSV: 通番,結果,理由) to the return NUMBER."""
    from keizoku.customers.returns import answering
    from keizoku.kernel.actor import Actor

    accepted, refused = answering.acknowledge(number, answer.read_bytes(), actor=Actor.system("cli"))
    click.echo(f"受理 {accepted:,}件、拒否 {refused:,}件")

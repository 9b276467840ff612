"""``keizoku relation``: who stands behind a customer, from a file or one by one; no names are printed."""

from pathlib import Path

import click

from keizoku.cli.process import with_django


@click.group("relation")
def command() -> None:
    """Representatives, beneficial owners, agents, households, guardians (docs/relations-layout.md)."""


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day whose state the file shows (default: today)."
)
@with_django
def import_command(file: Path, as_of: object) -> None:
    """Take in FILE (CSV, UTF-8 or CP932); repeating it changes nothing."""
    from keizoku.customers.relations import queries
    from keizoku.customers.relations.importing import import_relations
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    today = business_today()
    day = as_of.date() if hasattr(as_of, "date") else today
    run = import_relations(file, as_of=day, actor=Actor.system("cli"), today=today)
    last = 0
    while refused := queries.rejections(run.id, after_id=last):
        for rejection_id, line, column, _, reason in refused:
            click.echo(f"{line}行目 {column}: {reason}")
            last = rejection_id
    click.echo(
        f"{run.rows_read:,}行を読みました: 新規 {run.created_count:,}、変更 {run.changed_count:,}、"
        f"変更なし {run.unchanged_count:,}、取り込めない行 {run.rejected_count:,}"
    )


@command.command("list")
@click.argument("customer", type=int)
@with_django
def list_command(customer: int) -> None:
    """Both directions of CUSTOMER (the No. on the screens), and ways on which it owns itself."""
    from keizoku.customers.relations import queries
    from keizoku.kernel.clock import business_today

    for row in queries.relations_of(customer, business_today()):
        other = f"No. {row.other_id}" if row.other_id else "お客さまではない方"
        state = "" if row.holds else "（終わった）"
        click.echo(
            f"{row.label}: {other} {row.terms} {row.source} {row.as_of.isoformat()}時点{state}".replace(
                "  ", " "
            )
        )
    for way in queries.ownership_cycles(customer):
        click.echo("所有の循環: " + " → ".join(f"No. {number}" for number in way))

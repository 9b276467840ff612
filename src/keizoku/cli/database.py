"""``keizoku database``: create and upgrade the schema."""

import os

import click

from keizoku.cli.process import start_django, with_django


@click.group("database")
def command() -> None:
    """The database's schema."""


@command.command("create")
@click.option(
    "--kind",
    type=click.Choice(["demo", "production"]),
    required=True,
    help="Decided once: a demo never speaks to real carriers; production never moves its clock.",
)
def create(kind: str) -> None:
    """Bring an empty database to this version's schema and write down for ever what it is."""
    os.environ["KEIZOKU_INSTALLATION_KIND"] = kind
    start_django()
    from keizoku.kernel.database.schema import migrate
    from keizoku.kernel.installation import is_demo

    migrate(verbosity=1)
    if is_demo() != (kind == "demo"):
        raise click.ClickException(
            f"this database was created as {'a demo' if is_demo() else 'production'}; it stays so"
        )


@command.command("migrate")
@with_django
def migrate_command() -> None:
    """Bring an existing database to this version's schema."""
    from keizoku.kernel.database.schema import migrate

    migrate(verbosity=1)

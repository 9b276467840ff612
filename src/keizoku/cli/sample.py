"""``keizoku sample``: sample data as a bank exports it."""

import click

from keizoku.sample.command import command as customers


@click.group("sample")
def command() -> None:
    """Sample files, plausible and invented; nobody in them exists."""


command.add_command(customers)

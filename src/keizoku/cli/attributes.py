"""``keizoku attribute``: add an attribute to customers' records, by two people, and change one customer's value."""

import json
import tomllib
from pathlib import Path

import click

from keizoku.cli.acting import actor_of
from keizoku.cli.process import with_django


@click.group("attribute")
def command() -> None:
    """Attributes that compliance adds to customers' records: one drafts them, another approves."""


@command.command("list")
@click.option("--all", "shows_all", is_flag=True, help="Show drafts and earlier versions too.")
@with_django
def list_command(shows_all: bool) -> None:  # noqa: FBT001 - click's flag
    """Print the attributes as JSON lines."""
    from keizoku.customers.attributes import queries
    from keizoku.customers.attributes.rules.definition import IN_FORCE, to_json

    for one in queries.rows():
        if shows_all or one.state in IN_FORCE:
            told = {"id": one.id, "version": one.version, "state": one.state, "digest": one.digest}
            click.echo(json.dumps(told | to_json(one.definition), ensure_ascii=False))


@command.command("draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "login", required=True, help="Login of the member of staff who drafts it.")
@with_django
def draft(file: Path, login: str) -> None:
    """Store the attribute in FILE (TOML; docs/attributes.md) as a draft: a new one, or the next version of one."""
    from keizoku.customers.attributes import actions

    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise click.ClickException(f"{file} is not TOML: {fault}") from None
    number = actions.draft(document, actor_of(login))
    click.echo(
        f"draft {number} is stored; another person approves it: keizoku attribute approve {number} --by LOGIN"
    )


@command.command("approve")
@click.argument("number", type=int)
@click.option(
    "--by", "login", required=True, help="Login of the member of staff who has read and approves it."
)
@with_django
def approve(number: int, login: str) -> None:
    """Show what draft NUMBER changes, and put it in force after its label was typed."""
    from keizoku.customers.attributes import actions, queries

    found = next((one for one in queries.rows() if one.id == number and one.is_draft), None)
    if found is None:
        raise click.ClickException(f"there is no draft {number}")
    for change in queries.changes_of(number):
        click.echo(f"{change.what}: {change.old or '（なし）'} → {change.new or '（なくす）'}")
    label = found.definition.label
    if click.prompt(f"確かめるために、名称「{label}」を入力してください") != label:
        raise click.ClickException("名称が違います。何も変えていません。")
    actions.approve(number, actor_of(login), digest=found.digest)
    click.echo("ended; values stay readable" if found.definition.is_retired else "in force; usable at once")


@command.command("withdraw")
@click.argument("number", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who takes it back.")
@with_django
def withdraw(number: int, login: str) -> None:
    """Take draft NUMBER back."""
    from keizoku.customers.attributes import actions

    actions.withdraw(number, actor_of(login))
    click.echo("withdrawn")


@command.command("end")
@click.argument("name")
@click.option("--by", "login", required=True, help="Login of the member of staff who drafts the end.")
@with_django
def end(name: str, login: str) -> None:
    """Draft the end of attribute NAME: values stay readable, none are given any more once another approves."""
    from keizoku.customers.attributes import actions

    number = actions.draft_end(name, actor_of(login))
    click.echo(
        f"draft {number} is stored; another person approves it: keizoku attribute approve {number} --by LOGIN"
    )


@command.command("values")
@click.argument("customer", type=int)
@with_django
def values(customer: int) -> None:
    """Print what CUSTOMER (its id) holds of every attribute, with its source, as JSON lines."""
    from keizoku.customers.attributes import queries

    for one in queries.values_of(customer):
        told = {"name": one.definition.name, "value": one.text, "source": one.source, "by": one.written_by}
        click.echo(json.dumps(told | {"as_of": one.as_of and one.as_of.isoformat()}, ensure_ascii=False))


@command.command("change")
@click.argument("customer", type=int)
@click.argument("name")
@click.argument("value")
@click.option("--reason", required=True, help="told, document, research or correction.")
@click.option("--by", "login", required=True, help="Login of the member of staff who changes it.")
@with_django
def change(customer: int, name: str, value: str, reason: str, login: str) -> None:
    """Give CUSTOMER (its id) a VALUE of attribute NAME ("" takes it away), and rate them anew."""
    from keizoku.kernel.clock import business_today
    from keizoku.risk.changing import change_attribute

    change_attribute(customer, name, value, reason=reason, actor=actor_of(login), today=business_today())
    click.echo("changed and rated")

"""``keizoku questionnaire``: publish a questionnaire's version."""

from pathlib import Path

import click

from keizoku.cli.process import with_django


@click.group("questionnaire")
def command() -> None:
    """What customers are asked; a published version never changes."""


@command.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--by", "login", required=True, help="Login of the member of staff who has read and approves it."
)
@with_django
def publish(file: Path, login: str) -> None:
    """Show FILE (TOML), and publish it after a yes: reviews that begin from now on are asked it."""
    from keizoku.accounts.access import authorise
    from keizoku.accounts.models import Staff
    from keizoku.forms import actions
    from keizoku.forms.rules.reading import QuestionnaireInvalid

    member = Staff.objects.filter(login=login, is_active=True).first()
    if member is None:
        raise click.ClickException(f"nobody is registered as {login}")
    authorise(member.actor, "forms.approve")
    text = file.read_text(encoding="utf-8")
    click.echo(text)
    click.confirm("この質問票を公開しますか?", abort=True)
    try:
        actions.publish(text, actor=member.actor)
    except QuestionnaireInvalid as fault:
        raise click.ClickException(str(fault)) from None
    click.echo("published")

"""``keizoku questionnaire``: what customers are asked, in versions that one person writes and another approves."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keizoku.cli.acting import BY, actor_of
from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.forms.queries import EditionView
    from keizoku.forms.rules.definition import Questionnaire

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
VERSION = click.option("--version", "version", type=int, help="Its number; the version in use unless given.")


@click.group("questionnaire")
def command() -> None:
    """What customers are asked: one person drafts a version, another approves it."""


@command.command("list")
@with_django
def list_command() -> None:
    """Print all versions as JSON lines, of each questionnaire the newest first."""
    from keizoku.forms import queries

    for row in queries.editions():
        told = {
            "id": row.id,
            "questionnaire": row.questionnaire,
            "version": row.version,
            "state": row.state,
            "title": row.title,
            "makers": row.makers,
            "approved_by": row.approved_by,
            "digest": row.digest,
        }
        click.echo(json.dumps(told, ensure_ascii=False))


@command.command("show")
@click.argument("name")
@VERSION
@click.option("--language", default="ja", show_default=True, help="ja, easy, en or another it has words in.")
@with_django
def show(name: str, version: int | None, language: str) -> None:
    """Print the questions of questionnaire NAME in order, in words."""
    from keizoku.forms.rules.definition import KIND_WORDS
    from keizoku.forms.rules.wording import in_language

    view = _found(name, version)
    shown = in_language(view.questionnaire, language)
    click.echo(f"{shown.title}（{shown.id} 第{shown.version}版・{view.row.state_words}）")
    for number, question in enumerate(shown.questions, start=1):
        click.echo(f"{number}. {question.title} [{KIND_WORDS[question.kind]} → {question.target}]")
        click.echo(f"   {question.why}")
        for choice in question.choices:
            click.echo(f"   ・{choice.label}")


@command.command("check")
@FILE
@with_django
def check(file: Path) -> None:
    """Read FILE (TOML; docs/questionnaires.md) with the languages beside it, and tell what its author should know."""
    from keizoku.customers.attributes import queries as attributes
    from keizoku.forms.rules.attributes import refuse_misfits
    from keizoku.forms.rules.wording import notices

    read = _read(file)
    refuse_misfits(read, {definition.name: definition for definition in attributes.usable()})
    for notice in notices(read):
        click.echo(f"{notice.language} {notice.place}: {notice.words}")
    click.echo(f"{read.id}: {len(read.questions)} questions, nothing wrong")


@command.command("draft")
@FILE
@BY
@with_django
def draft(file: Path, login: str) -> None:
    """Store FILE, with the languages in files beside it (NAME-1.vi.toml), as the draft of the next version."""
    from keizoku.forms import actions
    from keizoku.forms.rules.writing import write_questionnaire

    number = actions.draft(write_questionnaire(_read(file)), actor_of(login))
    click.echo(
        f"draft {number} is stored; ask for its approval: keizoku questionnaire request {number} --by LOGIN"
    )


@command.command("request")
@click.argument("number", type=int)
@BY
@with_django
def request(number: int, login: str) -> None:
    """Ask for the approval of draft NUMBER as it stands."""
    from keizoku.forms import actions

    actions.request(number, actor_of(login))
    click.echo(
        f"requested; somebody who wrote nothing of it approves: keizoku questionnaire approve {number} --by LOGIN"
    )


@command.command("approve")
@click.argument("number", type=int)
@BY
@with_django
def approve(number: int, login: str) -> None:
    """Show what version NUMBER changes, and put it in use after its title was typed."""
    from keizoku.forms import actions, queries

    view = queries.edition(number)
    _print_changes(view)
    title = view.questionnaire.title
    if click.prompt(f"確かめるために、題名「{title}」を入力してください") != title:
        raise click.ClickException("題名が違います。何も変えていません。")
    actions.approve(number, actor_of(login), digest=view.row.digest)
    click.echo("in use: reviews that begin from now on are asked it")


@command.command("send-back")
@click.argument("number", type=int)
@BY
@with_django
def send_back(number: int, login: str) -> None:
    """Make requested version NUMBER a draft again."""
    from keizoku.forms import actions

    actions.send_back(number, actor_of(login))
    click.echo("a draft again")


@command.command("withdraw")
@click.argument("number", type=int)
@BY
@with_django
def withdraw(number: int, login: str) -> None:
    """Give draft NUMBER up."""
    from keizoku.forms import actions

    actions.withdraw(number, actor_of(login))
    click.echo("withdrawn")


@command.command("retire")
@click.argument("number", type=int)
@BY
@with_django
def retire(number: int, login: str) -> None:
    """End version NUMBER, which is in use, without a next one."""
    from keizoku.forms import actions

    actions.retire(number, actor_of(login))
    click.echo("retired")


@command.command("compare")
@click.argument("name")
@VERSION
@with_django
def compare(name: str, version: int | None) -> None:
    """Print what a version of questionnaire NAME changes against the approved one before it."""
    _print_changes(_found(name, version))


@command.command("counts")
@click.argument("name")
@VERSION
@with_django
def counts(name: str, version: int | None) -> None:
    """Print how many customers chose what in the closed questions of questionnaire NAME, as JSON lines."""
    from keizoku.reviews.queries.choices import chosen

    published_id = _found(name, version).row.published_id
    for one in chosen(published_id) if published_id else []:
        click.echo(json.dumps({"question": one.title, "counts": dict(one.counts)}, ensure_ascii=False))


@command.command("export")
@click.argument("name")
@VERSION
@with_django
def export(name: str, version: int | None) -> None:
    """Print the text (TOML) of questionnaire NAME, which ``draft`` takes again."""
    click.echo(_found(name, version).text, nl=False)


def _found(name: str, version: int | None) -> "EditionView":
    from keizoku.forms import queries

    found = queries.find(name, version)
    if found is None:
        raise click.ClickException(f"there is no such version of {name}")
    return found


def _read(file: Path) -> "Questionnaire":
    """The questionnaire of a file with the words of the files beside it: ``person-2.vi.toml`` beside ``person-2.toml``."""
    from keizoku.forms.rules.reading import read_questionnaire, read_words, with_words

    read = read_questionnaire(file.read_text(encoding="utf-8"))
    for beside in sorted(file.parent.glob(f"{file.stem}.*{file.suffix}")):
        language = beside.stem.removeprefix(f"{file.stem}.")
        read = with_words(read, language, read_words(beside.read_text(encoding="utf-8")))
    return read


def _print_changes(view: "EditionView") -> None:
    from keizoku.forms import queries
    from keizoku.forms.rules.comparing import WHAT_WORDS

    for change in queries.changes_of(view):
        click.echo(
            f"{WHAT_WORDS[change.what]}　{change.place}: {change.old or '（なし）'} → {change.new or '（なくす）'}"
        )

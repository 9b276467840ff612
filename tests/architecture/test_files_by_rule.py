"""Every file that the console or a command hands out has its rule (``accounts.exports.rules.FILES``)."""

import ast
from pathlib import Path

import click

import keizoku
from keizoku.accounts.exports.rules import FILES, Kind, Rule
from keizoku.cli import _COMMANDS, main
from keizoku.console.urls import urlpatterns

SOURCE = Path(keizoku.__file__).parent


def handing_out(pattern: str, call: str) -> set[str]:
    """Functions that call ``call``: "module.function"."""
    return {
        f"{path.stem}.{node.name}"
        for path in SOURCE.glob(pattern)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(one, ast.Call) and getattr(one.func, "id", "") == call for one in ast.walk(node))
    }


def test_every_file_of_the_console_has_its_rule():
    views = {
        f"{route.callback.__module__.rsplit('.', 1)[1]}.{route.callback.__name__}": route.name
        for route in urlpatterns
    }
    handed = {views[function] for function in handing_out("console/views/*.py", "attached")}
    told = {place for file in FILES for place in file.places if place.startswith("console-")}
    assert handed == told


def test_every_file_of_a_command_has_its_rule():
    def commands(group, path):
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            if isinstance(command, click.Group):
                yield "", f"{path} {name}"
                yield from commands(command, f"{path} {name}")
            elif command is not None and command.callback is not None:
                callback = command.callback
                yield f"{callback.__module__.rsplit('.', 1)[1]}.{callback.__name__}", f"{path} {name}"

    found = list(commands(main, "keizoku"))
    assert len(found) > len(_COMMANDS)
    named = dict(found)
    writing = {named.get(one, one) for one in handing_out("cli/*.py", "write_new")}
    told = {place for file in FILES for place in file.places if place.startswith("keizoku ")}
    assert writing - told <= {"returning._write"}
    assert told <= {name for _, name in found}


def test_what_needs_a_request_asks_for_it():
    assert [file.rule for file in FILES].count(Rule.REQUEST) == len(Kind)
    asks = [
        path
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts and "exports.take(" in path.read_text(encoding="utf-8")
    ]
    assert sorted(path.name for path in asks) == ["exporting.py", "recipients.py"]

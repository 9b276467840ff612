"""The command ``keizoku``. Each command parses, calls, renders; importing this module loads no Django."""

import importlib
from collections.abc import Mapping

import click

# Command → the module and attribute that hold it; loaded when it is called, so that ``keizoku --help`` is immediate.
_COMMANDS: Mapping[str, str] = {
    "demo": "keizoku.cli.demo:command",
    "desk": "keizoku.cli.desk:command",
    "duplicates": "keizoku.cli.duplicates:command",
    "line-link": "keizoku.cli.line_link:command",
    "bounces": "keizoku.cli.bounces:command",
    "serve": "keizoku.cli.serve:command",
    "carriers": "keizoku.cli.carriers:command",
    "callbacks": "keizoku.cli.carriers:callbacks_command",
    "worker": "keizoku.cli.worker:command",
    "database": "keizoku.cli.database:command",
    "import": "keizoku.cli.records:import_command",
    "approval": "keizoku.cli.approval:command",
    "incident": "keizoku.cli.incident:command",
    "return": "keizoku.cli.returning:command",
    "letters": "keizoku.cli.letters:command",
    "paper": "keizoku.cli.paper:command",
    "retention": "keizoku.cli.retention:command",
    "rate": "keizoku.cli.records:rate_command",
    "relation": "keizoku.cli.relations:command",
    "consent": "keizoku.cli.consents:command",
    "task": "keizoku.cli.casework:task_command",
    "note": "keizoku.cli.casework:note_command",
    "staff": "keizoku.cli.staff:command",
    "export": "keizoku.cli.export:command",
    "keys": "keizoku.cli.keys:command",
    "backup": "keizoku.cli.backup:backup_command",
    "restore": "keizoku.cli.backup:restore_command",
    "phone": "keizoku.cli.phone:command",
    "scorecard": "keizoku.cli.scorecard:command",
    "due": "keizoku.cli.due:command",
    "journey": "keizoku.cli.journeys:command",
    "campaign": "keizoku.cli.campaigns:command",
    "attribute": "keizoku.cli.attributes:command",
    "questionnaire": "keizoku.cli.questionnaire:command",
    "policy": "keizoku.cli.policy:command",
    "methods": "keizoku.cli.methods:command",
    "identity": "keizoku.cli.identity:command",
    "quality": "keizoku.cli.quality:command",
    "search": "keizoku.cli.search:command",
    "stale": "keizoku.cli.stale:command",
    "sample": "keizoku.sample.command:command",
    "sandbox": "keizoku.sandbox.command:command",
    "api-key": "keizoku.cli.api_key:command",
    "audience": "keizoku.cli.audience:command",
    "audit": "keizoku.cli.audit:command",
    "silent": "keizoku.cli.silent:command",
    "why": "keizoku.cli.silent:why_command",
    "subscription": "keizoku.cli.subscription:command",
    "soak": "keizoku.cli.soak:command",
    "bench": "keizoku.cli.bench:command",
    "accuracy": "keizoku.accuracy.command:command",
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="keizoku")
def main() -> None:
    """Keizoku (継続): know each customer for as long as the relation lasts."""

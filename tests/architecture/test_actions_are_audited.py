"""Every verb of every room leaves an audit entry; whoever adds one that does not must say here why."""

import ast
from pathlib import Path

import keizoku

SOURCE = Path(keizoku.__file__).parent
WRITES_ENTRIES = {"record", "record_many", "grant_read"}

# "room.function" → why it needs no entry of its own.
EXCEPTIONS = {
    "delivery.open_campaign": "makes empty partitions; part of the launch, which is audited",
    "delivery.set_gate": "part of approve, pause, resume, stop and finish, which are audited",
    "delivery.open_wave": "called by the planner, which audits each wave with its size",
    "delivery.prolong_waves": "called by the planner: the day goes on for waves that were audited when they were opened",
    "delivery.store_raw_event": "keeps a carrier's callback; a carrier is no actor of ours",
    "delivery.take_events": "turns what came back into receipts; no person's decision",
    "delivery.process_raw_events": "turns stored callbacks into receipts; no person's decision",
    "reviews.find_by_token": "a look-up that writes nothing; the identification that follows is audited",
    "reviews.awaiting": "a look-up that writes nothing",
    "reviews.still_awaiting": "looks at a row that was read; writes nothing",
    "reviews.may_link": "a look-up that writes nothing; the offer that follows is audited",
    "reviews.hold_to_code": "a look-up that writes nothing",
    "reviews.mark_of": "writes nothing; the visit that keeps it is the portal's session",
    "reviews.forget_guesses": "clears old counters of wrong codes, which name nobody",
    "reviews.keep_draft": "part of a decision, which is audited; it goes with the lease of half an hour",
    "reviews.locked": "a look-up under a lock; the verb that asks for it is audited",
    "reviews.follow_ratings": "copies the level of ratings, which are audited; no person's decision",
    "reviews.reopen_relation": "the verb is the customers' own, which is audited, and so is the rating that follows",
    "retention.end": "part of withdrawing, stopping and certifying, which are audited",
    "forms.save_draft": "audited by reviews, whose draft it is",
    "forms.drop_drafts": "audited by reviews, whose drafts they are",
}


def action_modules():
    for path in sorted(SOURCE.glob("*/actions.py")) + sorted(SOURCE.glob("*/actions/*.py")):
        if path.name != "__init__.py" and path.parts[-2] != "audit":
            yield path


def calls(function: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            target = node.func
            found.add(target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", ""))
    return found


def functions_of(room: Path) -> dict[str, set[str]]:
    """All functions of a room's non-test modules → names they call."""
    found: dict[str, set[str]] = {}
    for path in room.rglob("*.py"):
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, set()).update(calls(node))
    return found


def leaves_entry(name: str, functions: dict[str, set[str]], seen: set[str]) -> bool:
    if name in seen:
        return False
    seen.add(name)
    called = functions.get(name, set())
    return bool(called & WRITES_ENTRIES) or any(leaves_entry(other, functions, seen) for other in called)


def test_every_public_verb_leaves_an_entry():
    silent = set()
    for path in action_modules():
        room = SOURCE / path.relative_to(SOURCE).parts[0]
        functions = functions_of(room)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                verb = f"{room.name}.{node.name}"
                if not leaves_entry(node.name, functions, set()):
                    silent.add(verb)

    assert silent - set(EXCEPTIONS) == set(), "verbs without an audit entry"
    assert set(EXCEPTIONS) - silent == set(), "exceptions that are no longer needed"

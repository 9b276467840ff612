"""Each decryption is under a grant, and only the audit gives one, after it has written the entry down."""

import ast
from collections.abc import Iterator
from pathlib import Path

import keizoku

SOURCE = Path(keizoku.__file__).parent
GRANTED_BY = {"audit/actions.py"}
CRYPTOGRAPHY = "kernel/crypto/"

# Who opens a value without a grant, and why it is nobody's personal data.
WITHOUT_GRANT = {
    "accounts/factors/actions.py": "secrets of our own staff's authenticator apps",
    "campaigns/incidents/queries.py": "an incident's log is about a send and names no customer; reading it is a right of its own",
    "customers/linking/queries.py": "what an account told that is nobody's yet; wiped when it is answered, within seconds",
    "customers/casework/queries.py": "a task that is about no customer",
    "events/secrets.py": "secrets that we share with receivers of events",
    "retention/actions/holds.py": "a hold on a campaign's records names no customer; its reading leaves an entry",
    "safekeeping/keys/reencrypting.py": "values of nobody, carried to a new key; a customer's need the batch's grant",
}
# Who opens blobs of another kind: whole files, sealed for the time that we keep them.
OWN_CIPHER = {"kernel/files.py"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        if "/tests/" not in name and "/migrations/" not in name:
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            called = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            if called in names:
                yield node


def is_handed_a_grant(call: ast.Call) -> bool:
    """A name or an attribute called "grant" among the arguments; nothing made on the spot."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    names = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in given]
    return "grant" in names


def test_only_the_audit_makes_a_grant():
    made = {name for name, tree in modules() if list(calls(tree, "ReadGrant"))}
    assert made == GRANTED_BY


def test_nobody_alters_a_grant():
    altered = [
        name
        for name, tree in modules()
        for call in calls(tree, "replace", "__setattr__")
        if call.args and getattr(call.args[0], "id", "") == "grant"
    ]
    assert altered == []


def test_the_entry_is_written_before_the_grant_is_given():
    tree = dict(modules())["audit/actions.py"]
    (function,) = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "grant_read"
    ]
    last = function.body[-1]
    assert isinstance(last, ast.Return)
    assert list(calls(last, "ReadGrant"))
    writes = [*calls(function, "write_each", "_insert_bulk_read")]
    assert writes
    assert all(write.lineno < last.lineno for write in writes)


def test_every_decryption_is_handed_a_grant():
    opened = {
        (name, call.lineno): is_handed_a_grant(call)
        for name, tree in modules()
        if not name.startswith(CRYPTOGRAPHY)
        for call in calls(tree, "decrypt", "unseal")
        if name not in OWN_CIPHER
    }
    assert len(opened) > 10
    assert [place for place, is_granted in opened.items() if not is_granted] == []


def test_who_decrypts_without_a_grant_is_known_and_says_why():
    without = {
        name
        for name, tree in modules()
        if not name.startswith(CRYPTOGRAPHY) and list(calls(tree, "decrypt_system_value"))
    }
    assert without == set(WITHOUT_GRANT)


def test_nobody_else_touches_the_ciphers():
    users = {name for name, tree in modules() if list(calls(tree, "AESGCM", "AESGCMSIV", "ChaCha20Poly1305"))}
    assert {name for name in users if not name.startswith(CRYPTOGRAPHY)} <= OWN_CIPHER


def test_a_call_without_a_grant_would_be_noticed():
    (call,) = calls(ast.parse("field.decrypt(blob, where=w, record=r, subject=1)"), "decrypt")
    assert not is_handed_a_grant(call)
    (call,) = calls(ast.parse("field.decrypt(blob, where=w, record=r, subject=1, grant=grant)"), "decrypt")
    assert is_handed_a_grant(call)

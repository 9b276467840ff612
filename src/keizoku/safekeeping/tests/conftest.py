"""Each test has a keyring, files and backups of its own, and a database that was written under that keyring."""

import pytest

MODULES = (
    "kernel.crypto.keyring",
    "kernel.secrets",
    "kernel.files",
    "kernel.crypto.mark",
    "safekeeping.keys.checking",
    "safekeeping.keys.destroying",
    "safekeeping.keys.rotating",
    "safekeeping.queries",
    "safekeeping.backups.taking",
    "safekeeping.backups.drilling",
    "audit.signing",
    "audit.anchors",
)


@pytest.fixture
def state(tmp_path, monkeypatch):
    """A state folder of this test's own; the run's keyring is held again afterwards."""
    from keizoku.kernel.crypto import blind_index, keyring

    for module in MODULES:
        monkeypatch.setattr(f"keizoku.{module}.state_folder", lambda: tmp_path)
    monkeypatch.setattr(keyring, "LOOK_EVERY_S", 0.0)
    keyring.forget()
    blind_index._begun.cache_clear()
    keyring.create(tmp_path / "keys")
    yield tmp_path
    keyring.forget()
    blind_index._begun.cache_clear()


@pytest.fixture
def committed_db(quiet_db):
    """As everywhere, but on the quiet cluster: a key ends, and a block is sealed, when no transaction is older."""
    return quiet_db


@pytest.fixture
def people(committed_db):
    """login → staff: an administrator, and somebody of compliance."""
    from keizoku.accounts.actions import create_staff
    from keizoku.kernel.actor import Actor

    return {
        login: create_staff(
            actor=Actor.system("test"),
            login=login,
            display_name=login,
            role=role,
            password="correct horse battery",
        )
        for login, role in (("admin", "administrator"), ("admin2", "administrator"), ("comply", "compliance"))
    }

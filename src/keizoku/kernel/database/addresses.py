"""The URLs of the embedded server and the passwords in them.

I own `passwords.json` in the server's home: random, made once by whoever comes first, readable by its owner
alone.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from keizoku.kernel.database.layout import Layout

Role = Literal["app", "owner", "auditor", "superuser"]
LOGINS: Mapping[Role, str] = {
    "app": "keizoku_app",
    "owner": "keizoku_owner",
    "auditor": "keizoku_auditor",
    "superuser": "postgres",
}
DATABASE = "keizoku"


@dataclass(frozen=True)
class Addresses:
    """How to reach one server, by role."""

    socket_folder: Path
    passwords: Mapping[Role, str] = field(repr=False)

    def url(self, role: Role, database: str = DATABASE) -> str:
        """The libpq URL for `role`."""
        login = f"{LOGINS[role]}:{quote(self.passwords[role], safe='')}"
        return f"postgresql://{login}@/{quote(database, safe='')}?host={quote(str(self.socket_folder))}"

    @property
    def app(self) -> str:
        return self.url("app")

    @property
    def owner(self) -> str:
        return self.url("owner")

    @property
    def auditor(self) -> str:
        return self.url("auditor")

    @property
    def superuser(self) -> str:
        return self.url("superuser")


def addresses_in(layout: Layout) -> Addresses:
    """The addresses of the server that `layout` describes, whether or not it runs."""
    return Addresses(layout.server_sockets, read_or_make_passwords(layout))


def read_or_make_passwords(layout: Layout) -> dict[Role, str]:
    """The passwords by role. The file appears whole: two processes that start at once read the same one."""
    if not layout.passwords.exists():
        fresh = {role: secrets.token_urlsafe(24) for role in LOGINS}
        handle, draft = tempfile.mkstemp(dir=layout.home, prefix="passwords-")  # mode 0600
        try:
            with os.fdopen(handle, "w") as file:
                json.dump(fresh, file)
                file.flush()
                os.fsync(handle)
            os.link(draft, layout.passwords)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    stored = json.loads(layout.passwords.read_text())
    return {role: stored[role] for role in LOGINS}

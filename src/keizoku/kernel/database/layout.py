"""Where the embedded PostgreSQL of one state folder keeps its things, and as which user it runs.

I own these paths:

    <state>/postgres/            the home; a link to /var/lib/keizoku/… where PostgreSQL's user cannot get
        data/                    the cluster, owned by PostgreSQL's user
        passwords.json           0600
        keeper.lock              held by the keeper as long as it lives; its process number
    <state>/logs/                postgres.log and keeper.log
    /tmp/keizoku-<uid>-<hash>/   sockets: their paths may have 107 bytes, state folders have more
        keeper                   the keeper's
        server/                  PostgreSQL's, 0700

Once made, a home never moves: the link or the folder in the state folder decides. Only this package calls me.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.state import make_private_folder, short_hash, system_folder


@dataclass(frozen=True)
class ServerUser:
    """Who PostgreSQL runs as. PostgreSQL refuses root, so root lends it the user `nobody`."""

    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """True where processes and files have to be handed to this user."""
        return self.uid != os.geteuid()


@dataclass(frozen=True)
class Layout:
    """The paths of one embedded server; all folders exist but those of the sockets, which come with it."""

    home: Path
    logs: Path
    sockets: Path
    user: ServerUser

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def passwords(self) -> Path:
        return self.home / "passwords.json"

    @property
    def lock(self) -> Path:
        return self.home / "keeper.lock"

    @property
    def server_log(self) -> Path:
        return self.logs / "postgres.log"

    @property
    def keeper_log(self) -> Path:
        return self.logs / "keeper.log"

    @property
    def keeper_socket(self) -> Path:
        return self.sockets / "keeper"

    @property
    def server_sockets(self) -> Path:
        return self.sockets / "server"

    @property
    def cluster_name(self) -> str:
        """Shown in every server process's title, so that strays of this cluster can be told from others."""
        return f"keizoku-{short_hash(self.home)}"


def layout_for(state: Path) -> Layout:
    """The layout of `state`; what is missing of its folders is made."""
    user = server_user()
    make_private_folder(state)
    logs = state / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    home = _home(state.resolve(), user)
    sockets = Path(f"/tmp/keizoku-{os.geteuid()}-{short_hash(home)}")  # noqa: S108 - checked
    return Layout(home=home, logs=logs, sockets=_checked(sockets), user=user)


def server_user() -> ServerUser:
    """The user for PostgreSQL, which must be one that the system knows: PostgreSQL looks its own name up."""
    uid = os.geteuid()
    try:
        entry = pwd.getpwnam("nobody") if uid == 0 else pwd.getpwuid(uid)
    except KeyError:
        who = "root runs PostgreSQL as the user 'nobody', who" if uid == 0 else f"the user id {uid}"
        raise DatabaseUnavailable(
            f"The embedded PostgreSQL cannot start: {who} has no entry in /etc/passwd. "
            "Add one, or set DATABASE_URL to a PostgreSQL server of your own."
        ) from None
    return ServerUser(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def first_unreachable(folder: Path, user: ServerUser) -> Path | None:
    """The first folder on the way to `folder` that `user` may not pass, judged by owner and mode."""
    for step in [*reversed(folder.parents), folder]:
        status = step.stat()
        passes = stat.S_IXUSR if status.st_uid == user.uid else stat.S_IXOTH
        if not status.st_mode & passes:
            return step
    return None


def _home(state: Path, user: ServerUser) -> Path:
    entry = state / "postgres"
    if entry.is_symlink() and not entry.exists():
        raise DatabaseUnavailable(f"{entry} points to a folder that is gone: remove the link to start anew.")
    if not entry.exists():
        if user.is_other and first_unreachable(state, user):
            _link_elsewhere(entry, state)
        else:
            make_private_folder(entry)
    home = entry.resolve()
    obstacle = first_unreachable(home, user) if user.is_other else None
    if obstacle:
        raise DatabaseUnavailable(
            f"PostgreSQL runs as the user '{user.name}', who cannot reach {home}: "
            f"allow it with `chmod o+x '{obstacle}'`, or set KEIZOKU_STATE to another folder."
        )
    return home


def _link_elsewhere(entry: Path, state: Path) -> None:
    """Make the home under /var/lib/keizoku; always a fresh name, so that a deleted state never comes back."""
    home = Path(tempfile.mkdtemp(prefix=f"{short_hash(state)}-", dir=system_folder()))
    home.chmod(0o711)
    try:
        entry.symlink_to(home)
    except FileExistsError:
        home.rmdir()  # another process was first


def open_sockets(layout: Layout) -> None:
    """Make the socket folders, for the keeper that is about to listen there."""
    layout.sockets.mkdir(mode=0o700, exist_ok=True)
    _checked(layout.sockets)
    layout.sockets.chmod(0o711 if layout.user.is_other else 0o700)
    layout.server_sockets.mkdir(mode=0o700, exist_ok=True)
    if layout.user.is_other:
        os.chown(layout.server_sockets, layout.user.uid, layout.user.gid)


def close_sockets(layout: Layout) -> None:
    """Remove the socket folders behind the keeper."""
    layout.keeper_socket.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        layout.server_sockets.rmdir()
        layout.sockets.rmdir()


def _checked(sockets: Path) -> Path:
    """The folder, refused where somebody else made it: /tmp is everybody's."""
    with contextlib.suppress(FileNotFoundError):
        status = sockets.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
            raise DatabaseUnavailable(
                f"{sockets} belongs to another user: remove it, or set KEIZOKU_STATE to another folder."
            )
    return sockets

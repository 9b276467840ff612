"""The paths are the same for everybody, and never somebody else's."""

import os
import pwd
from pathlib import Path

import pytest

from keizoku.kernel.database import layout as layouts
from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.database.layout import ServerUser, first_unreachable, layout_for, open_sockets


def test_socket_path_is_short_wherever_the_state_is(empty_state: Path) -> None:
    layout = layout_for(empty_state / ("y" * 200) / ("z" * 200))
    assert len(os.fsencode(layout.server_sockets / ".s.PGSQL.5432")) < 107
    assert len(os.fsencode(layout.keeper_socket)) < 107


def test_socket_folder_made_by_somebody_else_is_refused(empty_state: Path, tmp_path: Path) -> None:
    layout = layout_for(empty_state)
    sockets = layout.sockets
    sockets.symlink_to(tmp_path)
    try:
        with pytest.raises(DatabaseUnavailable, match="belongs to another user"):
            layout_for(empty_state)
        with pytest.raises(DatabaseUnavailable, match="belongs to another user"):
            open_sockets(layout)
    finally:
        sockets.unlink()
    assert list(tmp_path.iterdir()) == []


def test_user_unknown_to_the_system_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_there(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwnam", nobody_there)
    monkeypatch.setattr(pwd, "getpwuid", nobody_there)
    with pytest.raises(DatabaseUnavailable, match=r"no entry in /etc/passwd\. Add one, or set DATABASE_URL"):
        layouts.server_user()


def test_first_closed_folder_on_the_way_is_named(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    inner = closed / "inner"
    inner.mkdir(parents=True)
    closed.chmod(0o700)
    owner = ServerUser(name="owner", uid=closed.stat().st_uid, gid=0)
    stranger = ServerUser(name="stranger", uid=closed.stat().st_uid + 1, gid=0)
    for folder in (tmp_path, *tmp_path.parents):
        if first_unreachable(folder, stranger):
            closed = (
                first_unreachable(folder, stranger) or closed
            )  # pytest's own folders may be closed as well
    assert first_unreachable(inner, stranger) == closed
    assert first_unreachable(inner, owner) is None


def test_state_folder_that_lost_its_cluster_says_so(empty_state: Path) -> None:
    empty_state.mkdir()
    (empty_state / "postgres").symlink_to(empty_state / "gone")
    try:
        with pytest.raises(DatabaseUnavailable, match="points to a folder that is gone"):
            layout_for(empty_state)
    finally:
        (empty_state / "postgres").unlink()

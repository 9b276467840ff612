"""The demo's parts: ports, children that come back, a browser that fills forms."""

import os
import signal
import socket
import time
from contextlib import suppress

import pytest
from click.testing import CliRunner

from keizoku.cli.demo import command, places
from keizoku.cli.demo.browser import Answer, WalkFailed
from keizoku.cli.demo.children import Child, Family
from keizoku.sandbox.population.pages import read_page


def test_ports_that_are_taken_are_passed_over(tmp_path):
    with socket.socket() as taken:
        with suppress(OSError):  # somebody else may have taken it already, which serves as well
            taken.bind(("127.0.0.1", places.WEB_PORT))
        chosen = places.choose(tmp_path)

    places.let_go()
    assert chosen.web_port != places.WEB_PORT
    ports = {chosen.web_port, chosen.sandbox_port, chosen.smtp_port, chosen.imap_port}
    assert len(ports) == 4


def test_two_who_start_at_once_get_ports_of_their_own(tmp_path):
    one, other = places.choose(tmp_path), places.choose(tmp_path)
    places.let_go()

    def ports(of):
        return {of.web_port, of.sandbox_port, of.smtp_port, of.imap_port}

    assert not ports(one) & ports(other)
    with socket.socket() as mine:
        mine.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mine.bind(("127.0.0.1", one.web_port))  # free again


def test_second_demo_on_the_same_state_is_refused_before_it_touches_anything(tmp_path, monkeypatch):
    monkeypatch.setenv("KEIZOKU_STATE", str(tmp_path))
    held = []
    monkeypatch.setattr(places, "_alone", held)
    kept = tmp_path / "demo" / "kept"
    kept.parent.mkdir()
    kept.touch()
    places.be_alone(tmp_path / "demo")

    refused = CliRunner().invoke(command, ["--fresh"])

    assert refused.exit_code == 1
    assert f"a demo runs already on {tmp_path / 'demo'}" in refused.output
    assert kept.exists()
    places.be_alone(tmp_path / "demo-check")  # another state is free
    for turn in held:
        turn.close()


def test_environment_of_a_demo_names_carriers_on_this_machine_only(tmp_path):
    environment = places.Places(tmp_path, 1, 2, 3, 4).environment(token="t", secret="s")

    assert environment["KEIZOKU_INSTALLATION_KIND"] == "demo"
    assert environment["KEIZOKU_LINE_API_URL"] == "http://127.0.0.1:2"
    assert environment["KEIZOKU_SMTP_HOST"] == "127.0.0.1"


def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_child_that_is_killed_is_started_again_and_all_end_together(tmp_path):
    child = Child("sandbox", ["sandbox", "--help"], tmp_path / "log.txt")
    family = Family([child])
    family.start()
    first = child.pid
    wait_until(lambda: child.look_after() or child.restarts)

    assert child.restarts >= 1
    assert child.pid != first
    family.stop()
    assert "--world" in (tmp_path / "log.txt").read_text()


def test_terminated_child_is_not_left_behind(tmp_path):
    child = Child("bench", ["bench", "--help"], tmp_path / "log.txt")
    child.start()
    os.kill(child.pid, signal.SIGSTOP)
    os.kill(child.pid, signal.SIGCONT)
    child.terminate()
    child.wait()

    assert not child.look_after() or child.restarts


def test_form_that_is_not_there_is_named_with_the_page_s_own_words():
    page = Answer(409, "http://x/y", read_page("<main><p>承認できません</p></main>"))

    with pytest.raises(WalkFailed, match=r"http://x/y \(409\) has no form with typed_number: 承認できません"):
        page.form_with("typed_number")

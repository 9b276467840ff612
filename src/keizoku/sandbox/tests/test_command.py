import json
import signal
import subprocess
import sys
import urllib.request

from keizoku.sandbox.tests.places import HEAD
from keizoku.sandbox.tests.test_world import ROW


def test_command_says_where_it_listens_and_ends_when_told(tmp_path):
    world = tmp_path / "customers.csv"
    world.write_bytes(f"{HEAD}\r\n{ROW}\r\n".encode("cp932"))
    arguments = [
        "--world", world, "--state", tmp_path / "state", "--channel-secret", "s", "--channel-token", "t",
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-m", "keizoku.sandbox", *map(str, arguments)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        ready = json.loads(process.stdout.readline())
        with urllib.request.urlopen(f"{ready['url']}/_sandbox/status", timeout=60) as answer:
            assert json.load(answer)["people"] == 1
        told = json.loads((tmp_path / "state" / "ready.json").read_text())
        ports = {name: ready[name] for name in ("smtp_port", "imap_port")}
        assert told == {"url": ready["url"], **ports, "people": 1}
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0

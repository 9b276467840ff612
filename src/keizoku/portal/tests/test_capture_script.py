"""The camera's script: built anew it is the one that is committed, its types hold, its tests pass, its network counts right."""

import json
import subprocess
from pathlib import Path

import numpy as np
import openvino
import pytest

from keizoku.vision import models

ROOT = Path(__file__).resolve().parents[4]
CAPTURE = ROOT / "web" / "capture"
COMMITTED = ROOT / "src" / "keizoku" / "portal" / "static" / "portal"
RECORDED = ROOT / ".venv" / "capture.json"
MOST_BYTES = 300_000


@pytest.fixture(scope="module")
def node():
    if not RECORDED.is_file() or not (CAPTURE / "node_modules").is_dir():
        pytest.skip("run make setup-browser")
    return json.loads(RECORDED.read_text())["node"]


def run(*command: str | Path) -> str:
    done = subprocess.run(command, cwd=CAPTURE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_building_anew_gives_the_committed_bytes(node, tmp_path):
    run(node, "build.mjs", "--out", tmp_path)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(built) == {"capture.js", "keizoku-capture.mjs", "capture.css"}
    assert built == {name: (COMMITTED / name).read_bytes() for name in built}
    assert sum(map(len, built.values())) < MOST_BYTES


def test_types_hold_and_the_scripts_own_tests_pass(node):
    run(node, "node_modules/typescript/bin/tsc", "--noEmit", "--strict")
    assert "# fail 0" in run(node, "build.mjs", "--test")


def test_network_in_plain_typescript_counts_as_openvino_does(node, tmp_path):
    """The face finder runs in the browser without WebAssembly; its answers are the server's to a ten-thousandth."""
    model = models.checked("face-finder")
    given = np.random.default_rng(1).uniform(-1, 1, (1, 128, 128, 3)).astype("float32")
    given.tofile(tmp_path / "input")
    script = tmp_path / "network.mjs"
    run(node, "build.mjs", "--network", script)
    told = json.loads(run(node, script, model, tmp_path / "input"))
    precise = {"INFERENCE_PRECISION_HINT": "f32"}
    expected = [out.ravel() for out in openvino.Core().compile_model(model, "CPU", precise)(given).values()]
    assert len(told["outputs"]) == len(expected) == 2
    for ours, theirs in zip(sorted(told["outputs"], key=len), sorted(expected, key=len), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-3)

from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keizoku.cli.retention import command
from keizoku.retention.rules import certificate


def written(tmp_path, **changes):
    """A certificate of nothing, signed by a key of this test's own."""
    content = {
        "institution": "継続銀行",
        "plan": {"number": 1, "on": "2026-11-22", "digest": certificate.plan_digest("p", "2026-11-22", [])},
        "policy": {"digest": "p"},
        "kinds": [],
        "destroyed": 0,
    } | changes
    key, text = Ed25519PrivateKey.generate(), certificate.canonical(content)
    public = key.public_key().public_bytes_raw().hex()
    path = tmp_path / "certificate.json"
    path.write_bytes(certificate.file_of(text, key.sign(certificate.digest(text)).hex(), public))
    return path, public


def test_certificate_is_verified_without_a_database(tmp_path):
    path, public = written(tmp_path)
    result = CliRunner().invoke(command, ["verify", str(path), "--public-key", public])
    assert result.exit_code == 0, result.output
    assert "署名は正しく" in result.output


def test_certificate_with_a_wrong_sum_or_a_changed_byte_is_refused(tmp_path):
    path, _ = written(tmp_path, destroyed=7)
    assert CliRunner().invoke(command, ["verify", str(path)]).exit_code == 1
    path, _ = written(tmp_path)
    path.write_bytes(path.read_bytes().replace("継続銀行".encode(), "継続信金".encode()))
    result = CliRunner().invoke(command, ["verify", str(path)])
    assert result.exit_code == 1
    assert "署名が合いません" in result.output

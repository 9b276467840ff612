"""AWS KMS as the key service: the real client over the real protocol, against moto's server on this machine."""

import socket

import pytest

from keizoku.kernel import secrets
from keizoku.kernel.crypto import aws_kms, errors, key_changes, keyring, keyring_file, services
from keizoku.kernel.crypto.aws_kms import AwsKms

CONTEXT = {"installation": "ab" * 16, "key": "1"}
REGION = "ap-northeast-1"


@pytest.fixture(scope="module")
def endpoint():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def credentials(monkeypatch):
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def arn(endpoint):
    from botocore.session import get_session

    client = get_session().create_client("kms", region_name=REGION, endpoint_url=endpoint)
    return client.create_key()["KeyMetadata"]["Arn"]


@pytest.fixture
def state(tmp_path, monkeypatch, endpoint, arn):
    for module in (keyring, secrets):
        monkeypatch.setattr(module, "state_folder", lambda: tmp_path)
    monkeypatch.setenv("KEIZOKU_KMS_KEY", arn)
    monkeypatch.setenv("KEIZOKU_KMS_ENDPOINT", endpoint)
    monkeypatch.setattr(keyring, "RETRY_PAUSE_S", 0.01)
    keyring.forget()
    yield tmp_path
    keyring.forget()


def test_key_comes_back_under_its_context_and_under_no_other(endpoint, arn):
    kms = AwsKms(arn, region=REGION, endpoint=endpoint)
    wrapped = kms.wrap(b"k" * 32, CONTEXT)
    assert b"k" * 32 not in wrapped
    assert kms.unwrap(wrapped, CONTEXT) == b"k" * 32
    with pytest.raises(errors.KeyEncryptionKeyWrong):
        kms.unwrap(wrapped, CONTEXT | {"key": "2"})


@pytest.mark.parametrize(
    ("code", "refusal"),
    {
        "DisabledException": errors.KeyServiceRefused,
        "AccessDeniedException": errors.KeyServiceRefused,
        "IncorrectKeyException": errors.KeyEncryptionKeyWrong,
        "ThrottlingException": errors.KeyServiceUnreachable,
        "KMSInternalException": errors.KeyServiceUnreachable,
    }.items(),
)
def test_answer_of_the_service_becomes_one_named_refusal(monkeypatch, code, refusal):
    from botocore.exceptions import ClientError

    def refuse(**_):
        raise ClientError({"Error": {"Code": code}}, "Encrypt")

    kms = AwsKms("k", region=REGION)
    monkeypatch.setattr(kms, "_connected", lambda: type("Client", (), {"encrypt": staticmethod(refuse)}))
    with pytest.raises(refusal):
        kms.wrap(b"k" * 32, CONTEXT)


def test_key_that_does_not_exist_refuses_by_name(endpoint):
    kms = AwsKms("alias/nothing", region=REGION, endpoint=endpoint)
    with pytest.raises(errors.KeyServiceRefused, match="NotFoundException"):
        kms.wrap(b"k" * 32, CONTEXT)


def test_service_that_is_not_there_is_unreachable(monkeypatch):
    monkeypatch.setattr(aws_kms, "ATTEMPTS", 1)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        kms = AwsKms("k", region=REGION, endpoint=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(errors.KeyServiceUnreachable, match="届きません"):
            kms.wrap(b"k" * 32, CONTEXT)


def test_missing_credentials_are_named(endpoint, monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(errors.KeyServiceRefused, match="資格情報"):
        AwsKms("k", region=REGION, endpoint=endpoint).wrap(b"k" * 32, CONTEXT)


def test_new_installation_begins_under_the_service_with_no_key_on_disk(state, monkeypatch):
    monkeypatch.setenv("KEIZOKU_KEY_SERVICE", "aws-kms")
    ring = secrets.ensure_keyring()
    assert sorted(path.name for path in (state / "keys").iterdir()) == ["keyring.json"]
    keyring.forget()
    assert secrets.ensure_keyring().fingerprint == ring.fingerprint


def test_keyring_moves_to_the_service_and_back_with_the_same_keys(state):
    ring = secrets.ensure_keyring()
    before = ring.epochs[1].encrypt(b"n" * 12, b"value", None)
    key_changes.rewrap(state / "keys", "aws-kms")
    content = keyring_file.read(state / "keys")
    assert content.service == "aws-kms"
    moved = secrets.ensure_keyring()
    assert moved.root == ring.root
    assert moved.epochs[1].decrypt(b"n" * 12, before, None) == b"value"

    key_changes.rewrap(state / "keys", "file")
    assert keyring_file.read(state / "keys").service == "file"
    assert secrets.ensure_keyring().root == ring.root


def test_start_asks_again_until_the_service_answers(state, monkeypatch):
    secrets.ensure_keyring()
    key_changes.rewrap(state / "keys", "aws-kms")
    real, failures = services.service, [1, 2]

    class Away:
        def unwrap(self, *_):
            raise errors.KeyServiceUnreachable("届きません")

    monkeypatch.setattr(
        keyring.services,
        "service",
        lambda kind, folder: Away() if failures and failures.pop() else real(kind, folder),
    )
    assert keyring.current().newest == 1
    assert failures == []


def test_start_gives_up_by_name_and_changes_nothing(state, monkeypatch):
    secrets.ensure_keyring()
    key_changes.rewrap(state / "keys", "aws-kms")
    before = (state / "keys" / "keyring.json").read_bytes()
    monkeypatch.setattr(aws_kms, "ATTEMPTS", 1)
    monkeypatch.setenv("KEIZOKU_KEY_SERVICE_WAIT", "0")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("KEIZOKU_KMS_ENDPOINT", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        with pytest.raises(errors.KeyServiceUnreachable):
            secrets.ensure_keyring()
    assert (state / "keys" / "keyring.json").read_bytes() == before


def test_process_that_runs_needs_no_service_for_the_keys_it_knows(state, monkeypatch):
    secrets.ensure_keyring()
    key_changes.rewrap(state / "keys", "aws-kms")
    keyring.current()
    monkeypatch.setattr(AwsKms, "unwrap", lambda *_: pytest.fail("asked the service"))
    monkeypatch.setattr(keyring, "LOOK_EVERY_S", 0.0)
    (state / "keys" / "keyring.json").touch()
    assert keyring.current().newest == 1

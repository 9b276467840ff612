"""Which key service the settings choose. Read from the environment: the keyring opens before the settings file does."""

from pathlib import Path

from keizoku.kernel import environment
from keizoku.kernel.crypto import aws_kms, file_key
from keizoku.kernel.crypto.aws_kms import AwsKms
from keizoku.kernel.crypto.errors import KeyChangeRefused, KeyServiceDiffers
from keizoku.kernel.crypto.file_key import FileKey
from keizoku.kernel.crypto.ports import KeyEncryption

KINDS = (file_key.KIND, aws_kms.KIND)
KEK = "kek"


def chosen_kind() -> str:
    """``KEIZOKU_KEY_SERVICE``: file or aws-kms."""
    return environment.choice("KEIZOKU_KEY_SERVICE", set(KINDS), file_key.KIND)


def check_chosen(kind: str) -> None:
    """Refuse to start where the settings name another service than the one that wrapped the keyring."""
    named = environment.text("KEIZOKU_KEY_SERVICE", "")
    if named and chosen_kind() != kind:
        raise KeyServiceDiffers(
            f"KEIZOKU_KEY_SERVICE は {named} ですが、鍵束は {kind} で包まれています。",
            remedy=(
                f"KEIZOKU_KEY_SERVICE を {kind} に戻してください。移すときは、その設定のまま "
                f"`keizoku keys move --to {named}` を実行し、そのあとで設定を変えます。"
            ),
        )


def wait_seconds() -> int:
    """``KEIZOKU_KEY_SERVICE_WAIT``: how long a start waits for a key service that does not answer."""
    return environment.integer("KEIZOKU_KEY_SERVICE_WAIT", 60)


def service(kind: str, folder: Path) -> KeyEncryption:
    """The key service of that kind; ``folder`` holds the file's key."""
    if kind == file_key.KIND:
        return FileKey(folder / KEK)
    if kind == aws_kms.KIND:
        return AwsKms(
            environment.text("KEIZOKU_KMS_KEY"),
            region=environment.text("KEIZOKU_KMS_REGION", "ap-northeast-1"),
            endpoint=environment.text("KEIZOKU_KMS_ENDPOINT", ""),
        )
    raise KeyChangeRefused(
        f"鍵サービス「{kind}」はありません。", remedy=f"{'、'.join(KINDS)} から選んでください。"
    )

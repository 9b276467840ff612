"""The key-encryption key in AWS KMS, by botocore: the key never leaves the service, we see wrapped and unwrapped data keys.

Each data key is encrypted with an encryption context (installation and name), which KMS authenticates and writes to its own
trail. Credentials come by botocore's usual ways (role, profile, environment). botocore is loaded at the first call only: it
costs a third of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keizoku.kernel.crypto.errors import KeyEncryptionKeyWrong, KeyServiceRefused, KeyServiceUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable

    from keizoku.kernel.crypto.ports import Context

KIND = "aws-kms"
CONNECT_TIMEOUT_S = 3
READ_TIMEOUT_S = 5
ATTEMPTS = 4  # botocore waits between them, longer each time
# What KMS says when the blob is not this key's, or was bound to something else.
_WRONG = {"InvalidCiphertextException", "IncorrectKeyException"}
# What it says when later may be better.
_LATER = {
    "KMSInternalException",
    "DependencyTimeoutException",
    "ThrottlingException",
    "LimitExceededException",
    "KeyUnavailableException",
}


class AwsKms:
    """One KMS key, by id, ARN or alias."""

    kind = KIND

    def __init__(self, key: str, *, region: str, endpoint: str = "") -> None:
        self._key = key
        self._region = region
        self._endpoint = endpoint
        self._client: Any = None

    def wrap(self, key: bytes, context: Context) -> bytes:
        answer = self._call(
            lambda client: client.encrypt(KeyId=self._key, Plaintext=key, EncryptionContext=dict(context))
        )
        return bytes(answer["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: Context) -> bytes:
        answer = self._call(
            lambda client: client.decrypt(
                KeyId=self._key, CiphertextBlob=wrapped, EncryptionContext=dict(context)
            )
        )
        return bytes(answer["Plaintext"])

    def describe(self) -> str:
        return f"AWS KMS {self._key}（{self._region}）"

    def _call(self, ask: Callable[[Any], Any]) -> Any:
        from botocore import exceptions  # noqa: PLC0415 - loaded when first needed

        try:
            return ask(self._connected())
        except exceptions.ClientError as error:
            raise self._refusal(error.response.get("Error", {}).get("Code", "")) from None
        except (exceptions.NoCredentialsError, exceptions.PartialCredentialsError):
            raise KeyServiceRefused(
                "AWS KMS を使うための資格情報がありません。",
                remedy="AWSのロール、プロファイル、または AWS_ACCESS_KEY_ID などの環境変数を設定してください。",
            ) from None
        except exceptions.BotoCoreError as error:  # connection and read time-outs, name resolution, TLS
            raise KeyServiceUnreachable(
                f"AWS KMS に届きません（{type(error).__name__}）。",
                remedy="ネットワークと KEIZOKU_KMS_ENDPOINT を確かめてください。届けば、そのまま再開できます。",
            ) from None

    def _refusal(self, code: str) -> Exception:
        if code in _WRONG:
            return KeyEncryptionKeyWrong(
                f"{self.describe()} では、鍵束を開けません。",
                remedy="KEIZOKU_KMS_KEY が、鍵束を包んだ鍵かを確かめてください。何も上書きしていません。",
            )
        if code in _LATER or code.startswith("5"):
            return KeyServiceUnreachable(
                f"AWS KMS が、いまは答えられません（{code}）。", remedy="しばらくして再開してください。"
            )
        return KeyServiceRefused(
            f"AWS KMS が断りました（{code}）。",
            remedy="鍵が有効で、kms:Encrypt と kms:Decrypt が許されているかを確かめてください。",
        )

    def _connected(self) -> Any:
        if self._client is None:
            from botocore.config import Config  # noqa: PLC0415 - loaded when first needed
            from botocore.session import get_session  # noqa: PLC0415

            self._client = get_session().create_client(
                "kms",
                region_name=self._region,
                endpoint_url=self._endpoint or None,
                config=Config(
                    connect_timeout=CONNECT_TIMEOUT_S,
                    read_timeout=READ_TIMEOUT_S,
                    retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
                ),
            )
        return self._client

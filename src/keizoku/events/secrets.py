"""The secrets that we share with receivers, encrypted and bound to their subscription. Nobody's personal data."""

from keizoku.kernel.crypto import field

_TABLE = "events_subscription"


def sealed(subscription_id: int, secret: str, column: str = "secret") -> bytes:
    return field.encrypt(secret, where=f"{_TABLE}.{column}", record=str(subscription_id))


def opened(subscription_id: int, blob: bytes, column: str) -> str:
    return field.decrypt_system_value(bytes(blob), where=f"{_TABLE}.{column}", record=str(subscription_id))

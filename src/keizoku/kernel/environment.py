"""Reads settings from the environment and fails loudly.

Invariant: a missing or malformed variable stops the process with the variable's name and what it should hold.
Called by ``keizoku.settings`` and by the start-up of processes only.
"""

import os
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit


class BadSetting(SystemExit):
    """A setting that the process cannot start with; printed as its message, exit status 1."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"keizoku: the environment variable {name} {problem}")
        self.name = name


def text(name: str, default: str | None = None) -> str:
    """The variable's value; without one, the default; without a default, a refusal to start."""
    value = os.environ.get(name, default)
    if value is None or (not value and default is None):
        raise BadSetting(name, "is not set")
    return value


def integer(name: str, default: int | None = None, *, least: int = 0) -> int:
    raw = text(name, None if default is None else str(default))
    try:
        number = int(raw)
    except ValueError:
        raise BadSetting(name, f"must be a whole number, not {raw!r}") from None
    if number < least:
        raise BadSetting(name, f"must be {least} or more, not {number}")
    return number


def flag(name: str, *, default: bool) -> bool:
    raw = text(name, "1" if default else "0").lower()
    if raw not in {"0", "1", "true", "false", "yes", "no"}:
        raise BadSetting(name, f"must be 1 or 0, not {raw!r}")
    return raw in {"1", "true", "yes"}


def url(name: str, default: str | None = None) -> str:
    """An http(s) address without trailing slash."""
    raw = text(name, default)
    parts = urlsplit(raw)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise BadSetting(name, f"must be an http(s) address, not {raw!r}")
    return raw.rstrip("/")


def urls(name: str) -> frozenset[str]:
    """http(s) addresses separated by spaces, each as it stands; nothing where the variable is not set."""
    listed = frozenset(text(name, "").split())
    for raw in listed:
        parts = urlsplit(raw)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.fragment:
            raise BadSetting(name, f"must be http(s) addresses separated by spaces, not {raw!r}")
    return listed


def private_url(name: str) -> str:
    """An address that a secret is sent to: https, or http on this very machine; "" where none is set."""
    if not text(name, ""):
        return ""
    address = url(name)
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise BadSetting(name, "must begin with https: a secret is sent there")
    return address


def networks(name: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks as 10.20.0.0/16, separated by commas; none where the variable is not set."""
    try:
        return tuple(ip_network(part.strip()) for part in text(name, "").split(",") if part.strip())
    except ValueError:
        raise BadSetting(name, "must be networks such as 10.20.0.0/16, separated by commas") from None


def lists(name: str) -> dict[str, frozenset[str]]:
    """What "本店=001,002;渋谷支店=101" lists under each name; nothing where the variable is not set."""
    found: dict[str, frozenset[str]] = {}
    for part in filter(str.strip, text(name, "").split(";")):
        key, equals, values = part.partition("=")
        listed = frozenset(filter(None, map(str.strip, values.split(","))))
        if not key.strip() or not equals or not listed or key.strip() in found:
            raise BadSetting(name, f"must be lists such as 渋谷支店=101,102, separated by ;, not {part!r}")
        found[key.strip()] = listed
    return found


def choice(name: str, allowed: set[str], default: str) -> str:
    raw = text(name, default)
    if raw not in allowed:
        raise BadSetting(name, f"must be one of {', '.join(sorted(allowed))}, not {raw!r}")
    return raw


def decimal(name: str, default: str) -> Decimal:
    raw = text(name, default)
    try:
        return Decimal(raw)
    except InvalidOperation:
        raise BadSetting(name, f"must be a number, not {raw!r}") from None

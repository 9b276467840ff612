"""What an ID token's claims mean here. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# Signatures by a published key only: no "none", and no secret that the client holds too.
ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
# Clocks of two machines may differ by this much: our own choice.
LEEWAY_S: Final = 60


@dataclass(frozen=True, slots=True)
class Issuer:
    """What the settings say about the other system; ``second_factor`` is "claim:value", or empty."""

    address: str
    client_id: str
    client_secret: str = field(repr=False)
    login_claim: str
    role_claim: str
    second_factor: str


def login_of(claims: Mapping[str, Any], issuer: Issuer) -> str:
    """Under which login the person is registered here; empty where the claim is no text."""
    told = claims.get(issuer.login_claim)
    return told.strip().lower() if isinstance(told, str) else ""


def names_role(claims: Mapping[str, Any], issuer: Issuer, role: str) -> bool:
    """Whether the issuer names the role that the person holds here; always, where no claim is configured."""
    return not issuer.role_claim or role in _values(claims.get(issuer.role_claim))


def had_second_factor(claims: Mapping[str, Any], issuer: Issuer) -> bool:
    """Whether the issuer says that the person gave a second factor, in the words that the settings take for it."""
    name, _, value = issuer.second_factor.partition(":")
    return bool(value) and value in _values(claims.get(name))


def _values(told: object) -> list[object]:
    return told if isinstance(told, list) else [told]

"""Verbs of the sign-on: the way to the issuer, and who came back from it. A refusal says the same whatever was wrong;
the audit has the reason.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from keizoku.accounts.actions import SIGN_IN
from keizoku.accounts.errors import SignInRefused
from keizoku.accounts.models import Staff
from keizoku.accounts.single_sign_on import asking
from keizoku.accounts.single_sign_on.rules import (
    ALGORITHMS,
    LEEWAY_S,
    Issuer,
    had_second_factor,
    login_of,
    names_role,
)
from keizoku.audit.actions import record
from keizoku.kernel.ids import secret

SECRET_BITS = 256


@dataclass(frozen=True, slots=True)
class Departure:
    """Where the browser is sent, and what stays here to know it again: kept in the session, used once."""

    url: str
    kept: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back; ``is_two_factor`` where the issuer vouches for both and the settings take its word."""

    staff: Staff
    is_two_factor: bool


def configured() -> Issuer | None:
    """The other system, where one is configured."""
    told: Issuer | None = settings.SINGLE_SIGN_ON
    return told


def depart(back: str) -> Departure:
    """The way to the issuer; it sends the browser to ``back`` with a code.

    Raises:
        SignInRefused: none is configured, or it is out of order.
    """
    issuer = _issuer()
    told = asking.description(issuer)
    kept = {name: secret(SECRET_BITS) for name in ("state", "nonce", "verifier")} | {"back": back}
    asked = {
        "response_type": "code",
        "client_id": issuer.client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": create_s256_code_challenge(kept["verifier"]),
        "code_challenge_method": "S256",
    }
    joint = "&" if "?" in told["authorization_endpoint"] else "?"
    return Departure(f"{told['authorization_endpoint']}{joint}{urlencode(asked)}", kept)


def arrive(code: str, kept: dict[str, str]) -> Arrival:
    """Who the issuer says came back with this code.

    Raises:
        SignInRefused: the token is not the issuer's answer to this very question, the person is not registered and active
            here, or the issuer does not name the role that is held here.
    """
    issuer = _issuer()
    claims = _claims(issuer, code, kept)
    staff = Staff.objects.filter(login=login_of(claims, issuer), is_active=True).first()
    if staff is None:
        raise _refused("unknown", None)
    if not names_role(claims, issuer, staff.role):
        raise _refused("role", staff)
    is_two_factor = had_second_factor(claims, issuer)
    record(
        actor=staff.actor,
        action="accounts.sign_on.succeeded",
        subject=("staff", staff.pk),
        details={"second_factor": int(is_two_factor)},
    )
    return Arrival(staff, is_two_factor)


def _claims(issuer: Issuer, code: str, kept: dict[str, str]) -> CodeIDToken:
    told = asking.description(issuer)
    form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", kept["back"]),
        ("code_verifier", kept["verifier"]),
    ]
    answer = asking.token(issuer, told, form)
    try:
        keys = KeySet.import_key_set(asking.keys(told))  # type: ignore[arg-type]  # checked by the library
        signed = jwt.decode(str(answer.get("id_token", "")), keys, algorithms=list(ALGORITHMS))
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            options={
                "iss": {"essential": True, "value": told["issuer"]},
                "aud": {"essential": True, "value": issuer.client_id},
            },
            params={
                "nonce": kept["nonce"],
                "client_id": issuer.client_id,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(leeway=LEEWAY_S)
    except (JoseError, ValueError, TypeError, KeyError):
        raise _refused("token", None) from None
    return claims


def _issuer() -> Issuer:
    issuer = configured()
    if issuer is None:
        raise asking.out_of_order()
    return issuer


def _refused(reason: str, staff: Staff | None) -> SignInRefused:
    record(
        actor=SIGN_IN,
        action="accounts.sign_on.refused",
        subject=None if staff is None else ("staff", staff.pk),
        details={"reason": reason},
    )
    return SignInRefused(
        "シングルサインオンでは、サインインできませんでした。",
        remedy="この仕組みに登録されているか、システム管理者に確かめてください。",
    )

"""How a code of an authenticator app is checked, and what recovery codes look like. Pure.

RFC 6238 with the values that every app understands: HMAC-SHA-1, six digits, 30 seconds; one step to either side for
clocks that differ (§5.2), and none at or before the last one that was taken (§5.2: a code is accepted once).
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES: Final = 20  # RFC 4226 §4 R6 recommends 160 bits
DIGITS: Final = 6
STEP_S: Final = 30
STEPS_EITHER_SIDE: Final = 1

# Our own choices: five in a row, a quarter of an hour; below, a day.
WRONG_BEFORE_LOCK: Final = 5
LOCKED_FOR: Final = timedelta(minutes=15)
# A secret that was shown and never proved is of no use to anybody after this.
UNPROVED_FOR: Final = timedelta(hours=24)
# Several of each, for a second phone or a key in the safe; no more than a person can keep in mind.
MOST_OF_EACH: Final = 5

RECOVERY_CODES: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"  # 31 letters that nobody mixes up
_LETTERS: Final = 16  # 79 bits: a stolen hash cannot be tried out
_GROUP: Final = 4


def new_secret() -> str:
    """A fresh secret as it is typed into an app: 32 letters of base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def app(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_S)  # noqa: S303 - what apps understand; HMAC stands


def step_of(code: str, secret: str, now: datetime) -> int | None:
    """The step whose code this is, or nothing; every step is compared, each in constant time."""
    totp, current = app(secret), int(now.timestamp()) // STEP_S
    found = None
    for step in range(current - STEPS_EITHER_SIDE, current + STEPS_EITHER_SIDE + 1):
        if hmac.compare_digest(totp.generate(step * STEP_S), code.encode()):
            found = step
    return found


def typed_code(text: str) -> str:
    """What a person typed as an app's code: full-width digits and blanks are no fault."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    return "".join(str(int(digit)) for digit in digits)[: DIGITS + 1]


def spoken(secret: str) -> str:
    """The secret in groups of four, for typing by hand."""
    return " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))


def new_recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_LETTERS))
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LETTERS, _GROUP))


def recovery_hash(code: str) -> bytes:
    """SHA-256 of the code's letters; case, hyphens and blanks do not matter."""
    letters = "".join(letter for letter in code.lower() if letter in _ALPHABET)
    return hashlib.sha256(letters.encode()).digest()

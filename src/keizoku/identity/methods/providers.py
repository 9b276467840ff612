"""An accredited provider, as a person describes it: issuer, audience, public key, the methods whose results it signs.

Only public keys of two kinds are taken: P-256 (ES256) and Ed25519 (EdDSA). A document with a private key is refused.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from keizoku.identity.methods.errors import ProposalRefused

PublicKey = ECKey | OKPKey
LONGEST_TEXT: Final = 200
LONGEST_ISSUER: Final = 100
MOST_HOURS: Final = 24 * 31
# By the kind of key, the one signature that is taken: a header cannot choose another. EdDSA is Ed25519 by its older name
# (RFC 9864).
ALGORITHMS: Final = {"EC": ("ES256",), "OKP": ("EdDSA", "Ed25519")}
_CURVES: Final = {"EC": "P-256", "OKP": "Ed25519"}
_FIELDS: Final = frozenset({"issuer", "name", "audience", "key", "methods", "longest_age_hours", "contract"})


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose results are taken.

    Attributes:
        audience: what this institution is called in the provider's results.
        longest_age: how old a result may be when it is brought in.
    """

    issuer: str
    name: str
    audience: str
    key: Mapping[str, str]
    methods: frozenset[str]
    longest_age: timedelta

    @property
    def public_key(self) -> PublicKey:
        return _key(self.key)

    @property
    def algorithms(self) -> tuple[str, ...]:
        return ALGORITHMS[self.key["kty"]]


def provider_of(content: Mapping[str, Any]) -> Provider:
    """A provider from the content of its proposal."""
    return Provider(
        content["issuer"],
        content["name"],
        content["audience"],
        content["key"],
        frozenset(content["methods"]),
        timedelta(hours=content["longest_age_hours"]),
    )


def provider_content(document: object, known_methods: Collection[str]) -> dict[str, object]:
    """The content of a proposal, from a document that a person wrote.

    Raises:
        ProposalRefused: a field lacks, is unknown or malformed, or the key is not a public one of the two kinds.
    """
    if not isinstance(document, Mapping) or set(document) != _FIELDS:
        raise _wrong("項目", f"{'・'.join(sorted(_FIELDS))}を、過不足なく書いてください。")
    texts = {
        field: _text(field, document[field], LONGEST_ISSUER if field == "issuer" else LONGEST_TEXT)
        for field in ("issuer", "name", "audience", "contract")
    }
    methods = document["methods"]
    if not isinstance(methods, list) or not methods or not set(methods) <= set(known_methods):
        raise _wrong("methods", "表にある方法の名前を、1つ以上書いてください。")
    hours = document["longest_age_hours"]
    if not isinstance(hours, int) or isinstance(hours, bool) or not 1 <= hours <= MOST_HOURS:
        raise _wrong("longest_age_hours", f"1から{MOST_HOURS}までの時間数を書いてください。")
    return {
        **texts,
        "key": _public(document["key"]),
        "methods": sorted(set(methods)),
        "longest_age_hours": hours,
    }


def _public(document: object) -> dict[str, str]:
    """The members of a public key that matter, each a text."""
    if not isinstance(document, Mapping) or "d" in document:
        raise _wrong("key", "公開鍵のJWKだけを書いてください。秘密鍵を渡してはいけません。")
    kind = str(document.get("kty"))
    wanted = {"EC": ("kty", "crv", "x", "y"), "OKP": ("kty", "crv", "x")}.get(kind, ())
    public = {name: document.get(name) for name in wanted}
    if (
        not wanted
        or public["crv"] != _CURVES[kind]
        or not all(isinstance(one, str) for one in public.values())
    ):
        raise _wrong("key", "P-256（ES256）かEd25519（EdDSA）の公開鍵を、JWKで書いてください。")
    texts = {name: str(value) for name, value in public.items()}
    try:
        _key(texts)
    except (JoseError, ValueError):
        raise _wrong("key", "公開鍵として読めません。事業者から受け取ったJWKを確かめてください。") from None
    return texts


def _key(public: Mapping[str, str]) -> PublicKey:
    """The key, read in full: a point that is not on its curve is refused here."""
    key: PublicKey = (
        ECKey.import_key(dict(public)) if public["kty"] == "EC" else OKPKey.import_key(dict(public))
    )
    key.public_key  # noqa: B018 - reads the numbers, which import_key alone does not
    return key


def _text(field: str, value: object, longest: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise _wrong(field, f"{longest}文字までで書いてください。")
    return value.strip()


def _wrong(place: str, why: str) -> ProposalRefused:
    return ProposalRefused(f"事業者の登録（{place}）が正しくありません。", remedy=why)

"""What this room keeps of verifications, and how it goes (``kernel.keeping``).

What proved somebody's identity stays for seven years after the relation has ended (犯収法 6条2項); what came to nothing goes
by a period of the institution's own.
"""

from typing import Final

from keizoku.customers.kept import ENDED
from keizoku.identity.rules.states import CAME_TO_NOTHING
from keizoku.kernel.keeping import Kind, Start, Way

_OF_CUSTOMERS: Final = "IN (SELECT id FROM identity_verification WHERE customer_id = ANY($1))"
_BY_ID: Final = "= ANY($1)"
_PARTS: Final = (
    "identity_providerresult",
    "identity_facetemplate",
    "identity_templatedeletion",
    "identity_finding",
    "identity_confirmationrecord",
    "identity_label",
    "identity_decision",
    "identity_derivative",
    "identity_reading",
    "identity_check",
    "identity_stagedone",
    "identity_shot",
    "identity_skip",
)
_NOTHING: Final = ", ".join(f"'{state}'" for state in CAME_TO_NOTHING)


def _ways(which: str) -> tuple[Way, ...]:
    """All rows of some verifications, children first."""
    sessions = f"session_id IN (SELECT id FROM identity_capturesession WHERE verification_id {which})"  # noqa: S608
    return (
        *(Way(table, f"verification_id {which}") for table in _PARTS),
        Way("identity_challenge", sessions),
        Way("identity_capturesession", f"verification_id {which}"),
        Way("identity_verification", "customer_id = ANY($1)" if which == _OF_CUSTOMERS else f"id {which}"),
    )


def _since(condition: str) -> str:
    return f"""
        SELECT v.id AS subject, v.customer_id, NULL::bigint AS campaign_id,
               (v.state_since AT TIME ZONE 'Asia/Tokyo')::date AS since
        FROM identity_verification v WHERE {condition}
    """  # noqa: S608


_FILES: Final = """
    SELECT v.{subject}, f.file FROM identity_verification v
    JOIN (SELECT verification_id, file FROM identity_shot WHERE file <> ''
          UNION ALL SELECT verification_id, file FROM identity_derivative) f ON f.verification_id = v.id
    WHERE v.{subject} = ANY(%s)
"""

KINDS: Final = (
    Kind(
        name="identity",
        label="本人確認の記録と証拠の画像",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND EXISTS (SELECT FROM identity_verification v WHERE v.customer_id = c.id)",
        least_months=84,
        ways=_ways(_OF_CUSTOMERS),
        files=_FILES.format(subject="customer_id"),
    ),
    Kind(
        name="identity_applicant",
        label="口座を開いていない申込者の本人確認",
        start=Start.SETTLED,
        due=_since("v.customer_id IS NULL AND v.state = 'passed'"),
        least_months=84,
        ways=_ways(_BY_ID),
        files=_FILES.format(subject="id"),
    ),
    Kind(
        name="identity_nothing",
        label="成立しなかった本人確認の画像と記録",
        start=Start.SETTLED,
        due=_since(f"v.state IN ({_NOTHING})"),
        ways=_ways(_BY_ID),
        files=_FILES.format(subject="id"),
    ),
)
EXEMPT: Final[dict[str, str]] = {
    "identity_policyversion": "本人確認の決まりだけ。お客さまのデータはない",
    "identity_methodproposal": "どの条文をだれが確認し、何を使うと決めたかを示すため残す。お客さまのデータはない",
}

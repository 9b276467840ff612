"""The right to read personal data of named subjects, for one purpose.

Only ``keizoku.audit`` makes one, after it has written the audit entry: decryption is the gate for reading
(design decision 11).
"""

from dataclasses import dataclass

from keizoku.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class ReadGrant:
    """Attributes: who reads, why, whose data (customer ids), and the audit entry that says so."""

    actor: Actor
    purpose: str
    subjects: frozenset[int]
    entry_id: int

    def covers(self, subject: int) -> bool:
        return subject in self.subjects

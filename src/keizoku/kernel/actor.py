"""Who acts. Every write and every read of personal data names one."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """A member of staff, a customer, or a part of the system, by id; never by name."""

    kind: Literal["staff", "customer", "system"]
    id: str

    def __str__(self) -> str:
        """As rows keep it: "staff:3", "system:delivery"."""
        return f"{self.kind}:{self.id}"

    @classmethod
    def staff(cls, staff_id: int) -> "Actor":
        return cls("staff", str(staff_id))

    @classmethod
    def customer(cls, customer_id: int) -> "Actor":
        return cls("customer", str(customer_id))

    @classmethod
    def system(cls, part: str) -> "Actor":
        return cls("system", part)

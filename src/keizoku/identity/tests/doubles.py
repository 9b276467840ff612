"""A judge that speaks the port's protocol and reads what it shall see out of the bytes themselves: "blur", "number", anything."""

from keizoku.identity.ports import Glance
from keizoku.identity.rules.steps import StepName

POSES = ("front", "left", "up")


class Sight:
    """Good is what it does not know."""

    def glance(self, data: bytes, step: StepName, kind: str) -> Glance:
        if b"blur" in data:
            return Glance(is_good=False, reasons=("blur",), scores={"blur": 0.2})
        if b"number" in data:
            return Glance(is_good=True, forbidden="individual_number")
        return Glance(is_good=True, scores={"blur": 0.9})

    def poses(self) -> tuple[str, ...]:
        return POSES

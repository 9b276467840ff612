"""A judge that speaks the port's protocol and reads what it shall see out of the bytes themselves: "blur", "number", anything."""

from collections.abc import Mapping, Sequence

from keizoku.identity.ports import FaceShot, FacesSeen, FieldRead, Glance, Model, Seen, SideRead
from keizoku.identity.rules.outcomes import Outcome
from keizoku.identity.rules.steps import StepName

POSES = ("front", "left", "up")
# Taro's licence, as ``make_customers`` brings him in.
TARO = {
    "name": "山田太郎",
    "birth_date": "1960-04-08",
    "address": "東京都渋谷区渋谷一丁目2番3号",
    "expiry_date": "2029-05-08",
}
READER = Model("text", "double 1", "ab" * 32)


class Sight:
    """Good is what it does not know; ``front`` says what the document shows. ``asked`` lists what it was asked for."""

    def __init__(self, front: Mapping[str, str] = TARO) -> None:
        self.front = dict(front)
        self.doubtful: set[str] = set()
        self.asked: list[str] = []

    def glance(self, data: bytes, step: StepName, kind: str) -> Glance:
        if b"blur" in data:
            return Glance(is_good=False, reasons=("blur",), scores={"blur": 0.2})
        if b"number" in data:
            return Glance(is_good=True, forbidden="individual_number")
        return Glance(is_good=True, scores={"blur": 0.9})

    def poses(self) -> tuple[str, ...]:
        return POSES

    def read(self, data: bytes, kind: str, step: StepName) -> SideRead:
        self.asked.append(f"read {step}")
        values = self.front if step is StepName.FRONT else {}
        fields = {
            name: FieldRead(
                value, value, 0.99, ("not_sure",) if name in self.doubtful else (), (10, 20, 300, 40)
            )
            for name, value in values.items()
        }
        portrait = b"portrait of " + data if step is StepName.FRONT else None
        seen = (
            Seen("number_check_digit", Outcome.PASSED),
            Seen("reading", Outcome.PASSED, "", 0.99, 0.9, READER),
        )
        return SideRead(kind, fields, seen, 0.99, b"card of " + data, portrait)

    def tilted(self, flat: bytes, tilt: bytes) -> tuple[Seen, ...]:
        self.asked.append("tilted")
        return (Seen("thickness", Outcome.PASSED, "", 1.2, 0.6),)

    def faces(self, portrait: bytes | None, shots: Sequence[FaceShot]) -> FacesSeen:
        self.asked.append(f"faces {' '.join(shot.pose for shot in shots)}")
        outcome = Outcome.PASSED if portrait else Outcome.UNSURE
        return FacesSeen((Seen("same_face", outcome, "", 0.31, 0.6, READER),), b"\0" * 512)

    def view(self, data: bytes) -> bytes:
        return b"view of " + data

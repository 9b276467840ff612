"""Named refusals. A refusal is an answer to a person; a crash (500) is a fault of ours."""


class Refusal(Exception):
    """The base of all refusals.

    Attributes:
        code: stable name, "room.reason", for the API, tests and support.
        message: one plain Japanese sentence that says what is wrong.
        remedy: one plain Japanese sentence that says what to do next.
    """

    code = "kernel.refused"

    def __init__(self, message: str, *, remedy: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if code:
            self.code = code

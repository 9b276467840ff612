"""The customers' room's refusals."""

from keizoku.kernel.errors import Refusal


class FileRefused(Refusal):
    """A file that is no customer file at all; its message says what to mend."""

    code = "customers.file_refused"


class ChangeRefused(Refusal):
    code = "customers.change_refused"

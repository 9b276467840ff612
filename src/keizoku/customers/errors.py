"""The customers' room's refusals."""

from keizoku.kernel.errors import Refusal


class FileRefused(Refusal):
    """A file that is no customer file at all; its message says what to mend."""

    code = "customers.file_refused"


class ChangeRefused(Refusal):
    code = "customers.change_refused"


class MappingRefused(Refusal):
    code = "customers.mapping_refused"


class ConflictRefused(Refusal):
    code = "customers.conflict_refused"


class ReturnRefused(Refusal):
    """A return file or its acknowledgement that does not fit what lies waiting."""

    code = "customers.return_refused"


class EndingRefused(Refusal):
    """A relation that cannot be ended or opened again as asked."""

    code = "customers.ending_refused"

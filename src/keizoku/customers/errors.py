"""The customers' room's refusals."""

from keizoku.kernel.errors import Refusal


class FileRefused(Refusal):
    """A file that is no customer file at all; its message says what to mend."""

    code = "customers.file_refused"


class AttributeInvalid(Refusal):
    """A definition that cannot be taken; ``place`` says what of it."""

    code = "customers.attribute_invalid"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}：{problem}", remedy="その箇所を直して、もう一度保存してください。")
        self.place = place
        self.problem = problem


class AttributeRefused(Refusal):
    """Something that cannot be done with an attribute now; nothing was changed."""

    code = "customers.attribute_refused"


class ChangeRefused(Refusal):
    code = "customers.change_refused"


class StopKept(Refusal):
    """A stop of all contact that stays on."""

    code = "customers.stop_kept"


class DuplicateRefused(Refusal):
    """A pair of likely duplicates that cannot be proposed, merged or kept apart now; nothing was changed."""

    code = "customers.duplicate_refused"


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


class RelationRefused(Refusal):
    """A relation that cannot be written so; nothing was changed."""

    code = "customers.related_party_refused"


class ConsentRefused(Refusal):
    code = "customers.consent_refused"


class NoteRefused(Refusal):
    code = "customers.note_refused"


class TaskRefused(Refusal):
    code = "customers.task_refused"


class LinkRefused(Refusal):
    """A customer and a LINE account that cannot be linked or unlinked; nothing was changed."""

    code = "customers.link_refused"


class VersionDiffers(Refusal):
    """The record has moved on since the caller read it; ``row`` counts from 0."""

    code = "customers.version_differs"

    def __init__(self, row: int) -> None:
        super().__init__(
            "お客さまの記録が、お手元の版から変わっています。",
            remedy="読み直して、今の版の番号で、もう一度送ってください。",
        )
        self.row = row

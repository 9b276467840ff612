"""Files that arrive in a form and are too large for memory: encrypted while they arrive, deleted with the request.

Whoever keeps one reads its chunks into a place of its own (``files.store``).
"""

from typing import IO, Any, cast

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from keizoku.kernel import files


class EncryptedUpload(UploadedFile):  # type: ignore[type-arg]  # generic in the stubs alone
    """An uploaded file whose bytes lie encrypted; closing it deletes them."""

    def __init__(self, stored: files.Stored, name: str, content_type: str) -> None:
        stream = cast("IO[Any]", files.open_stored(stored.id))
        super().__init__(stream, name, content_type, stored.size)
        self._stored = stored

    def close(self) -> None:
        super().close()
        files.delete(self._stored.id)


class EncryptedUploadHandler(FileUploadHandler):
    """Django's door for it (``FILE_UPLOAD_HANDLERS``)."""

    _writer: files.Writer | None = None

    def new_file(self, *arguments: Any, **options: Any) -> None:
        super().new_file(*arguments, **options)
        self._writer = files.Writer()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        assert self._writer is not None
        self._writer.write(raw_data)

    def file_complete(self, file_size: int) -> EncryptedUpload:  # noqa: ARG002 - Django's signature
        assert self._writer is not None
        stored, self._writer = self._writer.finish(), None
        return EncryptedUpload(stored, self.file_name or "", self.content_type or "")

    def upload_interrupted(self) -> None:
        if self._writer is not None:
            self._writer.abandon()

"""Rows of the customers' room, a file a subject."""

from keizoku.customers.models.attributes import AttributeValue, AttributeVersion
from keizoku.customers.models.casework import Note, Task
from keizoku.customers.models.consents import ChannelStop, Consent
from keizoku.customers.models.duplicates import Duplicate, DuplicateSearch
from keizoku.customers.models.ending import Ending
from keizoku.customers.models.imports import (
    ColumnMapping,
    ImportConflict,
    ImportRejection,
    ImportRun,
    ImportUpload,
)
from keizoku.customers.models.linking import LineEvent, LineLink
from keizoku.customers.models.record import (
    ContactPoint,
    ContactStop,
    Customer,
    Fact,
    Lookup,
    RecordVersion,
    StopDoubt,
)
from keizoku.customers.models.relations import (
    Relation,
    RelationFact,
    RelationImport,
    RelationRejection,
)
from keizoku.customers.models.returns import ReturnFile, ReturnReissue, ReturnRow
from keizoku.customers.models.search import NameToken

__all__ = [
    "AttributeValue",
    "AttributeVersion",
    "ChannelStop",
    "ColumnMapping",
    "Consent",
    "ContactPoint",
    "ContactStop",
    "Customer",
    "Duplicate",
    "DuplicateSearch",
    "Ending",
    "Fact",
    "ImportConflict",
    "ImportRejection",
    "ImportRun",
    "ImportUpload",
    "LineEvent",
    "LineLink",
    "Lookup",
    "NameToken",
    "Note",
    "RecordVersion",
    "Relation",
    "RelationFact",
    "RelationImport",
    "RelationRejection",
    "ReturnFile",
    "ReturnReissue",
    "ReturnRow",
    "StopDoubt",
    "Task",
]

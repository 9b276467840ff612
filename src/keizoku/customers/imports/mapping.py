"""The bank's own column names for the layout's: saved by name, versioned, and offered again for the same header."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from keizoku.audit import actions as audit
from keizoku.customers.attributes import queries
from keizoku.customers.errors import AttributeRefused, MappingRefused
from keizoku.customers.imports.rules.columns import ATTRIBUTE, COLUMNS, Names, attribute_names, plain_name
from keizoku.customers.models import ColumnMapping
from keizoku.kernel.actor import Actor

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One version of one mapping."""

    id: int
    name: str
    version: int
    columns: Names


def save_mapping(name: str, columns: Mapping[str, str], header: Sequence[str], *, actor: Actor) -> MappingRow:
    """A new version under ``name``; the same columns again are the version that exists.

    Raises:
        MappingRefused: no name, a column of the layout without a column of the file, or one used twice.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise MappingRefused(f"対応の名前を{LONGEST_NAME}文字までで入力してください。")
    found = [plain_name(cell) for cell in header]
    chosen = {str(column): plain_name(columns.get(column, "")) for column in COLUMNS}
    attributes = attribute_names(columns)
    labels = _labels(attributes)
    lacking = [column for column, wanted in chosen.items() if found.count(wanted) != 1]
    lacking += [labels[name] for name, wanted in attributes.items() if found.count(wanted) != 1]
    if lacking:
        raise MappingRefused(
            f"ファイルの列が決まっていません: {'・'.join(lacking)}",
            remedy="項目ごとに列を1つ選んでください。",
        )
    chosen |= {f"{ATTRIBUTE}{name}": wanted for name, wanted in attributes.items()}
    if len(set(chosen.values())) < len(chosen):
        raise MappingRefused(
            "同じ列が2つの項目に選ばれています。", remedy="項目ごとに別の列を選んでください。"
        )
    with transaction.atomic():
        newest = ColumnMapping.objects.filter(name=name).order_by("-version").first()
        if newest is not None and newest.columns == chosen and newest.header_digest == _digest(found):
            return _row(newest)
        row = ColumnMapping.objects.create(
            name=name,
            version=newest.version + 1 if newest else 1,
            columns=chosen,
            header_digest=_digest(found),
            created_by=str(actor),
        )
        audit.record(
            actor=actor,
            action="customers.mapping.saved",
            subject=("mapping", row.id),
            details={"version": row.version},
        )
    return _row(row)


def mapping_named(name: str) -> MappingRow:
    """The newest version. Raises ``MappingRefused`` where there is none."""
    newest = ColumnMapping.objects.filter(name=name).order_by("-version").first()
    if newest is None:
        raise MappingRefused(f"列の対応「{name}」はありません。", remedy="名前を確かめてください。")
    return _row(newest)


def mapping_for(header: Sequence[str]) -> MappingRow | None:
    """The mapping that was last saved for this very header."""
    digest = _digest([plain_name(cell) for cell in header])
    newest = ColumnMapping.objects.filter(header_digest=digest).order_by("-id").first()
    return _row(newest) if newest else None


def guess(header: Sequence[str]) -> dict[str, str]:
    """The layout's column → the file's: as last saved for this header, else where the names are the same."""
    if (saved := mapping_for(header)) is not None:
        return dict(saved.columns)
    found = {plain_name(cell) for cell in header}
    named = {str(column): str(column) for column in COLUMNS if column in found}
    for definition in queries.usable():
        for name in (plain_name(definition.label), definition.name):
            if name in found - set(named.values()):
                named.setdefault(f"{ATTRIBUTE}{definition.name}", name)
    return named


def _labels(attributes: Mapping[str, str]) -> dict[str, str]:
    """Attribute → its label. Raises ``MappingRefused`` for one that is not in use."""
    try:
        return {name: one.label for name, one in queries.usable_by_name(attributes.keys()).items()}
    except AttributeRefused as refusal:
        raise MappingRefused(refusal.message, remedy=refusal.remedy) from None


def _row(mapping: ColumnMapping) -> MappingRow:
    return MappingRow(mapping.id, mapping.name, mapping.version, dict(mapping.columns))


def _digest(header: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(header).encode()).hexdigest()

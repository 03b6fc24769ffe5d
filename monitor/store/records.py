"""Rows of the engine as values of a dataclass: past this point the type checker knows what a row holds."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Record = TypeVar("Record", bound=DataclassInstance)
else:
    Record = TypeVar("Record")


def records(rows: pa.Table, kind: type[Record]) -> list[Record]:
    """Each row as a ``kind``, whose fields are columns by name; columns that are no field are left.

    Raises KeyError where a field is no column.
    """
    columns = [rows.column(field.name).to_pylist() for field in fields(kind)]
    return [kind(*values) for values in zip(*columns, strict=True)]

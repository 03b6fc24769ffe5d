"""xlsx and xls through calamine, cell types kept in mind. (placeholder until the CSV path stands)"""
from __future__ import annotations
from collections.abc import Iterator
from dataclasses import dataclass
from monitor.errors import IntakeError
from monitor.intake.chunk import Chunk
from monitor.intake.columns import Table


@dataclass
class Workbook:
    columns: tuple[str, ...]
    format: str
    header_line: int
    ignored_columns: tuple[str, ...]
    ignored_sheets: tuple[str, ...]


def read_workbook(table: Table, content: bytes, file: str) -> Workbook:
    raise IntakeError("xlsx")


def chunks(table: Table, book: Workbook, size: int, chunk_bytes: int) -> Iterator[Chunk]:
    yield from ()

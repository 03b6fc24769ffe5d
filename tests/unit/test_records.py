"""Rows of the engine as values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from monitor.store.engine import DuckEngine
from monitor.store.records import records


@dataclass(frozen=True)
class Sum:
    amount: Decimal
    person: str


def test_columns_are_taken_by_name() -> None:
    rows = DuckEngine().select("SELECT 1 AS other, 'a' AS person, 2.50::DECIMAL(8, 2) AS amount")
    assert records(rows, Sum) == [Sum(Decimal("2.50"), "a")]


def test_a_field_that_is_no_column_is_refused() -> None:
    with pytest.raises(KeyError):
        records(DuckEngine().select("SELECT 'a' AS person"), Sum)


def test_no_rows() -> None:
    assert records(DuckEngine().select("SELECT 'a' AS person, 1.0 AS amount WHERE false"), Sum) == []

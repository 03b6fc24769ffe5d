"""What is written from the declared columns: SQL and READMEs are as they follow, and a new column finds its places."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from monitor.intake.columns import FUND, INCOMES, PEOPLE, SETTLEMENTS, Column, Table

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def columns() -> Iterator[ModuleType]:
    """The script `make columns` runs."""
    spec = importlib.util.spec_from_file_location("columns_script", ROOT / ".ci/columns.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


def with_column(table: Table, column: Column) -> Table:
    return replace(table, columns=(*table.columns, column))


def written(columns: ModuleType, table: Table, step: str = "") -> str:
    path = ROOT / (f"monitor/store/{table.name}_{step}.sql" if step else f"monitor/intake/{table.name}.sql")
    return str(columns.filled(table, path, path.read_text(encoding="utf-8")))


def test_every_file_is_as_the_declaration_has_it(columns: ModuleType) -> None:
    changed = [str(path.relative_to(ROOT)) for path, text in columns.written() if text != path.read_text(encoding="utf-8")]
    assert changed == [], "run make columns"


def test_a_new_column_is_cleaned_stored_and_compared(columns: ModuleType) -> None:
    table = with_column(FUND, Column("donated", "社会捐赠", "money", "其中的社会捐赠，元"))
    cleaning = written(columns, table)
    assert "THEN money_of(donated) END AS donated," in cleaning
    assert "'donated:' || money_reason(donated_text)" in cleaning
    assert re.search(r"\bc\.donated,\n", written(columns, table, "rows"))
    assert re.search(r"\bdonated\n    \) AS digest", written(columns, table, "versions"))
    assert "donated" not in written(columns, table, "who")


def test_a_new_column_of_the_key_is_in_both_hashes(columns: ModuleType) -> None:
    table = with_column(FUND, Column("account", "账户", "text", "哪个账户", key=True))
    assert "hash(region, year, month, account) AS own," in written(columns, table, "who")
    assert "hash(region, year, month, account) AS h," in written(columns, table, "versions")


@pytest.mark.parametrize(
    ("column", "typed"),
    [
        (Column("new", "新列", "text", "。"), "text_of(new) AS new,"),
        (Column("new", "新列", "code", "。"), "code_of(new) AS new,"),
        (Column("new", "新列", "money", "。"), "money_of(new) AS new,"),
    ],
    ids=lambda one: one.kind if isinstance(one, Column) else "",
)
def test_a_new_column_of_settlements_costs_one_expression(columns: ModuleType, column: Column, typed: str) -> None:
    assert typed in written(columns, with_column(SETTLEMENTS, column))


def test_a_blank_amount_is_zero_in_settlements_alone(columns: ModuleType) -> None:
    assert "money_of(maf_pay) AS maf_pay," in written(columns, SETTLEMENTS)
    assert "CASE WHEN NOT regexp_full_match(income, '-{0,2}') THEN money_of(income) END AS income," in written(columns, FUND)


def test_a_new_day_is_questioned_too(columns: ModuleType) -> None:
    cleaning = written(columns, with_column(INCOMES, Column("checked_on", "核对日期", "date", "。")))
    for line in ("OR is_serial(checked_on_text)", "OR after_load(checked_on_moment)", "checked_on_moment::DATE AS checked_on,"):
        assert line in cleaning


def test_a_column_without_a_place_is_said_to_have_none(columns: ModuleType) -> None:
    """The register rejects nothing for a day or an amount: how one would be judged is for somebody to write."""
    with pytest.raises(ValueError, match="has no place for"):
        written(columns, with_column(PEOPLE, Column("moved_on", "迁入日期", "date", "。")))


def test_what_is_by_hand_is_a_column(columns: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"by hand are \['expected_participants'\]"):
        columns.filled(
            replace(FUND, columns=FUND.columns[:-1]), ROOT / "monitor/intake/fund.sql",
            (ROOT / "monitor/intake/fund.sql").read_text(encoding="utf-8"),
        )


def test_a_readme_lists_the_columns(columns: ModuleType) -> None:
    before = "| `fund` what it is | `region`* | key |\n"
    assert columns.listed(before) == before.replace(
        "`region`*", ", ".join(f"`{column.name}`{'*' if column.required else ''}" for column in FUND.columns)
    )

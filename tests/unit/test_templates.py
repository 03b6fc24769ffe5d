"""Templates to hand out: what is in them, and that the import reads back what it wrote."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from monitor.intake.columns import OPTIONAL, TABLES, Table
from monitor.intake.header import fold, lookup
from monitor.intake.identity_number import normalise
from monitor.intake.reading import open_export
from monitor.reports.templates import template

Monitor = Callable[..., subprocess.CompletedProcess[str]]
NOW = datetime(2025, 7, 1, 9, tzinfo=timezone(timedelta(hours=8)))
EVERY = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)


def sheets(table: Table) -> tuple[list[list[object]], list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(template(table, NOW)))
    assert book.sheet_names == [table.label, "填写说明"]
    first, notes = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    return first, notes


@EVERY
def test_headings_are_chinese_and_say_what_is_required(table: Table) -> None:
    headings, *rows = sheets(table)[0]
    assert len(rows) == 1
    known = lookup(table)
    for heading, column in zip(map(str, headings), table.columns, strict=True):
        assert heading.startswith(column.heading)
        assert known[fold(heading)] == column.name
        assert ("必填" in heading) == column.required
        assert ("元" in heading) == (column.kind == "money")


@EVERY
def test_the_example_can_be_nobody(table: Table) -> None:
    example = {column.name: column.example for column in table.columns if column.example}
    assert all(example.get(column.name) for column in table.columns if column.required)
    for name, value in example.items():
        if name in ("certno", "psn_no", "setl_id", "region", "insu_admdvs", "household", "resdbook_no", "dise_codg"):
            assert value.startswith("99"), name
    if "certno" in example:
        assert normalise(example["certno"]) == (example["certno"], ())


@EVERY
def test_every_column_has_its_note_twice(table: Table) -> None:
    """On the sheet of notes, and as a comment on its heading."""
    notes = sheets(table)[1]
    lines = {str(row[0]): [str(cell) for cell in row] for row in notes}
    with zipfile.ZipFile(io.BytesIO(template(table, NOW))) as packed:
        comments = packed.read("xl/comments1.xml").decode("utf-8")
    for column in table.columns:
        _, need, form, sentence = lines[f"{column.heading}（{column.name}）"]
        assert form
        assert sentence == column.sentence + "。"
        assert (need == "必填") == column.required
        assert f"{need}。{form}。{sentence}" in comments.replace("&quot;", '"')


@EVERY
def test_the_notes_are_not_taken_for_a_table(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template(table, NOW))
    with open_export(path, table) as export:
        assert export.columns == table.names
        assert [entry.name for entry in export.unused] == ["填写说明"]
        assert sum(chunk.rows.num_rows for chunk in export.chunks()) == 1


@EVERY
def test_the_same_table_at_the_same_time_is_the_same_bytes(table: Table) -> None:
    assert template(table, NOW) == template(table, NOW)


#: What somebody who fills a template in writes over the example: another person, region or disease.
OTHERS = {"fixmedins_code": "99H0002", "certno": "990101198001011228", "psn_name": "样例甲", "region": "330783", "dise_codg": "C91.0", "dise_name": "急性淋巴细胞白血病"}


def test_a_template_comes_back_whole(call_monitor: Monitor, tmp_path: Path) -> None:
    """What is filled in is accepted, with nothing to reject, flag or ignore; of what people fill in by hand, never the example
    itself: it would make an input nobody told us look told, and somebody who cannot exist be on a list."""
    for table in TABLES.values():
        path = tmp_path / f"{table.name}.xlsx"
        answer = call_monitor("template", table.name, "--output", path)
        assert (answer.returncode, answer.stderr) == (0, ""), answer
        assert table.label in answer.stdout and f"monitor import {table.name}" in answer.stdout
        if table.name not in ("settlements", "people"):
            refused = call_monitor("import", table.name, path)
            assert refused.returncode == 1 and "第 2 行还是模板的示例" in refused.stderr
            assert (f"monitor none {table.name}" in refused.stderr) == (table in OPTIONAL)
            headings, example = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[:2]
            filled = [OTHERS.get(column.name, cell) for column, cell in zip(table.columns, example, strict=True)]
            with xlsxwriter.Workbook(path) as book:
                sheet = book.add_worksheet()
                sheet.write_row(0, 0, headings)
                sheet.write_row(1, 0, filled)
        found = json.loads(call_monitor("import", table.name, path, "--json").stdout)
        counts = [found[name] for name in ("read", "accepted", "duplicates", "rejected")]
        assert (table.name, counts, found["flags"]) == (table.name, [1, 1, 0, 0], {})


def test_a_file_that_is_there_is_never_overwritten(
    call_monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call_monitor("template", "fund").returncode == 0
    filled = (tmp_path / "fund-template.xlsx").read_bytes()
    answer = call_monitor("template", "fund")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1 and "fund-template.xlsx" in answer.stderr and "--output" in answer.stderr
    assert (tmp_path / "fund-template.xlsx").read_bytes() == filled
    answer = call_monitor("template", "fund", "--output", tmp_path / "nowhere" / "fund.xlsx")
    assert answer.returncode == 1 and answer.stderr.count("\n") == 1
    assert call_monitor("template", "nothing").returncode == 2

"""The demonstration: the files of each month, in load order, and what the written-out people go through."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from monitor.intake.columns import CLAIM_DAYS, OPTIONAL, SETTLEMENTS, TABLES
from sample_data import demo, inputs, layouts
from sample_data.generator.exports import Request
from sample_data.numbers import check_digit
from sample_data.stories import NAMES, PLOTS, STARTS, doubts, stories

INPUTS = {table.name for table in OPTIONAL}


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    small = Request(people=300, settlements=600, year=2025, seed=2025)
    made = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "REQUEST", small)
        demo.write(made)
        demo.write(made / "again")
    return made


def sheet(file: Path) -> list[list[str]]:
    """A file's cells as text, by the kind its name and content show."""
    if file.suffix == ".xlsx":
        with CalamineWorkbook.from_path(str(file)) as book:
            return [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    content = file.read_bytes()
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            content = archive.read(archive.namelist()[0])
    text = content.decode("utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "gb18030")
    return list(csv.reader(io.StringIO(text)))


def test_twelve_months_in_load_order(directory: Path) -> None:
    found = demo.months(directory / "again")
    assert [month.as_of for month in found] == [
        date(2025, month, last) for month, last in enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)
    ]
    assert [(kind, file.name) for kind, file in found[0].files] == [
        ("incomes", "incomes.csv"), ("people", "10-people.csv"), ("identities", "20-identities-civil-affairs.csv"),
        ("identities", "21-identities-rural-affairs.xlsx"), ("premium_support", "22-premium_support.csv"),
        ("households", "23-households.csv"), ("serious_illness", "24-serious_illness.csv"), ("settlements", "30-settlements.csv"),
    ]
    assert {month.as_of.month for month in found if "fund" in {kind for kind, _ in month.files}} == set(inputs.QUARTERS)
    assert found[7].files[-1][1].name == "40-settlements-corrected.csv"
    assert all(month.files[-1][0] == "settlements" for month in found)


def test_the_same_bytes_each_time(directory: Path) -> None:
    first = [file for month in demo.months(directory / "again") for _, file in month.files]
    for file in first:
        assert file.read_bytes() == (directory / file.relative_to(directory / "again")).read_bytes()


def test_every_kind_of_settlement_file_has_all_columns(directory: Path) -> None:
    assert set(demo.KINDS) == set(layouts.KINDS)
    for month in demo.months(directory / "again"):
        for kind, file in month.files:
            if kind == "settlements":
                names = sheet(file)[0]
                usual = [column for column in SETTLEMENTS.columns if column.name not in CLAIM_DAYS]
                assert names in ([column.name for column in usual], [column.heading for column in usual])


def test_rural_affairs_sends_its_own_layout(directory: Path) -> None:
    rows = sheet(directory / "2025-01" / "21-identities-rural-affairs.xlsx")
    header = ["户编号", "姓名", "证件号码", "监测对象类别", "识别时间", "退出时间", "风险是否已消除"]
    # Rows 1 and 2 are a title and a note.
    assert next(place for place, row in enumerate(rows) if row[: len(header)] == header) == 2
    assert all(len(row[4]) == 6 and row[4].isdigit() for row in rows[3:])


def test_nothing_is_told_before_it_could_be_known(directory: Path) -> None:
    for number, month in enumerate(demo.months(directory / "again"), start=1):
        for _, file in month.files:
            if file.name.startswith("20-"):
                for row in sheet(file)[1:]:
                    begin = date.fromisoformat(row[3])
                    assert begin.year < 2025 or begin.month <= number + 1


def test_what_nobody_exports_is_told_of_people_who_cannot_exist(directory: Path) -> None:
    for month in demo.months(directory / "again"):
        for kind, file in month.files:
            if kind in INPUTS:
                header, *rows = sheet(file)
                assert header == [column.heading for column in TABLES[kind].columns]
                assert rows
                place = header.index("证件号码") if "证件号码" in header else None
                assert place is None or all(row[place].startswith("99") for row in rows)


def test_applications_are_decided_by_the_next_quarter() -> None:
    held = [
        {"certno": f"99{n}", "psn_name": "样例", "category": "因病致贫重病患者", "begin": f"2025-{1 + n % 6:02d}-01"} for n in range(48)
    ]
    outcomes = {}
    for month in inputs.QUARTERS:
        rows = inputs.applications(held, month)
        assert all(row["applied_on"] <= f"2025-{month:02d}-28" for row in rows)
        assert {row["outcome"] for row in rows if not row["decided_on"]} <= {"待定"}
        outcomes[month] = {row["certno"]: row["outcome"] for row in rows}
    assert "待定" in outcomes[3].values() and "待定" not in outcomes[12].values()
    assert len(outcomes[12]) == 48 and set(outcomes[12].values()) == {"批准", "不予批准"}


def test_the_plots_cover_every_way_a_warning_goes() -> None:
    told = stories()
    assert len(told) == len(PLOTS) * len(STARTS) == len({story.certno for story in told})
    for story in told:
        assert story.certno.startswith("990001")
        assert check_digit(story.certno[:17]) == story.certno[17]
        assert story.name in NAMES
        assert all(1 <= month <= 12 for month in (*story.settlements, *story.identities, *story.people))
        assert set(story.corrections) <= {8}
    keys = [row["setl_id"] for story in told for rows in story.settlements.values() for row in rows]
    again = [row["setl_id"] for story in told for rows in story.corrections.values() for row in rows]
    assert set(again) <= set(keys)


def test_the_doubts_are_of_two_numbers_and_of_a_settlement_exported_twice() -> None:
    two, twice = doubts()
    rows = [row for of_month in two.settlements.values() for row in of_month]
    assert len({row["psn_no"] for row in rows}) == 1 and len({row["certno"] for row in rows}) == 2
    assert {row["certno"][6:14] for row in rows} == {f"{two.birth:%Y%m%d}"}
    assert all(check_digit(row["certno"][:17]) == row["certno"][17] for row in rows)
    one, copy = twice.settlements[11]
    assert copy["setl_id"].endswith(one["setl_id"]) and {**copy, "setl_id": "", "mdtrt_id": ""} == {**one, "setl_id": "", "mdtrt_id": ""}
    assert not two.people and not twice.people, "the register would settle it"


def test_a_month_before() -> None:
    assert layouts.month_before("2025-01-01") == "202412"
    assert layouts.month_before("2025-11-01") == "202510"

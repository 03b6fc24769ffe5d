"""Titles, repeated headings, subtotals, notes and who made the table, around the rows of every file people fill in by hand.

Each table, and each department's answers and the province's list, is loaded so decorated, as csv and as a workbook: the rows are those
there are, and everything else is accounted for in what was not used.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import xlsxwriter
from bureau import CODES, Bureau
from cells import GOOD, IDENTITY, INCOME, INPUTS, SETTLEMENT

from monitor.casework.layouts import layout_of, layouts, warning_words
from monitor.casework.reply_reading import read_reply, read_warning_list
from monitor.intake.columns import TABLES
from monitor.intake.unused import Unused
from monitor.store.home import Store, writing

OTHER = "990101197008010012"
#: Canonical names and cells of two good rows of each table; hand claims are settlements with the columns of one.
ROWS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    name: (row, {**row, **({"certno": OTHER} if "certno" in row else {}), **more}) for name, row, more in (
        ("settlements", {**SETTLEMENT, "psn_name": "样例一", "manl_reim_rea": "零星报销", "invoice_on": "2025-01-20"}, {"setl_id": "S2"}),
        ("people", {"psn_no": "P1", "psn_name": "样例一", "certno": GOOD, "insu_admdvs": "371002"}, {"psn_no": "P2"}),
        ("identities", {**IDENTITY, "psn_name": "样例一", "department": "民政"}, {}), ("incomes", INCOME, {"year": "2023"}),
        *((name, row, {"month": "7", "household": "H2", "dise_codg": "C92.0", "dise_name": "样例病种二"}) for name, row in INPUTS.items()),
    )
}  # type: ignore[assignment]
#: What a person writes into the first cells of a row around the data, and what it is.
ABOVE = (["2025年样例统计表"], ["填报单位：样例局", "填报日期：2025年12月1日"])
AROUND = (
    (["小计"], "total"), (["合计", "2人"], "total"), (["本页小计", ""], "total"), (["备注：含退休人员"], "note"), (["说明：以上数据已核"], "note"),
    (["制表人：样甲", "审核人：样乙", "2025年12月1日"], "note"), (["单位负责人：样丙"], "note"), (["联系电话：0631-5200000"], "note"),
    (["第1页", "共1页"], "note"), (["以下空白"], "note"),
    (["", "", "审核：样丁"], "note"),
)


def decorated(path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]], amount: int | None = None) -> tuple[Path, Counter[str]]:
    """The file; and how many rows of each kind stand below the headings and are no data. ``amount``: the place of a column of money."""
    around = [(list(cells), kind) for cells, kind in AROUND]
    if amount is not None:
        # A total that says so in no cell, and one that repeats the amount beside the word.
        around += [([*[""] * amount, "12345.67"], "total"), ([*(["合计"] if amount else []), *[""] * (amount - 1), "12345.67"], "total")]
    below = [rows[0], headings, *(cells for cells, kind in around if kind == "total"), rows[1], *(cells for cells, kind in around if kind == "note")]
    lines = [*ABOVE, list(headings), *below]
    width = len(headings)
    whole = [[*line, *[""] * (width - len(line))] for line in lines]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(whole)
    else:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet = book.add_worksheet("表")
            for number, line in enumerate(whole):
                for place, cell in enumerate(line):
                    sheet.write_string(number, place, cell)
    return path, Counter([kind for _, kind in around]) + Counter({"heading": 1})


def below(unused: Sequence[Unused]) -> Counter[str]:
    """Rows by kind, but what stands above the headings, of which there are two."""
    above = [one for one in unused if one.name == "表头以上的标题和说明"]
    assert [one.count for one in above] == [len(ABOVE)]
    found: Counter[str] = Counter()
    for one in unused:
        if one not in above:
            found[one.kind] += one.count
    return found


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("name", TABLES)
def test_every_table(name: str, suffix: str, tmp_path: Path, home: Path) -> None:
    table, (one, other) = TABLES[name], ROWS[name]
    names = [column.name for column in table.columns if column.name in one]
    headings = [table.column(column).heading for column in names]
    amount = next((at for at, column in enumerate(names) if table.column(column).kind == "money"), None)
    path, apart = decorated(tmp_path / f"a.{suffix}", headings, [[str(row[column]) for column in names] for row in (one, other)], amount)
    outcome = Bureau(tmp_path).load(name, path)
    assert below(outcome.unused) == apart
    assert (outcome.accepted, outcome.rejected, outcome.read) == (2, apart.total(), 2 + apart.total()), outcome.reasons
    assert set(outcome.reasons) == {"heading_row", "totals_row", "note_row"}


#: What a department writes into each of its columns.
ANSWERS = {
    "pack": "x-2025-001", "answer": "死亡", "reason": "", "category": "", "begin": "", "recognised_on": "", "relief_kind": "临时救助",
    "relief_amount": "500", "relief_on": "2025-05-05", "remark": "已核",
}


@pytest.fixture
def store(tmp_path: Path, home: Path) -> Store:
    bureau = Bureau(tmp_path)
    with writing(bureau.home, "test", create=True) as opened:
        return opened


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("department", layouts(None))
def test_every_departments_answers(department: str, suffix: str, tmp_path: Path, store: Store) -> None:
    """With the columns of our list, and those a department fills in; the relief's amount is one of money."""
    layout = layout_of(None, department)
    own = {name: given[0] for name, given in layout.reply.headings.items()}
    headings = ["序号", "姓名", "证件号码", *own.values()]
    rows = [[str(at), "样例", number, *(ANSWERS[name].replace("x", department) for name in own)] for at, number in enumerate((GOOD, OTHER), start=1)]
    path, apart = decorated(tmp_path / f"a.{suffix}", headings, rows, amount=3 + list(own).index("relief_amount"))
    read = read_reply(store, path, layout, None, CODES)
    good = [one for one in read.answers if not one.reasons]
    assert [(one.certno, one.answer, one.relief_fen) for one in good] == [(GOOD, "deceased", 500_00), (OTHER, "deceased", 500_00)]
    assert below([one for one in read.unused if one.kind != "column"]) == apart
    assert len(read.answers) == 2 + apart.total() and read.unknown_values == ()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_provinces_list(suffix: str, tmp_path: Path, store: Store) -> None:
    words = warning_words(None)
    headings = ["姓名", "证件号码", *(given[0] for given in words.headings.values())]
    rows = [["样例", number, "因病致贫", "70000.00", "2025-12"] for number in (GOOD, OTHER)]
    path, apart = decorated(tmp_path / f"a.{suffix}", headings, rows, amount=3)
    read = read_warning_list(store, path, words, None)
    assert [(one.certno, one.kind) for one in read.lines if not one.reasons] == [(GOOD, "poverty_due_to_illness"), (OTHER, "poverty_due_to_illness")]
    assert below(read.unused) == apart and len(read.lines) == 2 + apart.total() and read.unknown_values == ()

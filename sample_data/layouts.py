"""The shapes files arrive in: CSV in three encodings, workbooks, zips, other departments' own layouts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

from monitor.intake import columns

Row = dict[str, str]

#: Archives and workbooks carry a time of making: a fixed one, so that the same data gives the same bytes.
MADE = (2025, 1, 1, 0, 0, 0)


def headings(table: columns.Table, names: Sequence[str]) -> list[str]:
    """The Chinese headings of canonical columns."""
    return [table.column(name).heading for name in names]


def as_csv(rows: Sequence[Sequence[str]], encoding: str) -> bytes:
    """A CSV as the platform writes it (CRLF)."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def write_zip(file: Path, inner: str, content: bytes) -> None:
    """One file in a zip."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(inner, date_time=MADE)
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)


def write_workbook(
    file: Path, sheet: str, rows: Sequence[Sequence[str]], numeric: frozenset[int] = frozenset()
) -> None:
    """One sheet. Columns in ``numeric`` become number cells below the heading, where they hold a number."""
    # strings_to_… are off: an identity number must stay text, or it is destroyed.
    book = xlsxwriter.Workbook(str(file), {"constant_memory": True})
    book.set_properties({"created": datetime(*MADE)})  # noqa: DTZ001 - a document property, which has no zone
    page = book.add_worksheet(sheet)
    money = book.add_format({"num_format": "0.00"})
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            if not value:
                continue
            if number and place in numeric and _is_number(value):
                page.write_number(number, place, float(value), money)
            else:
                page.write_string(number, place, value)
    book.close()


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdigit()


def write_settlements(file: Path, rows: Sequence[Row], kind: str) -> None:
    """Settlement rows as one of the kinds of ``KINDS``; the columns an export usually has, in the declared order."""
    table = columns.SETTLEMENTS
    names = [name for name in table.names if name not in columns.CLAIM_DAYS]
    chinese = kind in ("bom", "xlsx")
    header = headings(table, names) if chinese else names
    cells = [header, *([row.get(name, "") for name in names] for row in rows)]
    if kind == "xlsx":
        numeric = frozenset(place for place, name in enumerate(names) if table.column(name).kind == "money")
        write_workbook(file, "结算明细", cells, numeric)
    elif kind == "zip":
        write_zip(file, "settlements.csv", as_csv(cells, "gb18030"))
    else:
        file.write_bytes(as_csv(cells, "utf-8-sig" if kind == "bom" else "gb18030"))


#: How a kind's file name ends.
KINDS = {"gb18030": ".csv", "bom": ".csv", "xlsx": ".xlsx", "zip": ".zip"}


def civil_affairs(rows: Sequence[Row]) -> bytes:
    """The civil-affairs list: effective dates, Chinese headings, GB18030."""
    header = ["姓名", "身份证号", "救助对象类别", "开始日期", "结束日期", "认定部门"]
    body = [[*(row[name] for name in ("psn_name", "certno", "category", "begin", "end")), "民政"] for row in rows]
    return as_csv([header, *body], "gb18030")


def rural_affairs(rows: Sequence[Row]) -> list[list[str]]:
    """The rural-affairs export: headings on the third row, everything text, months as YYYYMM.

    A recognition takes effect on the first of the next month, so the month written is the one before ``begin``.
    """
    header = ["户编号", "姓名", "证件号码", "监测对象类别", "识别时间", "退出时间", "风险是否已消除"]
    body = [
        [
            row["household"], row["psn_name"], row["certno"], row["category"], month_before(row["begin"]),
            row["end"][:7].replace("-", ""), row["risk_eliminated"],
        ]
        for row in rows
    ]
    return [["防返贫监测对象信息（样例数据，非真实人员）"], ["导出单位：样例市农业农村局"], header, *body]


def month_before(day: str) -> str:
    """2025-03-01 → 202502."""
    year, month = int(day[:4]), int(day[5:7])
    return f"{year - 1}12" if month == 1 else f"{year}{month - 1:02d}"

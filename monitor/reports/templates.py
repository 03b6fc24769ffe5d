"""An empty workbook of an input table to hand out: Chinese headings, one example row, a note on every column.

The example is somebody who cannot exist: identity number and regions begin with 99. In the tables people fill in by hand it
may not come back (``example_line``): one row would make what nobody told us look told, or put nobody on a list.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pyarrow.compute as pc
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from monitor.base.vocabulary import ApplicationOutcome, Category, DecisionKind
from monitor.intake.columns import OPTIONAL, Column, Table
from monitor.intake.reading import open_export
from monitor.intake.scrubbing import scrub
from monitor.reports.workbook import AS_WRITTEN, cell_formats, heading_format

_CERTNO = "990101198001011236"
_NAME = "示例人员"
_PERSON = {"certno": _CERTNO, "psn_name": _NAME}

#: Table → column → what its example row says. A column that is not here stays blank.
EXAMPLES: dict[str, dict[str, str]] = {
    "settlements": {
        **_PERSON, "setl_id": "99S000000001", "mdtrt_id": "99M000000001", "psn_no": "99P000000001", "psn_cert_type": "01",
        "insutype": "390", "med_type": "21", "setl_time": "2025-03-05 10:20:00", "medfee_sumamt": "10000.00",
        "fulamt_ownpay_amt": "500.00", "overlmt_selfpay": "0.00", "preselfpay_amt": "300.00", "inscp_scp_amt": "9200.00",
        "act_pay_dedc": "500.00", "hifp_pay": "6000.00", "cvlserv_pay": "0.00", "hifes_pay": "0.00", "hifmi_pay": "0.00",
        "hifob_pay": "0.00", "hifdm_pay": "0.00", "maf_pay": "500.00", "oth_pay": "0.00", "fund_pay_sumamt": "6500.00",
        "psn_part_amt": "3500.00", "acct_pay": "0.00", "psn_cash_pay": "3500.00", "hosp_part_amt": "0.00",
        "refd_setl_flag": "0", "vali_flag": "1", "insu_admdvs": "990101", "fix_blng_admdvs": "990101",
        "fixmedins_code": "99H0001", "fixmedins_name": "示例医院", "hosp_lv": "05", "dise_codg": "99X99", "dise_name": "示例病种",
        "pay_loc": "2", "referred": "1",
    },
    "people": {
        **_PERSON, "psn_no": "99P000000001", "psn_cert_type": "01", "gend": "1", "brdy": "1980-01-01", "insutype": "390",
        "psn_insu_stas": "1", "insu_admdvs": "990101", "town": "示例镇", "village": "示例村", "address": "示例路1号",
        "tel": "00000000001", "resdbook_no": "99H00000001", "surv_stas": "1",
    },
    "identities": {
        **_PERSON, "psn_cert_type": "01", "category": Category.DIBAO.label, "begin": "2025-01-01", "department": "民政",
        "risk_eliminated": "否", "household": "99H00000001", "town": "示例镇",
    },
    "incomes": {
        "region": "990000", "residents": "全体", "year": "2024", "amount": "40000.00", "source": "示例，非真实统计",
        "published_on": "2025-02-01", "approved_by": _NAME,
    },
    "applications": {
        **_PERSON, "category": Category.ILLNESS_POOR.label, "applied_on": "2025-03-05",
        "outcome": ApplicationOutcome.GRANTED.label, "decided_on": "2025-03-20", "paper": "示例〔2025〕1号",
    },
    "premium_support": {
        **_PERSON, "year": "2025", "category": Category.DIBAO.label, "premium": "400.00", "supported": "360.00", "insured": "是",
        "optional_shares": "3",
    },
    "fund": {
        "region": "990100", "year": "2025", "month": "6", "income": "1000000.00", "spent": "850000.00", "balance": "150000.00",
        "participants": "950", "expected_participants": "1000",
    },
    "households": {
        **_PERSON, "household": "99H00000001", "members": "3", "family_income": "36000.00", "income_year": "2025",
        "dibao_line": "900.00", "local_hukou": "是", "property_ok": "是",
    },
    "serious_illness": {**_PERSON, "disease": "示例病种", "marked_on": "2025-01-15"},
    "childhood_diseases": {"dise_codg": "99X99", "dise_name": "示例病种", "listed": "是"},
    "other_payments": {
        **_PERSON, "paid_on": "2025-05-20", "payer": "示例保险公司", "amount": "3000.00", "setl_id": "99S00000001",
    },
    "institution_months": {
        "fixmedins_code": "99H0001", "fixmedins_name": "示例医院", "year": "2025", "month": "6", "cost": "500000.00",
        "drugs": "150000.00", "consumables": "60000.00", "tests": "90000.00", "settled": "20000.00",
    },
    "case_decisions": {
        **_PERSON, "decided_on": "2025-04-02", "kind": DecisionKind.CASE_DISCUSSION.label, "amount": "5000.00",
        "paper": "示例纪要〔2025〕3号",
    },
}

_YES_NO = ("是", "否")
#: Columns for which the sheet offers a list. What the import accepts is more: another entry is let through.
_CHOICES: dict[str, tuple[str, ...]] = {
    "category": tuple(category.label for category in Category if category is not Category.ORDINARY),
    "outcome": tuple(outcome.label for outcome in ApplicationOutcome),
    "kind": tuple(kind.label for kind in DecisionKind),
    "insured": _YES_NO, "local_hukou": _YES_NO, "property_ok": _YES_NO, "listed": _YES_NO, "risk_eliminated": _YES_NO,
}

_FORMS = {
    "certno": "按文本填写，18 位，末位可为 X",
    "date": "日期，如 2025-03-05",
    "time": "日期或日期时间，如 2025-03-05 10:20:00",
    "money": "金额，单位元，最多两位小数",
    "integer": "整数",
    "code": "代码或名称",
    "text": "文字",
}
_WIDTHS = {"certno": 22, "date": 14, "time": 20, "money": 18, "integer": 14, "code": 16, "text": 20}

_A4 = 9
_NOTE_WIDTHS = (36, 26, 34, 60)
#: How far down the lists reach.
_ROWS = 5000


#: Kinds of columns that come back as they were written, whatever program saved the file.
_AS_WRITTEN_BACK = ("certno", "text", "code")


def example_line(path: Path, table: Table, encoding: str | None = None) -> int | None:
    """The line of a file on which the template's example still stands, columns left out aside; None where it does not.

    Raises IntakeError when the file cannot be taken in.
    """
    said = {
        column.name: EXAMPLES[table.name][column.name]
        for column in table.columns if column.kind in _AS_WRITTEN_BACK and column.name in EXAMPLES[table.name]
    }
    with open_export(path, table, encoding) as export:
        for chunk in export.chunks():
            rows = scrub(table, chunk.rows)
            for name in said.keys() & set(export.columns):
                rows = rows.filter(pc.equal(rows.column(name), said[name]))
            if rows.num_rows:
                return int(rows.column("line")[0].as_py())
    return None


def template(table: Table, made_at: datetime) -> bytes:
    """The workbook. ``made_at``: the caller's clock, with offset, for the file's own properties."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {**AS_WRITTEN, "in_memory": True})
    book.set_properties({"title": f"{table.label}模板", "created": made_at.astimezone(UTC)})
    _write_table(book, table)
    _write_notes(book, table)
    book.close()
    return out.getvalue()


def _write_table(book: xlsxwriter.Workbook, table: Table) -> None:
    heading, formats = heading_format(book), cell_formats(book)
    example = EXAMPLES[table.name]
    sheet = book.add_worksheet(table.label)
    sheet.freeze_panes(1, 0)
    _printed(sheet)
    for position, column in enumerate(table.columns):
        # Dates are text as well: what is typed stays as typed, and a month is not turned into a day by Excel.
        kind = column.kind if column.kind in ("money", "integer") else "text"
        sheet.set_column(position, position, max(_WIDTHS[column.kind], _columns(_heading(column)) + 3), formats[kind])
        sheet.write_string(0, position, _heading(column), heading)
        sheet.write_comment(0, position, f"{_need(table, column)}。{_form(column)}。{column.sentence}。", {"x_scale": 2})
        value = example.get(column.name, "")
        if value and kind == "money":
            sheet.write_number(1, position, Decimal(value), formats[kind])
        elif value and kind == "integer":
            sheet.write_number(1, position, int(value), formats[kind])
        elif value:
            sheet.write_string(1, position, value, formats[kind])
        if column.name in _CHOICES:
            # A warning, not a refusal: the import knows more ways to write it.
            sheet.data_validation(
                1, position, _ROWS, position,
                {"validate": "list", "source": list(_CHOICES[column.name]), "error_type": "warning", "ignore_blank": True},
            )
    # A number kept as text is meant: no green triangles.
    sheet.ignore_errors({"number_stored_as_text": f"A2:{xl_col_to_name(len(table.columns) - 1)}{_ROWS + 1}"})


def _write_notes(book: xlsxwriter.Workbook, table: Table) -> None:
    """The second sheet. No cell of it is a heading's name, so that an import does not take it for a table."""
    heading = heading_format(book)
    title = book.add_format({"bold": True, "font_size": 14})
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("填写说明")
    _printed(sheet)
    for position, width in enumerate(_NOTE_WIDTHS):
        sheet.set_column(position, position, width)
    sheet.write_string(0, 0, f"{table.label}：填写说明", title)
    sheet.write_string(1, 0, "第一张表从第 2 行起一行一条；第 2 行是示例，填写时删去。表头不要改动，不用的可空列可以删去。")
    sheet.write_string(2, 0, f"填好后用 monitor import {table.name} 导入，可重复导入：更正的行再导入一次即可。")
    if table in OPTIONAL:
        sheet.write_string(3, 0, f"确实没有的不必交空表，由数据管理员用 monitor none {table.name} 登记。")
    for position, name in enumerate(("表头（字段）", "是否必填", "填法", "说明")):
        sheet.write_string(4, position, name, heading)
    for line, column in enumerate(table.columns, start=5):
        cells = (f"{column.heading}（{column.name}）", _need(table, column), _form(column), f"{column.sentence}。")
        # Said here, since not every program sets the height of wrapped lines by itself.
        sheet.set_row(line, 16 * max(-(-_columns(cell) // (width - 3)) for cell, width in zip(cells, _NOTE_WIDTHS, strict=True)))
        for position, cell in enumerate(cells):
            sheet.write_string(line, position, cell, text)


def _columns(text: str) -> int:
    """How wide a text is, in a column's unit: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _printed(sheet: Worksheet) -> None:
    """On paper all columns stand on one page across: offices print what they fill in."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)


def _heading(column: Column) -> str:
    """The heading as it is recognised again: what is in brackets is dropped when it is read."""
    return column.heading + ("（元）" if column.kind == "money" else "") + ("（必填）" if column.required else "")


def _need(table: Table, column: Column) -> str:
    if column.required:
        return "必填"
    for group in table.one_of:
        if column.name in group:
            return "、".join(table.column(name).heading for name in group) + "至少填一项"
    return "可空"


def _form(column: Column) -> str:
    if column.name in _CHOICES:
        return f"{_FORMS[column.kind]}：{'、'.join(_CHOICES[column.name])}"
    return _FORMS[column.kind]

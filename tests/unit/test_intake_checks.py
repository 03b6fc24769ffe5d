"""From text to typed rows: what a cell may look like, what rejects a row, what flags it. Every reason, every flag."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from cells import GOOD, IDENTITY, SETTLEMENT, cleaned, settlement, settlements

from monitor import store
from monitor.base.vocabulary import DecisionKind
from monitor.intake import checks
from monitor.intake.checks import FLAGS, REASONS
from monitor.intake.columns import IDENTITIES, PEOPLE, SETTLEMENTS, TABLES
from monitor.intake.identity_number import check_character, normalise

# Amounts


AMOUNTS = [
        ("12.34", "12.34"), ("0", "0"), ("0.00", "0"), ("", "0"), ("-", "0"), ("--", "0"), ("—", "0"), (" ", "0"),
        ("12", "12"), ("12.", "12"), (".5", "0.5"), ("12.3", "12.3"), ("-0.01", "-0.01"), ("+7.10", "7.1"),
        ("1,234.50", "1234.5"), ("-1,234,567", "-1234567"), ("12.3400", "12.34"), ("007.00", "7"),
        ("１２．３４", "12.34"), ("１，２３４．５０", "1234.5"), ("'12.34", "12.34"), ("\t12.34 ", "12.34"),
        ("\u300012.34\u00a0", "12.34"), ("￥12.34", "12.34"), ("-¥12.34", "-12.34"), ("¥-12.34", "-12.34"),
        ("12.34元", "12.34"), ("－12.34", "-12.34"), ("−12.34", "-12.34"),
        ("99999999999999.99", "99999999999999.99"),
    ]


def test_amounts(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, *({"maf_pay": cell} for cell, _ in AMOUNTS))
    found = [(cell, row["maf_pay"], row["reasons"]) for (cell, _), row in zip(AMOUNTS, rows, strict=True)]
    assert found == [(cell, Decimal(amount), []) for cell, amount in AMOUNTS]


NO_AMOUNTS = [
        ("12.345", "more_than_two_decimals"), ("1,000.001", "more_than_two_decimals"),
        ("0.0000001", "more_than_two_decimals"), ("100000000000000.00", "too_large"), ("9" * 40, "too_large"),
        *[
            (cell, "not_a_number")
            for cell in (
                "1e3", "1.e5", "1.5E+3", "1E+17", "inf", "-Infinity", "1_000.00", "一百", "12.3.4", "1 000", "+", ".", "-.",
                "--5", "-(12.00)", "12.34万元", "0x10", "5%", "#N/A", "TRUE",
            )
        ],
        *[(cell, "unclear_comma") for cell in ("1,23.45", "12,34", "1,2345", "1.234,50", ",", "0,125", "1,23,456.00")],
    ]


def test_what_is_no_amount(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, *({"maf_pay": cell} for cell, _ in NO_AMOUNTS))
    found = [(cell, row["maf_pay"], row["reasons"]) for (cell, _), row in zip(NO_AMOUNTS, rows, strict=True)]
    assert found == [(cell, None, [f"maf_pay:{reason}"]) for cell, reason in NO_AMOUNTS]


def test_an_absent_amount_is_not_zero(connection: duckdb.DuckDBPyConnection) -> None:
    row = settlement(connection)
    assert (row["maf_pay"], row["reasons"]) == (None, [])


def test_every_amount_is_checked(connection: duckdb.DuckDBPyConnection) -> None:
    bad = settlements(connection, *({name: "many"} for name in SETTLEMENTS.money))
    assert [row["reasons"] for row in bad] == [[f"{name}:not_a_number"] for name in SETTLEMENTS.money]
    good = settlements(connection, *({name: "5.25"} for name in SETTLEMENTS.money))
    assert [row[name] for name, row in zip(SETTLEMENTS.money, good, strict=True)] == [Decimal("5.25")] * len(good)


def test_amounts_are_decimals(connection: duckdb.DuckDBPyConnection) -> None:
    settlement(connection)
    types = dict(connection.execute("SELECT column_name, data_type FROM duckdb_columns() "
                                    "WHERE table_name = 'cleaned'").fetchall())
    assert {types[name] for name in SETTLEMENTS.money} == {"DECIMAL(16,2)"}
    assert (types["line"], types["setl_time"], types["reasons"], types["flags"]) == (
        "BIGINT", "TIMESTAMP", "VARCHAR[]", "VARCHAR[]",
    )


# Times


TIMES = [
        ("2025-01-31", dt.datetime(2025, 1, 31)),
        ("2025-01-31 08:30:15", dt.datetime(2025, 1, 31, 8, 30, 15)),
        ("2025-01-31T08:30:15", dt.datetime(2025, 1, 31, 8, 30, 15)),
        ("2025-01-31 08:30:15.25", dt.datetime(2025, 1, 31, 8, 30, 15, 250000)),
        ("2025-01-31 08:30:15.0", dt.datetime(2025, 1, 31, 8, 30, 15)),
        ("2025-01-31 08:30", dt.datetime(2025, 1, 31, 8, 30)),
        ("2025-01-31T08:30:15+08:00", dt.datetime(2025, 1, 31, 8, 30, 15)),
        (" 2025-01-31 ", dt.datetime(2025, 1, 31)),
        ("2025/1/5", dt.datetime(2025, 1, 5)),
        ("2025/01/05 8:05:09", dt.datetime(2025, 1, 5, 8, 5, 9)),
        ("2025.1.5", dt.datetime(2025, 1, 5)),
        ("2025-1-5", dt.datetime(2025, 1, 5)),
        ("20250131", dt.datetime(2025, 1, 31)),
        ("20250131083015", dt.datetime(2025, 1, 31, 8, 30, 15)),
        ("20250131 08:30:15", dt.datetime(2025, 1, 31, 8, 30, 15)),
        ("2025年1月31日", dt.datetime(2025, 1, 31)),
        ("2025年1月31日 8时30分", dt.datetime(2025, 1, 31, 8, 30)),
        ("２０２５－０１－３１", dt.datetime(2025, 1, 31)),
        ("2024-02-29", dt.datetime(2024, 2, 29)),
        ("1990-01-01", dt.datetime(1990, 1, 1)),
        ("2100-12-31 23:59:59", dt.datetime(2100, 12, 31, 23, 59, 59)),
    ]


def test_times(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, *({"setl_time": cell} for cell, _ in TIMES))
    found = [(cell, row["setl_time"], row["reasons"]) for (cell, _), row in zip(TIMES, rows, strict=True)]
    assert found == [(cell, moment, []) for cell, moment in TIMES]


NO_TIMES = [
        ("", "missing_time"), ("  ", "missing_time"),
        ("2025-02-30", "impossible_date"), ("20250230", "impossible_date"), ("2025-13-01", "impossible_date"),
        ("2025/2/29", "impossible_date"), ("2025-01-31 25:00:00", "impossible_date"), ("2025年0月1日", "impossible_date"),
        ("1989-12-31", "year_out_of_range"), ("2101-01-01", "year_out_of_range"), ("0001-01-01", "year_out_of_range"),
        ("31/01/2025", "not_a_date"), ("45688", "stray_serial"), ("昨天", "not_a_date"), ("infinity", "not_a_date"),
        ("2025-01-31T08:30:15Z", "not_a_date"), ("202501", "not_a_date"), ("-", "missing_time"),
    ]


def test_what_is_no_time(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, *({"setl_time": cell} for cell, _ in NO_TIMES))
    found = [(cell, row["reasons"]) for (cell, _), row in zip(NO_TIMES, rows, strict=True)]
    assert found == [(cell, [f"setl_time:{reason}"]) for cell, reason in NO_TIMES]


# Rows without what they need


REJECTIONS = [
        ({"setl_id": ""}, ["setl_id:missing_key"]),
        ({"setl_id": " "}, ["setl_id:missing_key"]),
        ({"setl_id": "3.71E+19"}, ["setl_id:destroyed_number"]),
        ({"setl_id": "#N/A"}, ["setl_id:destroyed_number"]),
        ({"init_setl_id": "3.71E+19"}, ["init_setl_id:destroyed_number"]),
        ({"certno": "", "psn_no": ""}, ["certno:missing_person"]),
        ({"certno": "", "psn_no": "3.7E+12"}, ["psn_no:destroyed_number"]),
        ({"psn_part_amt": ""}, ["psn_part_amt:missing_amount"]),
        ({"setl_id": "", "setl_time": "", "certno": ""},
         ["setl_id:missing_key", "certno:missing_person", "setl_time:missing_time"]),
        ({"refd_setl_flag": "2"}, ["refd_setl_flag:unknown_flag"]),
        ({"vali_flag": "maybe"}, ["vali_flag:unknown_flag"]),
        ({"referred": "?"}, ["referred:unknown_flag"]),
    ]


def test_rejections(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, *(cells for cells, _ in REJECTIONS))
    assert [row["reasons"] for row in rows] == [reasons for _, reasons in REJECTIONS]


def test_a_dash_is_an_amount_of_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    row = settlement(connection, psn_part_amt="-")
    assert (row["psn_part_amt"], row["reasons"]) == (0, [])


TOTALS = ["合计", "总计", "小 计", "共计：", "累计", "本页合计", "合　计", "Total", "subtotal", "Grand Total"]


@pytest.mark.parametrize("place", ["setl_id", "psn_name", "certno"])
def test_totals_rows(connection: duckdb.DuckDBPyConnection, place: str) -> None:
    bare = {"setl_id": "", "certno": "", "setl_time": "", "psn_part_amt": "9"}
    rows = cleaned(connection, SETTLEMENTS, *(bare | {place: word} for word in TOTALS))
    assert [row["reasons"] for row in rows] == [[f"{place}:totals_row"]] * len(TOTALS)


def test_a_person_called_total_is_no_totals_row(connection: duckdb.DuckDBPyConnection) -> None:
    assert settlement(connection, psn_name="合计生")["reasons"] == []


SWITCHES = [("1", "1"), ("0", "0"), ("1.0", "1"), ("0.0", "0"), ("是", "1"), ("否", "0"), ("１", "1"), ("", None),
     ("-", None), ("TRUE", "1"), ("n", "0")]


def test_switches(connection: duckdb.DuckDBPyConnection) -> None:
    names = ("vali_flag", "refd_setl_flag", "referred")
    rows = settlements(connection, *(dict.fromkeys(names, cell) for cell, _ in SWITCHES))
    found = [(cell, {row[name] for name in names}, row["reasons"]) for (cell, _), row in zip(SWITCHES, rows, strict=True)]
    assert found == [(cell, {value}, []) for cell, value in SWITCHES]


@pytest.mark.parametrize(
    ("cell", "valid", "refunded"),
    [
        ("正常", "1", "0"), ("有效", "1", "unknown"), ("在用", "1", "unknown"), ("无效", "0", "unknown"), ("作废", "0", "unknown"),
        ("已撤销", "0", "unknown"), ("已退费", "unknown", "1"), ("冲正", "unknown", "1"), ("未退费", "unknown", "0"),
    ],
)
def test_words_of_a_flag_are_its_columns_own(connection: duckdb.DuckDBPyConnection, cell: str, valid: str, refunded: str) -> None:
    """A settlement that is 正常 is valid, and one whose refund is 正常 was not refunded."""
    row, other = settlements(connection, {"vali_flag": cell}, {"refd_setl_flag": cell})
    assert (row["vali_flag"], other["refd_setl_flag"]) == (valid, refunded)
    assert row["reasons"] == (["vali_flag:unknown_flag"] if valid == "unknown" else [])


def test_text_is_cleaned_at_its_ends(connection: duckdb.DuckDBPyConnection) -> None:
    row = settlement(
        connection, setl_id="'0071 ", psn_name="\u3000欧阳 某\u00a0", insutype="390.0", med_type="２１", dise_codg="J18.0",
        fixmedins_name="某某医院（东区）", manl_reim_rea=" ",
    )
    assert (row["setl_id"], row["psn_name"], row["insutype"], row["med_type"]) == ("0071", "欧阳某", "390", "21")
    assert (row["dise_codg"], row["fixmedins_name"], row["manl_reim_rea"]) == ("J18.0", "某某医院（东区）", None)


#: Cells that say who a settlement is about and which it is, as platforms, sheets and hands write them.
CELLS_OF_WHO = {
    "certno": (
        GOOD, GOOD[:-1] + "X", GOOD.lower(), f" {GOOD}\t", f"'{GOOD}", GOOD + "42", "990101800101123", "990101801301123", "H12345678", "",
        "-", "3.71E+17", "#N/A", "990101198001011000", "０９９０１０１",
    ),
    "psn_cert_type": ("", "01", "1", "1.0", "居民身份证", "03", "护照", "-"),
    "psn_no": ("P1", "", " P1 ", "3.71E+17", "123456789012.0", "#REF!", "-"),
    "psn_name": ("张三", "", "\u3000张三", "张 三", "'张三"),
    "setl_id": ("S1", "", " S1", "1.2E+18", "#N/A"),
    "insu_admdvs": ("371002", "371002.0", "", " 371002"),
}


def test_who_is_read_from_the_cells_as_everything_else_reads_them(connection: duckdb.DuckDBPyConnection) -> None:
    """``settlements_who.sql`` reads them by itself, being asked before the rest: the same keys must come of it."""
    of_certno = [{"certno": certno, "psn_cert_type": kind} for certno in CELLS_OF_WHO["certno"] for kind in CELLS_OF_WHO["psn_cert_type"]]
    of_others = [{name: cell} for name in ("psn_no", "psn_name", "setl_id", "insu_admdvs") for cell in CELLS_OF_WHO[name]]
    settlements(connection, *({"psn_no": "P1", **cells} for cells in (*of_certno, *of_others)))
    room = Path(store.__file__).parent
    connection.execute((room / "key_of.sql").read_text(encoding="utf-8"))
    connection.execute("CREATE OR REPLACE TEMP VIEW who AS " + (room / "settlements_who.sql").read_text(encoding="utf-8"))
    itself = connection.sql("SELECT line, certno, psn_no, psn_name, own FROM who ORDER BY line").fetchall()
    others = connection.sql("SELECT line, certno, psn_no, psn_name, hash(setl_id, insu_admdvs) FROM cleaned ORDER BY line").fetchall()
    assert len(itself) == len(of_certno) + len(of_others)
    assert itself == others


def test_good_rows_have_neither_reasons_nor_flags(connection: duckdb.DuckDBPyConnection) -> None:
    row = settlement(connection)
    assert (row["reasons"], row["flags"]) == ([], [])


def test_no_reason_carries_a_value(connection: duckdb.DuckDBPyConnection) -> None:
    nasty = dict.fromkeys(SETTLEMENTS.names, "SECRET")
    reasons = cleaned(connection, SETTLEMENTS, nasty)[0]["reasons"]
    assert len(reasons) > 20
    assert all(re.fullmatch(r"[a-z_]+:[a-z_]+", reason) for reason in reasons)
    assert all(reason.split(":")[1] in REASONS and reason.split(":")[0] in SETTLEMENTS.names for reason in reasons)


# Accounting identities

BALANCED = {
    "medfee_sumamt": "100", "fulamt_ownpay_amt": "10", "overlmt_selfpay": "5", "preselfpay_amt": "5",
    "inscp_scp_amt": "80", "hifp_pay": "50", "cvlserv_pay": "1", "hifes_pay": "1", "hifmi_pay": "1", "hifob_pay": "1",
    "hifdm_pay": "1", "maf_pay": "4", "oth_pay": "1", "fund_pay_sumamt": "60", "psn_part_amt": "40",
    "acct_pay": "15", "psn_cash_pay": "25", "hosp_part_amt": "0",
}


IDENTITY_CASES = [
        ({}, []),
        ({"inscp_scp_amt": "80.05"}, []),
        ({"inscp_scp_amt": "80.06"}, ["broken_identity_a"]),
        ({"overlmt_selfpay": "4.94"}, ["broken_identity_a"]),
        ({"hosp_part_amt": "0.05"}, []),
        ({"hosp_part_amt": "-0.06"}, ["broken_identity_b"]),
        ({"acct_pay": "15.06"}, ["broken_identity_c"]),
        ({"oth_pay": "1.06"}, ["broken_identity_d"]),
        ({"psn_part_amt": "30"}, ["broken_identity_b", "broken_identity_c"]),
    ]


def test_identities(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, *(BALANCED | cells for cells, _ in IDENTITY_CASES))
    assert [(row["reasons"], row["flags"]) for row in rows] == [([], flags) for _, flags in IDENTITY_CASES]


@pytest.mark.parametrize("name", ["medfee_sumamt", "fund_pay_sumamt", "acct_pay"])
def test_an_identity_needs_every_column(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    wrong = {key: "77.77" for key in BALANCED if key != name}
    flags = set(settlement(connection, **wrong)["flags"])
    gone = {"medfee_sumamt": {"a", "b"}, "fund_pay_sumamt": {"b", "d"}, "acct_pay": {"c"}}[name]
    assert flags == {f"broken_identity_{letter}" for letter in {"a", "b", "c", "d"} - gone}


# Certificate numbers


NUMBERS = [
        (GOOD, GOOD, []),
        ("９９０１０１１９８００１０１１２３６", GOOD, []),
        ("'990101 19800101 1236\t", GOOD, []),
        (GOOD + "11", GOOD, []),
        ("99010119800101100x", "99010119800101100X", None),
        (GOOD[:17] + "8", GOOD[:17] + "8", ["wrong_checksum"]),
        ("990101198002301" + "23" + check_character("99010119800230123"),
         "990101198002301" + "23" + check_character("99010119800230123"), ["impossible_birth_date"]),
        ("160101198001011" + "23" + check_character("16010119800101123"),
         "160101198001011" + "23" + check_character("16010119800101123"), ["unknown_region_prefix"]),
        ("990101800101123", GOOD, ["converted_from_15"]),
        ("990101801301123", "990101801301123", ["not_resident_number"]),
        ("E12345678", "E12345678", ["not_resident_number"]),
        ("e12345678", "E12345678", ["not_resident_number"]),
    ]


def test_certificate_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    kinds = ("", "01", "居民身份证（户口簿）")
    rows = settlements(
        connection, *({"certno": cell, "psn_cert_type": kind} for cell, _, _ in NUMBERS for kind in kinds)
    )
    for (cell, number, flags), row in zip([case for case in NUMBERS for _ in kinds], rows, strict=True):
        assert (row["certno"], row["reasons"]) == (number, [])
        assert flags is None or row["flags"] == flags
        assert normalise(cell) == (number, tuple(row["flags"]))


DESTROYED = [
    "3.71E+17", "3.71e+17", "3E+17", "9.9010119800101E17", "990101198001011000", "990101198001011236.0",
    # A sheet saved as CSV writes the name of the error: everybody whose look-up failed would be one person.
    "#N/A", "#n/a", "#REF!", "#NAME?", "#DIV/0!",
]


def test_destroyed_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    others = (
        (SETTLEMENTS, SETTLEMENT | {"psn_no": "P1"}), (PEOPLE, {"psn_no": "P1"}), (IDENTITIES, IDENTITY),
    )
    for table, other in others:
        rows = cleaned(connection, table, *(other | {"certno": cell} for cell in DESTROYED))
        assert [row["reasons"] for row in rows] == [["certno:destroyed_number"]] * len(DESTROYED)
    assert [normalise(cell)[1] for cell in DESTROYED] == [("destroyed_number",)] * len(DESTROYED)


def test_a_number_cell_is_destroyed(connection: duckdb.DuckDBPyConnection) -> None:
    assert settlement(connection, number_cell=True)["reasons"] == ["certno:destroyed_number"]


def test_a_number_that_ends_in_zeros_by_right(connection: duckdb.DuckDBPyConnection) -> None:
    number = next(
        body + "0" for serial in range(100) if check_character(body := f"9901011980010{serial:02d}00") == "0"
    )
    assert settlement(connection, certno=number)["reasons"] == []


OTHERS = ["E12345678", "990101800101123", GOOD[:17] + "8"]


def test_other_certificates_are_kept_as_written(connection: duckdb.DuckDBPyConnection) -> None:
    rows = settlements(connection, *({"certno": cell, "psn_cert_type": "03"} for cell in OTHERS))
    assert [(row["certno"], row["reasons"], row["flags"]) for row in rows] == [(cell, [], []) for cell in OTHERS]


def test_a_destroyed_psn_no_beside_a_certno(connection: duckdb.DuckDBPyConnection) -> None:
    row = settlement(connection, psn_no="3.7E+15")
    assert (row["psn_no"], row["reasons"], row["flags"]) == (None, [], ["destroyed_psn_no"])


# The vocabulary of reasons and flags


def test_every_reason_and_flag_in_the_sql_has_a_sentence_and_the_other_way_round() -> None:
    folder = Path(checks.__file__).parent
    sql = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.sql"))
    readers = (path for path in folder.glob("*.py") if path.name != "checks.py")
    code = "".join(path.read_text(encoding="utf-8") for path in readers)
    for word in REASONS:
        assert re.search(rf"[:'\"]{word}['\"]", sql + code), word
    # One is about a file as a whole, and the loader's.
    loader = (folder.parent / "store" / "loading.py").read_text(encoding="utf-8")
    for word in FLAGS:
        assert f"'{word}'" in sql or f'"{word}"' in loader, word
    used = set(re.findall(r":([a-z]+_[a-z_]+)'", sql)) | set(re.findall(r"(?:THEN|ELSE) '([a-z]+_[a-z_]+)'", sql))
    columns = {name for table in TABLES.values() for name in table.names}
    assert used - columns - set(DecisionKind) <= REASONS.keys() | FLAGS.keys()
    assert all(re.search("[\u4e00-\u9fff]", sentence) for sentence in (*REASONS.values(), *FLAGS.values()))


def test_the_connections_own_setting_is_left_alone(connection: duckdb.DuckDBPyConnection) -> None:
    for wanted in (True, False, True):
        connection.execute("SET preserve_insertion_order = ?", [wanted])
        settlement(connection)
        found = connection.execute("SELECT current_setting('preserve_insertion_order')").fetchall()
        assert found == [(wanted,)]

"""The committed sets: inputs are as dirty as their READMEs say, and the sheets' sums follow from the settlements.

The addition here is a second, plain one: it knows nothing of the program.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from monitor.intake.columns import TABLES, Table
from sample_data.numbers import check_digit

SETS = Path(__file__).resolve().parents[2] / "sample_data"
DOCUMENTS = (
    "weihai-2022-15", "hebei-city-2022", "inner-mongolia-2022-draft", "dongyang-2020-24", "gansu-2022-23",
)
HEADER = [
    "as_of", "document", "rule", "kind", "certno", "psn_name", "category", "insutype", "insu_admdvs",
    "measure", "burden", "benchmark", "benchmark_year", "multiple", "threshold", "excess", "crossed_on",
    "crossing_setl_id", "state", "reason", "trial", "provisional",
]
#: Numbers whose check digit is wrong on purpose (README).
WRONG_CHECKSUM = {"weihai-2022-15": 1}
#: Who is in an alert without a certno: name → psn_no.
PSN_NO_ONLY = {"样无名": "9901W2101"}
#: Rows that break an accounting identity on purpose: setl_id → which.
BROKEN = {"W0601": "A", "W0701": "B", "W1101": "C", "W1301": "D"}
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")

Row = dict[str, str]


def counts(document: str) -> dict[str, Any]:
    text = (SETS / document / "expected_counts.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def fold(name: str) -> str:
    return name.strip().lower()


def read(file: Path, table: Table) -> list[Row]:
    """The rows of a file under canonical names, blanks as ''."""
    if file.suffix == ".xlsx":
        with CalamineWorkbook.from_path(str(file)) as book:
            sheet = [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    else:
        content = file.read_bytes()
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("gb18030")
        sheet = list(csv.reader(io.StringIO(text)))
    canonical = {fold(name): column.name for column in table.columns for name in column.accepted}
    names = [canonical[fold(heading)] for heading in sheet[0]]
    return [dict(zip(names, row, strict=True)) for row in sheet[1:]]


def of_kind(document: str, kind: str) -> list[Row]:
    """All rows of a kind, in load order."""
    return [
        row
        for entry in counts(document)["load_order"] if entry["kind"] == kind
        for row in read(SETS / document / entry["file"], TABLES[kind])
    ]


def money(text: str) -> Decimal:
    plain = text.replace(",", "").strip().translate(str.maketrans("０１２３４５６７８９．", "0123456789."))
    return Decimal("0") if plain in ("", "-") else Decimal(plain).quantize(Decimal("0.01"))


def is_money(text: str) -> bool:
    try:
        return bool(text.strip()) and money(text) is not None
    except InvalidOperation:
        return False


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def usable(row: Row) -> bool:
    """Not a row that has to be rejected."""
    number = row["certno"]
    return bool(
        row["setl_id"] and (number or row["psn_no"]) and day(row["setl_time"]) and is_money(row["psn_part_amt"])
        and "E+" not in number.upper() and "合计" not in "".join(row.values()) and "总计" not in "".join(row.values())
    )


def eighteen(number: str) -> str:
    if len(number) != 15:
        return number
    seventeen = number[:6] + "19" + number[6:]
    return seventeen + check_digit(seventeen)


AMOUNTS = {
    "burden_before_aid": "psn_part_amt + maf_pay",
    "burden_after_aid": "psn_part_amt",
    "in_policy_before_aid": "psn_part_amt + maf_pay - fulamt_ownpay_amt - overlmt_selfpay - preselfpay_amt",
}


def amount(row: Row, measure: str) -> Decimal:
    total, sign = Decimal(0), 1
    for word in AMOUNTS[measure].split():
        if word in "+-":
            sign = 1 if word == "+" else -1
        else:
            total += sign * money(row[word])
    return total


def settled(document: str) -> dict[str, list[Row]]:
    """Each person's counted settlements of the window, in order of time; persons by certno, else by psn_no."""
    as_of = date.fromisoformat((SETS / document / "as_of.txt").read_text().strip())
    current: dict[str, Row] = {}
    for row in of_kind(document, "settlements"):
        # A workbook holds dates as text here; a number cell for certno is destroyed.
        if usable(row) and "." not in row["certno"]:
            current[row["setl_id"]] = row
    reversed_ids = {row["init_setl_id"] for row in current.values() if row["refd_setl_flag"] == "1"}
    register = {row["psn_no"]: row["certno"] for row in of_kind(document, "people")}
    people: dict[str, list[Row]] = defaultdict(list)
    for row in current.values():
        when = day(row["setl_time"])
        assert when is not None
        counted = row["vali_flag"] != "0" and row["refd_setl_flag"] != "1" and row["setl_id"] not in reversed_ids
        if counted and date(as_of.year, 1, 1) <= when <= as_of:
            who = eighteen(row["certno"]) or register.get(row["psn_no"], "") or row["psn_no"]
            people[who].append(row)
    for rows in people.values():
        rows.sort(key=lambda row: (row["setl_time"].ljust(19), row["setl_id"]))
    return people


def alerts(document: str) -> list[Row]:
    with (SETS / document / "expected_alerts.csv").open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source)
        rows = list(reader)
        assert reader.fieldnames == HEADER
    return rows


@pytest.mark.parametrize("document", DOCUMENTS)
def test_sums_of_the_settlements_are_the_expected_burdens(document: str) -> None:
    people = settled(document)
    for alert in alerts(document):
        rows = people[alert["certno"] or PSN_NO_ONLY[alert["psn_name"]]]
        measure = alert["measure"]
        assert sum(amount(row, measure) for row in rows) == Decimal(alert["burden"])
        line = Decimal(alert["threshold"])
        if alert["multiple"]:
            line = Decimal(alert["benchmark"]) * Decimal(alert["multiple"])
        assert Decimal(alert["burden"]) > line
        assert abs(Decimal(alert["burden"]) - line - Decimal(alert["excess"])) <= Decimal("0.005")
        running = Decimal(0)
        for row in rows:
            running += amount(row, measure)
            if running > line:
                break
        assert (row["setl_id"], row["setl_time"][:10]) == (alert["crossing_setl_id"], alert["crossed_on"])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_sums_of_the_working_sheet_follow_from_the_settlements(document: str) -> None:
    sheet = (SETS / document / "working.md").read_text(encoding="utf-8")
    people = settled(document)
    by_name: dict[str, list[Row]] = defaultdict(list)
    for rows in people.values():
        by_name[rows[0]["psn_name"]] += rows
    shown = re.findall(r"^### \w+ (\S+)$(.*?)^合计 ([\d,.]+)；", sheet, re.MULTILINE | re.DOTALL)
    assert {name for name, _, _ in shown} == set(by_name)
    rules = {alert["kind"]: alert["measure"] for alert in alerts(document)}
    for name, lines, total in shown:
        sums = {sum(amount(row, measure) for row in by_name[name]) for measure in rules.values()}
        assert Decimal(total.replace(",", "")) in sums
        counted = [line.split("|")[2].strip() for line in lines.splitlines() if "| 是 |" in line]
        assert sorted(counted) == sorted(row["setl_id"] for row in by_name[name])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_everybody_over_a_line_is_an_alert_or_set_aside(document: str) -> None:
    expected = counts(document)
    kinds: dict[str, int] = defaultdict(int)
    for alert in alerts(document):
        kinds[alert["kind"]] += 1
        assert alert["state"] == "new"
    assert {kind: states["new"] for kind, states in expected["run"]["flagged"].items()} == kinds
    aside = [entry["reason"] for entry in expected["set_aside"]]
    assert aside.count("no_rule") == expected["run"]["uncovered"]
    assert aside.count("outside_region") == expected["run"]["outside_region"]
    assert aside.count("deceased") == expected["run"]["deceased"]
    people = settled(document)
    for entry in expected["set_aside"]:
        total = sum(amount(row, "burden_before_aid") for row in people[entry["certno"]])
        assert total == Decimal(entry["burden_before_aid"])
    flagged = {alert["certno"] for alert in alerts(document)}
    assert flagged.isdisjoint(entry["certno"] for entry in expected["set_aside"])


@pytest.mark.parametrize("document", DOCUMENTS)
def test_alerts_stand_in_order(document: str) -> None:
    rows = alerts(document)
    assert rows == sorted(rows, key=lambda row: (row["kind"], -Decimal(row["excess"]), row["certno"]))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_row_is_accounted_for(document: str) -> None:
    expected = counts(document)
    for entry in expected["load_order"]:
        rows = read(SETS / document / entry["file"], TABLES[entry["kind"]])
        assert entry["read"] == len(rows) == entry["accepted"] + entry["duplicates"] + entry["rejected"]
        named = [one for one in expected["rejections"] if one["file"] == entry["file"]]
        assert len(named) == entry["rejected"]
        totals = sum(1 for one in named if one["why"] == "totals row")
        assert (entry["rejected"] - totals) / (entry["read"] - totals) < 0.2
        if entry["kind"] == "settlements":
            bad = [place for place, row in enumerate(rows, start=2) if not usable(row) or "." in row["certno"]]
            assert sorted(one["line"] for one in named) == bad


@pytest.mark.parametrize("document", DOCUMENTS)
def test_nobody_in_the_sets_can_exist(document: str) -> None:
    wrong = set()
    for kind in ("settlements", "people", "identities"):
        for row in of_kind(document, kind):
            number = row["certno"]
            if not number or "E+" in number or "." in number:
                continue
            whole = eighteen(number)[:18]
            assert whole.startswith("99")
            assert date(int(whole[6:10]), int(whole[10:12]), int(whole[12:14]))
            if check_digit(whole[:17]) != whole[17]:
                wrong.add(whole)
            if kind == "people":
                assert row["tel"].startswith("000")
    assert len(wrong) == WRONG_CHECKSUM.get(document, 0)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_accounting_identities_hold_except_where_broken_on_purpose(document: str) -> None:
    for row in of_kind(document, "settlements"):
        if not usable(row):
            continue
        # Rounded: a workbook's cells are binary fractions.
        value = {name: money(row[name]) for name in TABLES["settlements"].money if name in row}
        broken = "".join((
            "A" * (value["medfee_sumamt"] != value["fulamt_ownpay_amt"] + value["overlmt_selfpay"]
                   + value["preselfpay_amt"] + value["inscp_scp_amt"]),
            "B" * (value["medfee_sumamt"] != value["fund_pay_sumamt"] + value["psn_part_amt"] + value["hosp_part_amt"]),
            "C" * (value["psn_part_amt"] != value["acct_pay"] + value["psn_cash_pay"]),
            "D" * (value["fund_pay_sumamt"] != sum(value[name] for name in FUNDS)),
        ))
        assert broken == BROKEN.get(row["setl_id"], ""), row["setl_id"]


def test_the_gansu_standard_is_complete() -> None:
    lines = (SETS / "gansu-2022-23" / "parameters.txt").read_text().split()
    names = {line.partition("=")[0] for line in lines}
    assert names == {
        f"{rule}.{part}"
        for rule in ("return_to_poverty", "poverty_due_to_illness")
        for part in ("multiple", "residents", "region_level", "measure", "population")
    } | {"aid.transition_end"}

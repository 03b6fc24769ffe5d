"""The seven inputs nobody exports yet, through the command line and in the store: as every other table."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from bureau import Bureau, certno, settlement, write_csv
from cells import INPUTS

from monitor.assess import optional
from monitor.assess.inputs import KEY, register_persons
from monitor.intake.checks import FLAGS
from monitor.intake.columns import OPTIONAL, TABLES
from monitor.store import versions
from monitor.store.engine import table_of
from monitor.store.names import look_up

Monitor = Callable[..., subprocess.CompletedProcess[str]]
EVERY = pytest.mark.parametrize("table", [table.name for table in OPTIONAL])

#: Table → what a later load says otherwise of the same key, and a change that makes another key.
CHANGES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "applications": ({"outcome": "不予批准"}, {"applied_on": "2025-03-06"}),
    "premium_support": ({"supported": "400"}, {"year": "2024"}),
    "fund": ({"balance": "140000"}, {"month": "7"}),
    "households": ({"household": "H2"}, {"income_year": "2024"}),
    "serious_illness": ({"ended_on": "2025-06-30"}, {"disease": "另一病种"}),
    "childhood_diseases": ({"dise_name": "改名病种"}, {"dise_codg": "C92.0"}),
    "case_decisions": ({"amount": "6000"}, {"decided_on": "2025-04-03"}),
    "other_payments": ({"amount": "0"}, {"setl_id": ""}),
    "institution_months": ({"drugs": "160000"}, {"month": "7"}),
}
#: Columns that become keys: the store never holds what they said.
_KEYED = {"certno", "psn_name", "household"}


def rows_of(table: str, bureau: Bureau, known_at: str | None = None) -> list[dict[str, Any]]:
    store = bureau.store()
    with store.engine_scope() as engine:
        known = store.manifest.known(known_at)
        register_persons(store, known, engine)
        optional.register(store, known, engine)
        found = engine.connection.table(table).to_arrow_table()
    # Stored rows have their flags and the hash of their key, too; an absent table has no rows to have them.
    types = {field.name: field.type for field in found.schema if field.name not in ("flags", "h")}
    assert types == optional.COLUMNS[table]
    return sorted(found.to_pylist(), key=lambda row: (row["batch"], row["line"]))


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    return Bureau(tmp_path)


def counts(outcome: Any) -> list[int]:
    assert outcome.read == outcome.accepted + outcome.duplicates + outcome.rejected
    return [outcome.read, outcome.accepted, outcome.duplicates, outcome.rejected]


# --- loading, twice, and corrected ----------------------------------------------------------------


@EVERY
def test_twice_is_once_and_a_later_load_supersedes(
    table: str, bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, (changed, other_key) = INPUTS[table], CHANGES[table]
    path = write_csv(tmp_path / "first.csv", [row])
    assert counts(bureau.load(table, path)) == [1, 1, 0, 0]
    then = bureau.store().manifest.loads[-1].committed_at
    again = bureau.load(table, path)
    assert (counts(again), again.known_before) == ([1, 0, 1, 0], True)

    # The same row in another file, with its columns in another order: a duplicate, recognised by hashes that have to be
    # made anew from the store (<table>_versions.sql against _who and keyed.sql), as after an upgrade.
    monkeypatch.setattr(versions, "maker", lambda engine, name: "another")
    other = [dict(reversed([*cells.items(), ("备注", "x")])) for cells in (row, {**row, **changed}, {**row, **changed})]
    needed = {column.name for column in TABLES[table].columns if column.required} | {"income", "dise_codg", "fixmedins_code", "settled"}
    sparse = {name: value for name, value in {**row, **other_key}.items() if name in needed}
    outcome = bureau.load(table, [*other, sparse])
    assert (counts(outcome), outcome.flags["supersedes"]) == ([4, 2, 2, 0], 1)
    assert [(found["batch"], found["line"]) for found in rows_of(table, bureau)] == [(2, 3), (2, 5)]
    assert [(found["batch"], found["line"]) for found in rows_of(table, bureau, then)] == [(1, 2)]

    # Twice in one file: the later line wins, and the pair is listed. Blank cells are known again, too.
    monkeypatch.setattr(versions, "maker", lambda engine, name: "a third")
    outcome = bureau.load(table, [{**row, **changed}, row, {**row, **changed}, sparse])
    assert (counts(outcome), outcome.flags["same_key_different_content"]) == ([4, 2, 2, 0], 1)
    assert [(found["batch"], found["line"]) for found in rows_of(table, bureau)] == [(2, 5), (3, 4)]


def test_members_move_to_another_household(bureau: Bureau) -> None:
    bureau.load("households", [{**INPUTS["households"], "certno": certno(n), "household": "H1"} for n in (1, 2)])
    bureau.load("households", [{**INPUTS["households"], "certno": certno(2), "household": "H2"}])
    first, second = rows_of("households", bureau)
    assert first["household"] != second["household"]


def test_a_household_is_the_registers_household(bureau: Bureau) -> None:
    """One number of one household, whichever department writes it: one key."""
    bureau.load("households", [{**INPUTS["households"], "household": "0012"}])
    bureau.load("identities", [{"certno": certno(1), "category": "dibao", "begin": "2025-01-01", "household": "0012"}])
    store = bureau.store()
    with store.engine_scope() as engine:
        engine.table("facts", store.files(store.manifest.of_table("identities"), "part-"))
        (key,) = engine.one("SELECT household FROM facts")
    assert [row["household"] for row in rows_of("households", bureau)] == [key]


def test_a_disease_is_taken_off_the_list(bureau: Bureau) -> None:
    row = INPUTS["childhood_diseases"]
    bureau.load("childhood_diseases", [row, {**row, "dise_codg": "C92.0"}])
    bureau.load("childhood_diseases", [{**row, "listed": "否"}])
    assert [found["dise_codg"] for found in rows_of("childhood_diseases", bureau)] == ["C92.0"]


# --- what is stored -------------------------------------------------------------------------------


def test_the_store_says_what_the_cell_said(bureau: Bureau) -> None:
    for table, row in INPUTS.items():
        bureau.load(table, [row])
    stored = {table: rows_of(table, bureau)[0] for table in INPUTS}
    assert stored["applications"]["outcome"] == "granted"
    assert str(stored["applications"]["applied_on"]) == "2025-03-05"
    assert stored["premium_support"]["supported"] == Decimal("360.00")
    assert (stored["fund"]["participants"], stored["fund"]["expected_participants"]) == (950, 1000)
    assert (stored["households"]["members"], stored["households"]["family_income"]) == (3, Decimal("36000.00"))
    assert (stored["households"]["local_hukou"], stored["households"]["property_ok"]) == (True, True)
    assert (str(stored["serious_illness"]["marked_on"]), stored["serious_illness"]["ended_on"]) == ("2025-01-15", None)
    assert stored["childhood_diseases"]["dise_codg"] == "C91.0"
    assert (stored["case_decisions"]["kind"], stored["case_decisions"]["amount"]) == ("case_discussion", Decimal("5000.00"))


def test_nothing_personal_stands_open_in_the_home(bureau: Bureau) -> None:
    for table, row in INPUTS.items():
        bureau.load(table, [{**row, **({"household": "户甲一二三"} if "household" in row else {})}])
    secrets = [INPUTS["applications"]["certno"], INPUTS["applications"]["psn_name"], "户甲一二三"]
    for path in (bureau.directory / "home").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in content], path.name


def test_a_person_only_an_application_names_has_a_name(bureau: Bureau) -> None:
    bureau.load("applications", [INPUTS["applications"]])
    store = bureau.store()
    person = rows_of("applications", bureau)[0]["person"]
    with store.engine_scope() as engine:
        # An empty register: the columns a name is looked up by.
        keys = dict.fromkeys(("person", "psn", "name"), KEY)
        places = {"insured": pa.bool_(), "batch": pa.int32(), "line": pa.int32()}
        engine.table("register", table_of({**keys, **places}, []))
        assert look_up(store, store.manifest, engine, [person]) == {
            person: (INPUTS["applications"]["certno"], INPUTS["applications"]["psn_name"])
        }


def test_two_names_on_one_number_are_noticed_across_tables(bureau: Bureau) -> None:
    bureau.load("applications", [INPUTS["applications"]])
    outcome = bureau.load("case_decisions", [{**INPUTS["case_decisions"], "psn_name": "样例二"}])
    assert outcome.flags["two_names_one_number"] == 1


# --- dirty files ----------------------------------------------------------------------------------

#: Table → a cell that is refused, with its column's heading and the reason.
BAD = {
    "applications": ({"applied_on": "某日"}, "申请日期", "not_a_date"),
    "premium_support": ({"supported": "很多"}, "资助金额", "not_a_number"),
    "fund": ({"month": "某月"}, "月份", "invalid_month"),
    "households": ({"members": "几口"}, "家庭人口数", "not_whole"),
    "serious_illness": ({"marked_on": "某日"}, "标识日期", "not_a_date"),
    "childhood_diseases": ({"listed": "或许"}, "是否在列", "unknown_flag"),
    "case_decisions": ({"amount": "很多"}, "救助金额", "not_a_number"),
    "other_payments": ({"amount": "很多"}, "支付金额", "not_a_number"),
    "institution_months": ({"drugs": "很多"}, "药品费用", "not_a_number"),
}


def many(table: str, good: int, bad: int) -> list[dict[str, str]]:
    """Rows with keys of their own, the last ``bad`` of them spoilt."""
    rows = []
    for n in range(good + bad):
        row = {**INPUTS[table], **(BAD[table][0] if n >= good else {})}
        own = {"certno": certno(n)} if "certno" in row else {
            "fund": {"region": f"99{n:04d}"}, "institution_months": {"fixmedins_code": f"H{n}"},
        }.get(table, {"dise_codg": f"C{n}"})
        rows.append({**row, **own})
    return rows


@EVERY
def test_bad_rows_are_rejected_by_line_column_and_reason(table: str, call_monitor: Monitor, tmp_path: Path) -> None:
    ((column, said),), heading, reason = BAD[table][0].items(), *BAD[table][1:]
    # Two of nine are more than a fifth: nothing is loaded.
    answer = call_monitor("import", table, write_csv(tmp_path / "some.csv", many(table, 7, 2)))
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert all(word in answer.stderr for word in ("some.csv", "20%", "9", "第 9 行", heading)) and said not in answer.stderr
    assert call_monitor("loads").stdout == ""
    # Two of ten are not.
    path = write_csv(tmp_path / "some.csv", many(table, 8, 2))
    found = json.loads(call_monitor("import", table, path, "--json").stdout)
    assert [found[name] for name in ("read", "accepted", "duplicates", "rejected")] == [10, 8, 0, 2]
    assert found["reasons"] == {reason: 2}
    listed = Path(found["files"][0]["rejections"]).read_text(encoding="utf-8-sig")
    assert f"some.csv,10,{column},{heading},{reason}," in listed
    assert f"some.csv,11,{column},{heading},{reason}," in listed
    assert said not in listed


@EVERY
def test_missing_columns_are_named(table: str, call_monitor: Monitor, tmp_path: Path) -> None:
    answer = call_monitor("import", table, write_csv(tmp_path / "wrong.csv", [{"x": "1", "y": "2"}]))
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    for column in TABLES[table].columns:
        if column.required:
            assert column.name in answer.stderr and column.heading in answer.stderr


@EVERY
def test_chinese_headings_in_gb18030(table: str, bureau: Bureau, tmp_path: Path) -> None:
    path = tmp_path / "中文.csv"
    headings = [TABLES[table].column(name).heading for name in INPUTS[table]]
    path.write_text("\n".join([",".join(headings), ",".join(INPUTS[table].values())]), encoding="gb18030")
    assert counts(bureau.load(table, path)) == [1, 1, 0, 0]


# --- unknown categories ---------------------------------------------------------------------------

CODED = pytest.mark.parametrize("table", ["applications", "premium_support", "identities"])


def with_category(table: str, category: str, good: int, bad: int) -> list[dict[str, str]]:
    row = INPUTS.get(table, {"category": "dibao", "begin": "2025-01-01"})
    return [{**row, "certno": certno(n), "category": category if n >= good else "dibao"} for n in range(good + bad)]


@CODED
def test_an_unknown_category_is_rejected_and_the_known_ones_listed(
    table: str, call_monitor: Monitor, tmp_path: Path, home: Path
) -> None:
    path = write_csv(tmp_path / "codes.csv", with_category(table, "2399", 9, 1))
    answer = call_monitor("import", table, path)
    assert answer.returncode == 0
    for words in ("身份类别不在代码表中 1 行", "低保对象、dibao、2303、7019", "policies/category_codes.csv",
                  str(home / "tables" / "category_codes.csv")):
        assert words in answer.stdout
    assert [line.strip() for line in answer.stdout.splitlines() if "2399" in line] == ["不认识的取值：列“身份类别”（category）的“2399” 1 行"]
    assert "普通参保人员" not in answer.stdout
    found = json.loads(call_monitor("import", table, write_csv(tmp_path / "d.csv", with_category(table, "2398", 9, 1)), "--json").stdout)
    assert found["reasons"] == {"unknown_category": 1}
    assert "低保对象、dibao、2303、7019" in found["files"][0]["advice"]


@CODED
def test_a_file_refused_for_unknown_categories_says_the_same(table: str, call_monitor: Monitor, tmp_path: Path, home: Path) -> None:
    answer = call_monitor("import", table, write_csv(tmp_path / "codes.csv", with_category(table, "2399", 1, 1)))
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "低保对象、dibao、2303、7019" in answer.stderr and str(home / "tables" / "category_codes.csv") in answer.stderr


@CODED
def test_mapped_in_the_homes_own_table_it_is_known(table: str, call_monitor: Monitor, tmp_path: Path, home: Path) -> None:
    (home / "tables").mkdir(parents=True)
    (home / "tables" / "category_codes.csv").write_text("code_or_name,category\n2399,dibao\n", encoding="gb18030")
    path = write_csv(tmp_path / "codes.csv", with_category(table, "2399", 0, 2))
    assert json.loads(call_monitor("import", table, path, "--json").stdout)["accepted"] == 2
    answer = call_monitor("import", table, write_csv(tmp_path / "other.csv", with_category(table, "2398", 9, 1)))
    assert "低保对象、dibao、2399；" in answer.stdout and "2303" not in answer.stdout


# --- kept and listed ------------------------------------------------------------------------------


def test_unusable_incomes_and_members_are_kept_and_listed(bureau: Bureau, call_monitor: Monitor) -> None:
    given: Sequence[Mapping[str, str]] = [
        {"members": "0"}, {"members": "-2"}, {"members": ""}, {"family_income": "0"}, {"family_income": "-1"},
        {"family_income": ""}, {},
    ]
    rows = [{**INPUTS["households"], "certno": certno(n), **cells} for n, cells in enumerate(given)]
    outcome = bureau.load("households", rows)
    assert (counts(outcome), dict(outcome.flags)) == ([7, 7, 0, 0], {"members_unusable": 3, "income_unusable": 2})
    stored = rows_of("households", bureau)
    assert [row["members"] for row in stored] == [0, -2, None, 3, 3, 3, 3]
    assert [row["family_income"] for row in stored][3:] == [Decimal("0.00"), Decimal("-1.00"), None, Decimal("36000.00")]
    listed = list(csv.DictReader(call_monitor("review").stdout.splitlines()))
    assert [(row["line"], row["finding"]) for row in listed] == [
        *((str(line), "members_unusable") for line in (2, 3, 4)), *((str(line), "income_unusable") for line in (6, 7)),
    ]
    assert {row["label"] for row in listed} == {FLAGS["members_unusable"], FLAGS["income_unusable"]}
    assert {row["kept"] for row in listed} == {"true"}


# --- which there are ------------------------------------------------------------------------------

DAY = date(2025, 12, 31)


def test_absent_is_not_empty(bureau: Bureau) -> None:
    bureau.incomes()
    store = bureau.store()
    assert optional.present(store.manifest, DAY) == frozenset()
    for table in INPUTS:
        assert rows_of(table, bureau) == []
    # A file whose only row is a totals row: loaded, and it holds nothing.
    outcome = bureau.load("fund", [{**INPUTS["fund"], "region": "合计", "month": ""}])
    assert counts(outcome) == [1, 0, 0, 1]
    assert optional.present(bureau.store().manifest, DAY) == {"fund"}
    assert rows_of("fund", bureau) == []
    bureau.load("applications", [INPUTS["applications"]])
    manifest = bureau.store().manifest
    assert optional.present(manifest, DAY) == {"fund", "applications"}
    assert optional.present(manifest.known(manifest.loads[1].committed_at), DAY) == {"fund"}


def test_what_is_missing_is_said_in_a_sentence(bureau: Bureau) -> None:
    bureau.load("fund", [INPUTS["fund"]])
    there = optional.present(bureau.store().manifest, DAY)
    assert optional.missing(there, "fund") == ""
    sentence = optional.missing(there, "households")
    for words in ("不能计算", "家庭人口和收入", "households", "monitor import households", "monitor template households", "monitor none households"):
        assert words in sentence


def test_the_declared_columns_are_those_of_the_store() -> None:
    """Every column of a table is stored, but texts that say who it is (as keys) and ``listed``, which is a filter."""
    for table in OPTIONAL:
        stored = set(optional.COLUMNS[table.name]) - {"batch", "line", "person", "name"}
        assert stored == (set(table.names) - _KEYED | (set(table.names) & {"household"})) - {"listed"}


def test_a_run_is_not_disturbed(bureau: Bureau) -> None:
    """Nothing of these tables changes an alert."""
    bureau.incomes()
    bureau.identities({"certno": certno(1), "category": "dibao_marginal"})
    bureau.settlements(settlement(setl_id="A", certno=certno(1), psn_part_amt="21000"))
    before = bureau.alerts(bureau.run())
    for table, row in INPUTS.items():
        bureau.load(table, [{**row, **({"certno": certno(1)} if "certno" in row else {})}])
    after = bureau.alerts(bureau.run())
    changed = [{name: value for name, value in row.items() if name not in ("state", "psn_name")} for row in (*before, *after)]
    assert changed[0] == changed[1]
    assert len(before) == len(after) == 1

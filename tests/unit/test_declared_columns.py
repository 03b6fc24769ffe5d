"""A column that is declared is read, checked, stored, and part of what tells two versions of a row apart.

Each table takes in one row a column, twice: the second time that column alone says something else. A column that is left out of
any statement on the way (cleaning, storage, the key, the digest) is seen here by name.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import monitor.store.versions
from monitor.intake.columns import TABLES, Table
from monitor.intake.reading import open_export
from monitor.store.home import Store
from monitor.store.loading import Outcome
from tests.bureau import Bureau, certno, write_csv
from tests.cells import cleaned

#: What the second version of a row is to the first.
Verdict = Literal["supersedes", "new", "duplicate"]


@dataclass(frozen=True)
class Change:
    """What the second row says instead; ``row``: what both rows say besides, where the example's row will not do; ``stored``: the
    stored column that differs then, where it is not the declared one."""

    second: str
    verdict: Verdict = "supersedes"
    row: Mapping[str, str] | None = None
    stored: str = ""


#: A pass (Taiwan residents') whose last two digits belong to the number or not, as the type says.
PASS = {"certno": "9901234501", "psn_cert_type": "06"}
BY_HAND = {"manl_reim_rea": "示例原因", "invoice_on": "2025-03-01"}
BY_RECOGNITION = {"begin": "", "end": "", "recognised_on": "2025-01-10", "ended_on": "2025-06-10"}
#: What another value of a kind is; of a code and a text unless the table says so below.
OTHERWISE = {"text": "99甲乙", "money": "77.77", "date": "2025-04-04", "time": "2025-04-04 09:08:07"}

#: Table → column → how its second row differs. A column that is not here says OTHERWISE, and supersedes.
CHANGES: dict[str, dict[str, Change]] = {
    "settlements": {
        "setl_id": Change("99S999999999", "new"), "insu_admdvs": Change("990102", "new"),
        "psn_no": Change("99P999999999"), "init_setl_id": Change("99S888888888"),
        "psn_cert_type": Change("99", row=PASS, stored="person"), "insutype": Change("310"), "med_type": Change("11"), "refd_setl_flag": Change("1"),
        "vali_flag": Change("0"), "fix_blng_admdvs": Change("990102"), "hosp_lv": Change("03"), "pay_loc": Change("3"),
        "invoice_on": Change("2025-04-04", row=BY_HAND), "referred": Change("0"),
        "enddate": Change("2025-04-04", row={"manl_reim_rea": "示例原因", "enddate": "2025-03-01"}),
    },
    "people": {
        "psn_no": Change("99P999999999", "new"), "psn_cert_type": Change("99", row=PASS, stored="person"), "gend": Change("2"),
        "insutype": Change("310"), "psn_insu_stas": Change("4"), "insu_admdvs": Change("990102"), "surv_stas": Change("2"),
        # Sealed, and in no key: nobody is told apart by it, and a corrected one waits for another correction.
        "brdy": Change("1980-02-02", "duplicate"),
    },
    "identities": {
        "psn_cert_type": Change("99", "new", row=PASS, stored="person"), "category": Change("特困人员", "new"), "begin": Change("2025-02-02", "new"),
        "end": Change("2025-12-12"), "recognised_on": Change("2025-02-02", "new", row=BY_RECOGNITION),
        "ended_on": Change("2025-07-07", row=BY_RECOGNITION), "risk_eliminated": Change("是"), "change_reason": Change("自然减少"),
    },
    "incomes": {
        "region": Change("998877", "new"), "residents": Change("城镇", "new"), "year": Change("2023", "new"),
    },
    "applications": {
        "category": Change("特困人员", "new"), "applied_on": Change("2025-03-09", "new"), "outcome": Change("不予批准"),
    },
    "premium_support": {
        "year": Change("2024", "new"), "category": Change("特困人员"), "insured": Change("否"), "optional_shares": Change("4"),
        "premium": Change("500"), "supported": Change("350"),
    },
    "fund": {
        "region": Change("998877", "new"), "year": Change("2024", "new"), "month": Change("7", "new"),
        "participants": Change("951"), "expected_participants": Change("1001"),
    },
    "households": {
        "members": Change("4"), "income_year": Change("2024", "new"), "local_hukou": Change("否"), "property_ok": Change("否"),
    },
    "serious_illness": {
        "disease": Change("别的病种", "new"), "marked_on": Change("2025-01-16", "new"), "ended_on": Change("2025-08-08"),
    },
    "childhood_diseases": {"dise_codg": Change("99Y88", "new"), "listed": Change("否")},
    "other_payments": {
        "paid_on": Change("2025-05-21", "new"), "payer": Change("别的公司", "new"), "setl_id": Change("99S77777", "new"),
    },
    "institution_months": {
        "fixmedins_code": Change("99H7777", "new"), "year": Change("2024", "new"), "month": Change("7", "new"),
    },
    "case_decisions": {"decided_on": Change("2025-04-03", "new")},
}
#: Tables that know people by their number only: it is in the key.
for _name, _table in TABLES.items():
    if "certno" in _table.names and _name not in ("settlements", "people"):
        CHANGES[_name]["certno"] = Change(certno(901), "new")

#: More rows of some columns: what else they do where another column is empty.
MORE: dict[str, list[tuple[str, Change]]] = {
    "people": [("certno", Change(certno(902), "new", row={"psn_no": ""}))],
    "settlements": [("psn_no", Change("99P777777777", row={"certno": ""}, stored="person"))],
    "childhood_diseases": [("dise_name", Change("别的病种", "new", row={"dise_codg": ""}))],
    "institution_months": [("fixmedins_name", Change("别的医院", "new", row={"fixmedins_code": ""}))],
}

#: Says one thing only: there is no second row.
ONE_VALUE = {("case_decisions", "kind")}


def changes(table: Table) -> list[tuple[str, Change]]:
    """Every column of the table with the change it is tried by."""
    known = CHANGES[table.name]
    by_column = [
        (column.name, known.get(column.name) or Change(certno(900) if column.kind == "certno" else OTHERWISE[column.kind]))
        for column in table.columns if (table.name, column.name) not in ONE_VALUE
    ]
    return by_column + MORE.get(table.name, [])


def example(table: Table) -> dict[str, str]:
    """The template's example row."""
    return {column.name: column.example for column in table.columns}


def unlike(table: Table, place: int) -> dict[str, str]:
    """What makes the row at this place another than the rows before it."""
    own = {
        "setl_id": f"99S{place:06d}", "psn_no": f"99P{place:06d}", "certno": certno(place), "dise_codg": f"99A{place:03d}",
        "fixmedins_code": f"99H1{place:03d}", "region": f"99{1000 + place}",
    }
    if table.name in ("other_payments", "identities", "incomes"):
        own.pop("setl_id")
    # Of a row without its code the name tells.
    names = {"dise_name": f"示例病种{place}", "fixmedins_name": f"示例医院{place}"}
    return {name: value for name, value in {**own, **names}.items() if name in table.names}


def versions(table: Table) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The first and the second version of one row a change."""
    first, second = [], []
    for place, (name, change) in enumerate(changes(table)):
        row = {**example(table), **unlike(table, place), **(change.row or {})}
        first.append(row)
        second.append({**row, name: change.second})
    return first, second


def sealed(store: Store, batch: str) -> pa.Table:
    """What a load of the register keeps sealed."""
    paths = sorted((store.loads / batch).glob("contacts-*.sealed"))
    return pa.concat_tables(
        [pq.read_table(io.BytesIO(store.sealer.open(path.read_bytes(), f"{batch}/{path.name}"))) for path in paths]
    )


def stored(store: Store, batch: str) -> dict[int, dict[str, Any]]:
    """The rows of a load by their line."""
    rows: dict[int, dict[str, Any]] = {}
    for path in sorted((store.loads / batch).glob("part-*.parquet")):
        for row in pq.read_table(path).to_pylist():
            rows[row["line"]] = row
    return rows


def superseding(store: Store, batch: str) -> set[int]:
    """The lines of a load that supersede an earlier row."""
    path = store.loads / batch / "outdated.parquet"
    return set(pq.read_table(path).column("by_line").to_pylist()) if path.exists() else set()


def made_elsewhere(bureau: Bureau, table: Table, rows: list[dict[str, str]]) -> Outcome:
    """The rows once more, as if another engine had made the hashes of all that is stored: they are made again from what is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(monitor.store.versions, "maker", lambda engine, table: "another")
        return bureau.load(table.name, rows[::-1])


def found_wrong(table: Table, directory: Path) -> list[str]:
    """The columns that one of the steps does not know, each with what is wrong; empty where every one does its part."""
    bureau = Bureau(directory)
    first, second = versions(table)
    before, after = (bureau.load(table.name, rows) for rows in (first, second))
    store = bureau.store()
    old, new = (stored(store, outcome.batch) for outcome in (before, after))
    replaced = superseding(store, after.batch)
    again = made_elsewhere(bureau, table, second)
    wrong = [f"rejected: {dict(before.reasons)} {dict(after.reasons)}"] if before.rejected or after.rejected else []
    if len(old) != len(first):
        wrong.append("the first rows are not told apart")
    if again.duplicates != len(second):
        wrong.append("the key of a stored row is not the key of a row that is read")
    for line, (name, change) in enumerate(changes(table), start=2):
        verdict = "duplicate" if line not in new else "supersedes" if line in replaced else "new"
        if verdict != change.verdict:
            wrong.append(f"{name}: {verdict}, and not {change.verdict}")
            continue
        at = change.stored or table.column(name).stored_as
        if at and line in new and old[line][at] == new[line][at]:
            wrong.append(f"{name}: not stored")
    return wrong


EVERY = pytest.mark.parametrize("table", TABLES.values(), ids=TABLES.keys())


@EVERY
def test_every_column_is_stored_and_tells_versions_apart(table: Table, tmp_path: Path) -> None:
    assert found_wrong(table, tmp_path) == []


def test_what_is_sealed_of_the_register_is_what_is_declared(tmp_path: Path) -> None:
    table = TABLES["people"]
    bureau = Bureau(tmp_path)
    loaded = bureau.load("people", [example(table)])
    kept = sealed(bureau.store(), loaded.batch)
    assert set(kept.column_names) == {"batch", "line", *(column.name for column in table.columns if column.sealed)}
    assert all(kept.column(name).null_count == 0 for name in kept.column_names)


@EVERY
def test_what_is_stored_is_what_is_declared(table: Table, tmp_path: Path) -> None:
    """Besides what stands about the row itself. No text that says who somebody is is stored open."""
    bureau = Bureau(tmp_path)
    loaded = bureau.load(table.name, [example(table)])
    (row,) = stored(bureau.store(), loaded.batch).values()
    assert set(row) - {"batch", "line", "flags", "h", "by_psn_no", "counts", "register_key"} == set(table.stored)
    said = {column.example for column in table.columns if column.sealed and column.example}
    assert not said & set(map(str, row.values()))


@EVERY
def test_every_column_is_read(table: Table, tmp_path: Path) -> None:
    """Under its name, in its place, and under each other name it is known by."""
    row = {column.name: f"甲{place}" for place, column in enumerate(table.columns)}
    path = write_csv(tmp_path / "rows.csv", [row])
    with open_export(path, table) as export:
        assert export.columns == table.names
        (chunk,) = export.chunks()
    assert chunk.rows.select(list(table.names)).to_pylist() == [row]


#: A cell that is no value of its kind.
BAD = {"money": "十元", "date": "某日", "time": "某日", "integer": "一二", "certno": "1.2E+17"}
#: Codes that a table takes only known ones of.
CHECKED = {
    "settlements": ("refd_setl_flag", "vali_flag", "referred"), "people": ("psn_insu_stas", "surv_stas"),
    "identities": ("category",), "incomes": ("region", "residents"), "applications": ("category", "outcome"),
    "premium_support": ("category", "insured"), "fund": ("region",), "households": ("local_hukou", "property_ok"),
    "childhood_diseases": ("listed",), "case_decisions": ("kind",),
}
#: A register names people: what else it says is kept empty and flagged, not rejected.
LENIENT = {"people": {"brdy": "unreadable_birth_date", "psn_insu_stas": "unknown_status", "surv_stas": "unknown_status"}}


def checked(table: Table) -> list[str]:
    """The columns whose cells can be wrong."""
    return [column.name for column in table.columns if column.kind in BAD or column.name in CHECKED.get(table.name, ())]


def unchecked(table: Table, connection: duckdb.DuckDBPyConnection) -> Iterable[str]:
    """The columns of which a wrong cell is neither rejected nor flagged."""
    rows: list[dict[str, str | bool]] = []
    names = checked(table)
    special = dict(changes(table))
    for place, name in enumerate(names):
        row = {**example(table), **unlike(table, place), **(special[name].row or {} if name in special else {})}
        rows.append({**row, name: BAD.get(table.column(name).kind, "某种")})
    found = cleaned(connection, table, *rows)
    for name, row in zip(names, found, strict=True):
        flag = LENIENT.get(table.name, {}).get(name)
        if not (flag in row["flags"] if flag else any(reason.startswith(f"{name}:") for reason in row["reasons"])):
            yield f"{name}: {row['reasons']} {row['flags']}"


@EVERY
def test_every_column_that_can_be_wrong_is_checked(table: Table) -> None:
    with duckdb.connect() as connection:
        assert list(unchecked(table, connection)) == []

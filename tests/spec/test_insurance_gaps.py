"""Nobody uninsured, dropped or interrupted (Weihai 四（一） 不漏保、不脱保、不断保), over what the register ever said; both 100 % by month."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement
from tables import read_table

Monitor = Callable[..., subprocess.CompletedProcess[str]]

#: What each load of the register says of the person: 1 insured, 2 not, "-" nothing of them, "?" no word on it.
SAID = read_table(
    """
    | identity               | first | second | third | state       | from | to |
    |------------------------|-------|--------|-------|-------------|------|----|
    | dibao                  | 1     | 1      | 1     |             |      |    |
    | dibao                  | 2     | 2      | 2     | missed      | 1    |    |
    | dibao                  | 1     | 2      | 2     | dropped     | 2    |    |
    | dibao                  | 1     | 2      | 1     | interrupted | 2    | 3  |
    | dibao                  | 2     | 1      | 1     |             |      |    |
    | dibao                  | 2     | 1      | 2     | dropped     | 3    |    |
    | dibao                  | -     | -      | -     | no_register |      |    |
    | dibao                  | -     | 2      | -     | missed      | 2    |    |
    | dibao                  | ?     | ?      | ?     |             |      |    |
    | illness_poor           | 1     | 1      | 2     | dropped     | 3    |    |
    | dibao ended 2025-06-30 | 1     | 2      | 2     | dropped     | 2    |    |
    | dibao ended 2024-12-31 | 1     | 2      | 2     |             |      |    |
    | ordinary               | 2     | 2      | 2     |             |      |    |
    | dibao employee         | 1     | 2      | 2     | dropped     | 2    |    |
    | dibao elsewhere        | 2     | 2      | 2     |             |      |    |
    """
)


@pytest.fixture
def bureau(tmp_path: Path, home: Path) -> Bureau:
    return Bureau(tmp_path)


def rows(call: Monitor, *arguments: str) -> list[dict[str, str]]:
    done = call(*arguments)
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_gaps_over_all_the_register_ever_said(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.incomes()
    days = ("2025-01-10", "2025-04-10", "2025-08-10")
    for name, day in zip(("first", "second", "third"), days, strict=True):
        told = [
            {"psn_no": f"P{n}", "psn_name": "", "certno": certno(n), "insutype": "310" if "employee" in row["identity"] else "390",
             "psn_insu_stas": "" if row[name] == "?" else row[name], "surv_stas": "1", "town": "甲镇",
             "insu_admdvs": "110101" if "elsewhere" in row["identity"] else "371002"}
            for n, row in enumerate(SAID) if row[name] != "-"
        ]
        bureau.load("people", told, at=f"{day}T09:00:00+08:00")
    bureau.identities(*(
        {"certno": certno(n), "category": row["identity"].split()[0], "end": row["identity"].partition(" ended ")[2]}
        for n, row in enumerate(SAID) if row["identity"] != "ordinary"
    ))
    bureau.settlements(settlement(setl_id="S", certno=certno(0), psn_part_amt=100))
    bureau.run()
    found = {row["certno"]: (row["state"], row["from"], row["to"]) for row in rows(call_monitor, "audit-coverage", "--gaps")}
    assert found == {
        certno(n): (row["state"], *(days[int(row[name]) - 1] if row[name] else "" for name in ("from", "to")))
        for n, row in enumerate(SAID) if row["state"]
    }
    held = {row["certno"]: row["held_on_as_of"] for row in rows(call_monitor, "audit-coverage", "--gaps")}
    assert [held[certno(n)] for n in (1, 10)] == ["true", "false"]


def test_a_person_with_two_numbers_is_insured_by_one_of_them(bureau: Bureau, call_monitor: Monitor) -> None:
    bureau.incomes()
    bureau.people({"psn_no": "P1", "certno": certno(1), "psn_insu_stas": "2"}, {"psn_no": "P2", "certno": certno(1), "psn_insu_stas": "1"})
    bureau.identities({"certno": certno(1), "category": "dibao"})
    bureau.settlements(settlement(setl_id="S", certno=certno(1), psn_part_amt=100))
    bureau.run()
    assert rows(call_monitor, "audit-coverage", "--gaps") == []
    # The year's row of premium support says otherwise; last year's is of last year.
    told = {"certno": certno(1), "psn_name": "", "category": "dibao", "premium": "", "supported": "0", "insured": "否"}
    bureau.load("premium_support", [{**told, "year": "2024"}])
    bureau.run()
    assert rows(call_monitor, "audit-coverage", "--gaps") == []
    bureau.load("premium_support", [{**told, "year": "2025"}])
    bureau.run()
    assert [row["state"] for row in rows(call_monitor, "audit-coverage", "--gaps")] == ["reported"]


def test_both_by_month(bureau: Bureau, call_monitor: Monitor) -> None:
    """Hebei: dibao all year, joined in March, left in April; 360 of 400 paid, 359.99, nothing."""
    bureau.incomes({"region": "130000", "residents": "rural"}, {"region": "130600"})
    bureau.people(*({"psn_no": f"P{n}", "certno": certno(n), "insu_admdvs": "130602", "psn_insu_stas": "1" if n < 3 else "2"} for n in (1, 2, 3)))
    bureau.identities({"certno": certno(1), "category": "dibao"}, {"certno": certno(2), "category": "dibao", "begin": "2025-03-01"},
                      {"certno": certno(3), "category": "dibao", "end": "2025-04-30"})
    bureau.parameters("hebei-city-2022", **{"premium.standard.2025": "400.00"})
    bureau.load("premium_support", [
        {"certno": certno(n), "psn_name": "", "year": "2025", "category": "dibao", "premium": "", "supported": paid, "insured": ""}
        for n, paid in ((1, "360"), (2, "359.99"))
    ])
    bureau.settlements(settlement(setl_id="S", certno=certno(1), psn_part_amt=100, insu_admdvs="130602", setl_time="2025-01-05"))
    for day in ("2025-03-31", "2025-05-31"):
        bureau.run("hebei-city-2022", day)
    assert call_monitor("entitlements").returncode == 0
    found = rows(call_monitor, "audit-coverage", "--monthly")
    assert [(row["month"], row["entitled"], row["supported"], row["less"], row["not_supported"], row["premium_share"]) for row in found] == [
        ("2025-01", "2", "1", "0", "1", "0.5000"), ("2025-02", "2", "1", "0", "1", "0.5000"), ("2025-03", "3", "1", "1", "1", "0.3333"),
        ("2025-04", "3", "1", "1", "1", "0.3333"), ("2025-05", "2", "1", "1", "0", "0.5000"),
    ]
    assert [row["not_insured"] for row in found] == ["1", "1", "1", "1", "0"]
    assert [(row["aid_as_of"], row["aid_due"]) for row in found if row["aid_as_of"]] == [("2025-03-31", ""), ("2025-05-31", "1")]
    assert "monitor entitlements --run" in found[2]["note"] and "该月没有运行" in found[0]["note"]

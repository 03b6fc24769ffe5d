"""The bands of alerts are the document's own: one with other lines raises its alerts and shows its cases by them.

Benchmark 40,000. The document is Weihai's with a line at 80 % and bands at 80 % and 120 %, and with the bands it has.
"""

from __future__ import annotations

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement
from sqlalchemy import create_engine, select, text
from tables import read_table

from monitor import run as journey
from monitor.base.settings import policies_directory
from monitor.casework.from_runs import band
from monitor.casework.tables import alerts
from monitor.policy.library import load_library
from monitor.store.home import writing

WEIHAI = "weihai-2022-15"


@pytest.fixture
def other_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped documents, but for Weihai's lines and bands."""
    directory = tmp_path / "policies"
    shutil.copytree(policies_directory(), directory)
    file = directory / f"{WEIHAI}.toml"
    content = file.read_text(encoding="utf-8")
    for standing, instead in (("bands = [50, 100, 150]", "bands = [80, 120]"), ("multiple = 0.5 }", "multiple = 0.8 }")):
        assert content.count(standing) == 1
        content = content.replace(standing, instead)
    file.write_text(content, encoding="utf-8")
    monkeypatch.setenv("MONITOR_POLICIES", str(directory))
    return directory


CASES = read_table(
    """
    | burden   | shipped | 80 and 120 |
    | 20000.00 | 0       | 0          |
    | 20000.01 | 50      | 0          |
    | 32000.00 | 50      | 0          |
    | 32000.01 | 50      | 80         |
    | 40000.00 | 50      | 80         |
    | 40000.01 | 100     | 80         |
    | 48000.00 | 100     | 80         |
    | 48000.01 | 100     | 120        |
    | 60000.00 | 100     | 120        |
    | 60000.01 | 150     | 120        |
    """
)


def _band(burden: str) -> int | None:
    """What a case shows for an alert of this burden, benchmark 40,000."""
    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("CREATE TABLE alerts (burden_fen BIGINT, benchmark_fen BIGINT)"))
        connection.execute(text("INSERT INTO alerts VALUES (:burden, 4000000)"), {"burden": int(Decimal(burden) * 100)})
        return connection.scalar(select(band(WEIHAI)).select_from(alerts))


@pytest.mark.parametrize("case", CASES, ids=[case["burden"] for case in CASES])
def test_the_band_of_a_case(case: dict[str, str]) -> None:
    assert _band(case["burden"]) == int(case["shipped"])


@pytest.mark.parametrize("case", CASES, ids=[case["burden"] for case in CASES])
def test_the_band_of_a_case_under_other_lines(other_lines: Path, case: dict[str, str]) -> None:
    assert _band(case["burden"]) == int(case["80 and 120"])


def test_a_document_with_absolute_lines_has_no_band() -> None:
    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("CREATE TABLE alerts (burden_fen BIGINT, benchmark_fen BIGINT)"))
        connection.execute(text("INSERT INTO alerts VALUES (9900000000, NULL)"))
        assert connection.scalar(select(band("dongyang-2020-24")).select_from(alerts)) == 0
        assert connection.scalar(select(band(WEIHAI)).select_from(alerts)) == 0


def test_alerts_are_raised_by_the_documents_own_bands(tmp_path: Path, home: Path, other_lines: Path) -> None:
    """32,000.01 is over 80 %; 48,000.00 is over 100 %, which is no band of this document; 48,000.01 is over 120 %."""
    bureau = Bureau(tmp_path)
    bureau.incomes()
    bureau.identities({"certno": certno(1), "category": "dibao_marginal"})
    bureau.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样例一"})
    found = []
    for month, amount in (("01", "32000.00"), ("02", "0.01"), ("03", "15999.99"), ("04", "0.01")):
        paid_on = f"2025-{month}-10"
        bureau.settlements(settlement(setl_id=f"A{month}", certno=certno(1), psn_no="P1", setl_time=paid_on, psn_part_amt=amount))
        request = journey.Request(WEIHAI, date.fromisoformat(f"2025-{month}-28"))
        with writing(bureau.home, "test", create=True) as store:
            record = journey.run(store, load_library(), request, bureau.now())
        found.append([(row["burden"], row["state"]) for row in bureau.alerts(record)])
    assert found == [[], [("32000.01", "new")], [("48000.00", "continuing")], [("48000.01", "raised")]]

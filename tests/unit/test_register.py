"""Which of a person's register rows is believed: the insured one, of several the latest (docs/DATA.md, "Register and identity lists")."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bureau import Bureau, certno, settlement

INSURED = {"psn_no": "P1", "insu_admdvs": "371002", "town": "甲镇", "psn_insu_stas": "1"}
LEFT = {"psn_no": "P2", "insu_admdvs": "371003", "town": "乙镇", "psn_insu_stas": "2"}
ANEW = {"psn_no": "P3", "insu_admdvs": "371082", "town": "丙镇", "psn_insu_stas": "1"}


@pytest.mark.parametrize(
    ("first", "then", "town"),
    [
        ([INSURED], [LEFT], "甲镇"),
        ([LEFT], [INSURED], "甲镇"),
        ([INSURED, LEFT], [ANEW], "丙镇"),
        ([ANEW, INSURED], [], "甲镇"),
    ],
    ids=["an insured one before a later one", "an insured one", "the later of two insured", "the later line of one file"],
)
def test_the_row_to_believe(tmp_path: Path, first: list[Mapping[str, str]], then: list[Mapping[str, str]], town: str) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    for rows in filter(None, (first, then)):
        bureau.people(*({**row, "certno": certno(1), "psn_name": "样人"} for row in rows))
    bureau.settlements(settlement(setl_id="S1", certno=certno(1), psn_name="样人", psn_part_amt="70000.00"))
    record = bureau.run()
    district = next(row["insu_admdvs"] for row in (INSURED, LEFT, ANEW) if row["town"] == town)
    assert [row["insu_admdvs"] for row in bureau.alerts(record)] == [district]
    assert bureau.explain(record, certno(1))["person"]["town"] == town

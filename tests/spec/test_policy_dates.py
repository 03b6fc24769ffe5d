"""Whether a document may be run for a date: the day before, the first day, the last day, the day after."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tables import read_table

from monitor.base.errors import PolicyError
from monitor.base.settings import ROOT
from monitor.base.vocabulary import DocumentStatus
from monitor.policy.library import check_allowed, load_library

LIBRARY = load_library(ROOT / "policies")

ALLOWED = """
| document                  | as of      | answer                    |
|---------------------------|------------|---------------------------|
| weihai-2022-15            | 2022-12-31 | 自 2023-01-01 起施行，在 2022-12-31 尚未生效 |
| weihai-2022-15            | 2023-01-01 | allowed                   |
| weihai-2022-15            | 2027-12-31 | allowed                   |
| weihai-2022-15            | 2028-01-01 | 有效期至 2027-12-31，在 2028-01-01 已失效 |
| hebei-city-2022           | 2021-12-31 | 尚未生效                  |
| hebei-city-2022           | 2022-01-01 | allowed                   |
| hebei-city-2022           | 2025-12-31 | allowed                   |
| hebei-city-2022           | 2026-01-01 | 已失效                    |
| inner-mongolia-2022-draft | 2022-12-31 | 征求意见稿                |
| inner-mongolia-2022-draft | 2023-06-30 | 征求意见稿                |
| dongyang-2020-24          | 2020-06-30 | 尚未生效                  |
| dongyang-2020-24          | 2020-07-01 | allowed                   |
| dongyang-2020-24          | 2040-01-01 | allowed                   |
| gansu-2022-23             | 2022-02-24 | 尚未生效                  |
| gansu-2022-23             | 2022-02-25 | allowed                   |
"""


@pytest.mark.parametrize("row", read_table(ALLOWED), ids=lambda row: f"{row['document']} {row['as of']}")
def test_allowed_or_refused(row: dict[str, str]) -> None:
    document = LIBRARY.get(row["document"])
    as_of = date.fromisoformat(row["as of"])
    if row["answer"] == "allowed":
        assert check_allowed(document, as_of, trial=False) is None
        assert check_allowed(document, as_of, trial=True) is None
        return
    with pytest.raises(PolicyError) as refusal:
        check_allowed(document, as_of, trial=False)
    assert row["answer"] in refusal.value.sentence
    assert document.id in refusal.value.sentence
    assert "--trial" in refusal.value.sentence
    reason = check_allowed(document, as_of, trial=True)
    assert reason is not None
    assert row["answer"] in reason
    assert "试运行" in reason


def test_repealed() -> None:
    document = replace(LIBRARY.get("weihai-2022-15"), status=DocumentStatus.REPEALED)
    with pytest.raises(PolicyError, match="已废止"):
        check_allowed(document, date(2024, 1, 1), trial=False)

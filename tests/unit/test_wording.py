"""Numbers and Latin words stand apart from the Chinese beside them, as everywhere in this program's sentences."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bureau import LIBRARY

from monitor.base.errors import PolicyError
from monitor.base.wording import GLUED, spaced
from monitor.policy.assistance import premium_rows, premiums_lacking, schedule_rows
from monitor.policy.incomes import Incomes
from monitor.policy.parameters import check_assignment

DISTRICTS = frozenset({"371002", "620102", "330783", "130602", "150102"})


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("尚未设定", "2025 年的个人缴费标准"), "尚未设定 2025 年的个人缴费标准"), (("尚未设定", "救助比例"), "尚未设定救助比例"),
        (("二（三）1", "为", "不低于 70%"), "二（三）1 为不低于 70%"), (("四（七）", "把监测标准"), "四（七）把监测标准"),
        (("70%", "以上"), "70% 以上"), (("名单 5", "没有"), "名单 5 没有"), (("", "没有"), "没有"), ((), ""),
    ],
)
def test_parts_are_joined_with_a_blank_where_chinese_meets_a_number(parts: tuple[str, ...], text: str) -> None:
    assert spaced(*parts) == text


@pytest.mark.parametrize("name", LIBRARY.documents)
def test_what_is_missing_is_said_with_its_blanks(name: str) -> None:
    """Every sentence about figures nobody recorded, in every document and for two years."""
    document = LIBRARY.get(name)
    said = []
    for year in (2022, 2025):
        day = date(year, 12, 31)
        rows = schedule_rows(document, day, Incomes(), DISTRICTS)
        said += [text for row in rows for text in (row.missing, row.extra_points_missing, *row.bounds)]
        said += [text for row in premium_rows(document, day, DISTRICTS) for text in (row.missing, row.list_missing, *row.bounds)]
        said += premiums_lacking(document, day, DISTRICTS)
    assert any(said) or name == "weihai-2022-15"
    glued = [text for text in said if GLUED.search(re.sub(r"“[^”]*”|=\S+", "", text))]
    assert glued == []


def test_a_value_outside_the_bound_says_its_clause_apart() -> None:
    with pytest.raises(PolicyError, match=r"二（三）1 为"):
        check_assignment(LIBRARY.get("hebei-city-2022"), "aid.marginal.deductible.2024", "1%")

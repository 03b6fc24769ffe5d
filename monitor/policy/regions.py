"""Insurance regions: six digits, province = first two + 0000, prefecture (统筹地区) = first four + 00.

They are not the statistical regions (139900 is real), so nothing here looks a code up in a list.
"""

from __future__ import annotations

from monitor.base.vocabulary import Word


class RegionLevel(Word):
    """Whose income a benchmark is: the insured person's province or pooling area."""

    PROVINCE = "province", "全省（自治区）", "文件地区所在的省级区划：前两位加 0000"
    PREFECTURE = "prefecture", "统筹地区", "参保地所在的地市级区划：前四位加 00"


def prefix_of(region: str) -> str:
    """The digits an insured district must start with to lie inside ``region``: two, four or all six."""
    if region.endswith("0000"):
        return region[:2]
    if region.endswith("00"):
        return region[:4]
    return region


def inside(region: str, district: str) -> bool:
    """Whether the insured district lies inside the region. An empty district lies inside none."""
    return district.startswith(prefix_of(region))


def province_of(region: str) -> str:
    """371002 → 370000."""
    return region[:2] + "0000"


def prefecture_of(region: str) -> str:
    """371002 → 371000: the pooling area (统筹地区)."""
    return region[:4] + "00"

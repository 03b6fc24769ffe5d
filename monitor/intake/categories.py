"""What to do about a code or name of a category that is not known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from monitor.base.vocabulary import Category
from monitor.policy.codes import CATEGORY_CODES
from monitor.policy.codes import category_codes as shipped_codes

#: What to do where rows have no category: a text keeps the value of merged cells in the first row only.
MERGED = "如原表的身份类别是合并单元格，另存为 CSV 后只剩第一行有值：请直接导入原来的 xlsx 或 xls，或取消合并并逐行填好后再导入"


def advice(codes: Mapping[str, str] | None, home_tables: Path) -> str:
    """What stands beside a count of unknown categories: the known ones, and where to map a new one.

    Names the bureau's own table and its entries, never what a cell said.
    """
    known = shipped_codes(home_tables) if codes is None else codes
    written: dict[str, list[str]] = {category.value: [category.label, category.value] for category in Category}
    for text, category in known.items():
        # Codes, not the many ways a name is written: a name is recognised by the eye.
        if text.isascii() and text not in written[category]:
            written[category].append(text)
    listed = "；".join("、".join(names) for category, names in written.items() if category != Category.ORDINARY)
    return (
        f"认得的身份类别（名称、标识、代码）：{listed}；其他代码和名称请在 {home_tables / CATEGORY_CODES} 中对应到其中一类"
        f"（没有该文件时先复制一份 policies/{CATEGORY_CODES}），再重新导入"
    )

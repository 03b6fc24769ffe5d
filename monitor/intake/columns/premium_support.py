"""Premium support paid.

Nobody is supported twice for one year (不得重复资助).
"""

from __future__ import annotations

from dataclasses import replace

from monitor.base.vocabulary import Category
from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import CATEGORY, CERTNO, NAME, YES_NO

PREMIUM_SUPPORT = Table(
    "premium_support",
    "参保资助",
    (
        CERTNO,
        NAME,
        Column(
            "year", "年度", "integer", "资助参加哪一年的居民医保",
            ("年份", "参保年度", "资助年度"), required=True, key=True, example="2025",
        ),
        replace(CATEGORY, example=Category.DIBAO.label),
        Column(
            "premium", "个人缴费标准", "money", "该年度个人应缴的金额，元；空白表示未填，不是零",
            ("个人缴费", "缴费标准", "个人应缴金额"), example="400.00",
        ),
        Column(
            "supported", "资助金额", "money", "实际资助的金额，元；空白或 - 表示没有资助",
            ("已资助金额", "财政资助金额", "补贴金额"), required=True, example="360.00",
        ),
        Column(
            "insured", "是否参保", "code", "该年度是否已参保：是、否；空白表示不详",
            ("参保情况", "参保状态", "是否已参保"), choices=YES_NO, example="是",
        ),
        Column(
            "optional_shares", "选缴保费份数", "integer", "已全额补助的大病保险选缴保费份数，0 表示没有；空白表示未填",
            ("大病保险选缴份数", "选缴份数", "补助份数"), example="3",
        ),
    ),
)

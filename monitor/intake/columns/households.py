"""Households, a row a member.

Nobody belongs to two households in one year, and whoever moves is moved by the later load.
"""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import CERTNO, NAME, YES_NO

HOUSEHOLDS = Table(
    "households",
    "家庭人口和收入",
    (
        Column(
            "household", "户编号", "text", "同户相同的编号；一行一名家庭成员，家庭的数字在同户各行重复",
            ("家庭编号", "户号", "household_id"), required=True, example="99H00000001",
        ),
        CERTNO,
        NAME,
        Column(
            "members", "家庭人口数", "integer", "共同生活的家庭成员人数；为零、为负或空白的行保留并列出，不作除数",
            ("家庭人口", "家庭成员数", "家庭成员人数", "人口数"), example="3",
        ),
        Column(
            "family_income", "家庭年收入", "money", "全家一年的收入，元；为零、为负或空白的行保留并列出",
            ("家庭收入", "家庭总收入", "年收入"), example="36000.00",
        ),
        Column(
            "income_year", "收入年度", "integer", "收入和人口所属的年度",
            ("年度", "收入所属年度"), required=True, key=True, example="2025",
        ),
        Column(
            "dibao_line", "低保标准", "money", "当地最低生活保障标准，元/人·月",
            ("当地低保标准", "低保月标准", "最低生活保障标准"), example="900.00",
        ),
        Column(
            "local_hukou", "本地户籍", "code", "是否具有当地户籍：是、否；空白表示未核",
            ("是否本地户籍", "当地户籍", "具有当地户籍"), choices=YES_NO, example="是",
        ),
        Column(
            "property_ok", "财产符合规定", "code", "家庭财产状况是否符合规定：是、否；空白表示未核",
            ("财产是否符合规定", "家庭财产符合规定", "财产状况符合规定"), choices=YES_NO, example="是",
        ),
    ),
)

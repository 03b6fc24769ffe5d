"""The assistance fund and participation."""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table

FUND = Table(
    "fund",
    "医疗救助基金和参保人数",
    (
        Column(
            "region", "地区", "code", "六位行政区划代码",
            ("区划代码", "行政区划", "行政区划代码", "地区代码"), required=True, key=True, example="990100",
        ),
        Column("year", "年度", "integer", "基金年度", ("年份",), required=True, key=True, example="2025"),
        Column(
            "month", "月份", "integer", "数字截至哪个月的月末，1–12；全年决算写 12",
            ("截至月份",), required=True, key=True, example="6",
        ),
        Column(
            "income", "当年筹集资金", "money", "医疗救助基金当年 1 月 1 日至该月末累计筹集，元",
            ("当年筹集资金总额", "基金收入", "当年收入", "本年累计收入"), example="1000000.00",
        ),
        Column(
            "spent", "当年支出", "money", "医疗救助基金当年 1 月 1 日至该月末累计支出（含资助参保），元",
            ("当年支出总额", "基金支出", "本年累计支出"), later=True, example="850000.00",
        ),
        Column(
            "balance", "累计结余", "money", "医疗救助基金该月末累计结余，元",
            ("累计结余资金", "基金累计结余", "结余"), example="150000.00",
        ),
        Column(
            "participants", "参保人数", "integer", "该月末基本医保参保人数",
            ("基本医保参保人数", "实际参保人数"), example="950",
        ),
        Column(
            "expected_participants", "应参保人数", "integer", "该月末应参保人数",
            ("应保人数", "应参保总人数"), example="1000",
        ),
    ),
    one_of=(("income", "spent", "balance", "participants", "expected_participants"),),
)

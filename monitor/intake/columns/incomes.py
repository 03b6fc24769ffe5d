"""Per-capita disposable incomes, on which every line of every rule hangs."""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import EXAMPLE_NAME

INCOMES = Table(
    "incomes",
    "人均可支配收入",
    (
        Column(
            "region", "地区", "code", "六位行政区划代码",
            ("区划代码", "行政区划", "行政区划代码", "地区代码"), required=True, key=True, example="990000",
        ),
        Column(
            "residents", "居民类型", "code", "all 全体，urban 城镇，rural 农村",
            ("居民类别", "口径"), required=True, key=True, example="全体",
        ),
        Column("year", "年度", "integer", "收入所属年份", ("年份",), required=True, key=True, example="2024"),
        Column(
            "amount", "金额", "money", "人均可支配收入，元",
            ("人均可支配收入", "居民人均可支配收入", "可支配收入"), required=True, example="40000.00",
        ),
        Column("source", "来源", "text", "数字的出处", ("数据来源", "出处"), example="示例，非真实统计"),
        Column("published_on", "发布日期", "date", "发布的日期", ("公布日期", "发布时间"), example="2025-02-01"),
        Column("approved_by", "批准人", "text", "核准使用的人", ("审批人", "审核人"), example=EXAMPLE_NAME),
    ),
)

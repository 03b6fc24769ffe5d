"""Marks of a serious illness.

A later load brings the end.
"""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import CERTNO, NAME

SERIOUS_ILLNESS = Table(
    "serious_illness",
    "重特大疾病标识",
    (
        CERTNO,
        NAME,
        Column(
            "disease", "病种", "text", "重特大疾病的病种名称",
            ("疾病名称", "病种名称", "重特大疾病病种"), required=True, key=True, example="示例病种",
        ),
        Column(
            "marked_on", "标识日期", "date", "标识生效的第一天；只写到月的从月初起",
            ("认定日期", "开始日期", "登记日期"), required=True, key=True, example="2025-01-15",
        ),
        Column(
            "ended_on", "终止日期", "date", "标识有效的最后一天；只写到月的到月末止，空白表示仍有效",
            ("结束日期", "退出日期", "取消日期"),
        ),
    ),
)

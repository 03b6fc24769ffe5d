"""Applications for assistance.

The outcome that comes later supersedes 待定.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.base.vocabulary import ApplicationOutcome, Category
from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import CATEGORY, CERTNO, NAME

APPLICATIONS = Table(
    "applications",
    "救助申请",
    (
        CERTNO,
        NAME,
        replace(CATEGORY, key=True, example=Category.ILLNESS_POOR.label),
        Column(
            "applied_on", "申请日期", "date", "提出申请的日期，须写到日；追溯期从这一天或这个月往前算",
            ("申请时间", "提出申请日期"), required=True, key=True, example="2025-03-05",
        ),
        Column(
            "outcome", "办理结果", "code", "待定、批准、不予批准（pending、granted、refused）",
            ("申请结果", "审批结果", "审核结果", "办理状态"), required=True,
            choices=tuple(outcome.label for outcome in ApplicationOutcome), example=ApplicationOutcome.GRANTED.label,
        ),
        Column(
            "decided_on", "决定日期", "date", "作出决定的日期，须写到日；待定的留空",
            ("审批日期", "批准日期", "办结日期"), example="2025-03-20",
        ),
        Column(
            "paper", "依据文件", "text", "批准或不予批准的文件名称、文号",
            ("依据", "文号", "依据文号"), example="示例〔2025〕1号",
        ),
    ),
)

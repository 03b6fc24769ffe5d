"""Identity lists: who is entitled to help, as what, from when to when.

``recognised_on`` and ``ended_on`` take effect by the month (identities.sql): they become ``begin`` and ``ended`` as well.
"""

from __future__ import annotations

from monitor.base.vocabulary import Category
from monitor.intake.columns.declaration import Column, Table
from monitor.intake.columns.shared import CATEGORIES, CERTNO, NAME, YES_NO

IDENTITIES = Table(
    "identities",
    "救助对象身份",
    (
        CERTNO,
        NAME,
        Column("psn_cert_type", "人员证件类型", "code", "证件类型，01 为居民身份证", ("证件类型",), stored=None, example="01"),
        Column(
            "category", "身份类别", "code", "救助对象身份：代码、本系统标识或中文名称",
            ("救助对象类别", "救助对象身份", "人员类别", "对象类别", "监测对象类别", "身份"), required=True, key=True,
            choices=CATEGORIES, example=Category.DIBAO.label,
        ),
        Column(
            "begin", "开始日期", "date", "身份生效的第一天",
            ("生效日期", "起始日期", "享受开始日期", "开始时间"), key=True, example="2025-01-01",
        ),
        Column(
            "end", "结束日期", "date", "身份有效的最后一天",
            ("失效日期", "截止日期", "享受结束日期", "结束时间"), stored="ended",
        ),
        Column(
            "recognised_on", "认定日期", "date", "认定的日期；次月一日起生效",
            ("识别时间", "识别日期", "认定时间", "监测对象认定时间"), stored="recognised",
        ),
        Column(
            "ended_on", "终止日期", "date", "终止认定的日期；当月末止",
            ("退出日期", "终止时间", "停止日期", "退出时间"), stored="ended",
        ),
        Column("department", "认定部门", "text", "认定的部门", ("部门", "认定单位", "来源部门"), example="民政"),
        Column(
            "risk_eliminated", "风险是否已消除", "code", "防返贫监测对象：是、否",
            ("风险消除", "是否消除风险", "风险消除状态"), choices=YES_NO, example="否",
        ),
        Column("household", "户编号", "text", "同户编号", ("家庭编号",), example="99H00000001"),
        Column("town", "乡镇", "text", "乡镇、街道", ("乡镇街道", "乡镇（街道）", "所在乡镇"), example="示例镇"),
        Column(
            "change_reason", "减少原因", "text", "人口变动原因；自然减少表示死亡",
            ("人口变动原因", "变动原因", "人员减少原因"), stored="died",
        ),
    ),
    one_of=(("begin", "recognised_on"),),
)

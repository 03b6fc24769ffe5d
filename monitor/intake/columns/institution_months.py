"""Institutions' figures of a month that stand in no settlement.

The key is the institution's code (its name where there is none), year and month.
"""

from __future__ import annotations

from monitor.intake.columns.declaration import Column, Table

INSTITUTION_MONTHS = Table(
    "institution_months",
    "医药机构月度费用",
    (
        Column(
            "fixmedins_code", "定点医药机构代码", "text", "机构代码，与结算中的一致；有代码的按代码认",
            ("定点医药机构编号", "医药机构编号", "机构编号", "机构代码"), key=True, example="99H0001",
        ),
        Column(
            "fixmedins_name", "定点医药机构名称", "text", "机构名称；没有代码时按名称认，须与结算中的写法一致",
            ("医药机构名称", "医院名称", "机构名称"), key_without="fixmedins_code", example="示例医院",
        ),
        Column("year", "年度", "integer", "费用发生的年度", ("年份",), required=True, key=True, example="2025"),
        Column("month", "月份", "integer", "费用发生的月份，1–12", ("费用月份",), required=True, key=True, example="6"),
        Column(
            "cost", "医疗总费用", "money", "该机构该月的医疗总费用，元；算占比的分母",
            ("医疗费总额", "总费用"), least=0, example="500000.00",
        ),
        Column(
            "drugs", "药品费用", "money", "其中的药品费用，元；空白表示未填，不是零",
            ("药费", "药品费"), least=0, example="150000.00",
        ),
        Column(
            "consumables", "耗材费用", "money", "其中的医用耗材费用，元；空白表示未填，不是零",
            ("卫生材料费", "材料费", "医用耗材费用"), least=0, example="60000.00",
        ),
        Column(
            "tests", "检查化验费用", "money", "其中的检查和化验费用，元；空白表示未填，不是零",
            ("检查检验费用", "检查化验费"), least=0, example="90000.00",
        ),
        Column(
            "settled", "已结清救助费用", "money", "该月的医疗救助费用已与该机构结清的金额，元；空白表示未填，不是零",
            ("已结算救助费用", "已拨付救助费用", "已支付救助费用"), least=0, example="20000.00",
        ),
    ),
    one_of=(("fixmedins_code", "fixmedins_name"), ("cost", "drugs", "consumables", "tests", "settled")),
)

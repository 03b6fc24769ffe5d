"""Which values of a coded column are known without a table: the national codes by their shape, and the words the SQL reads itself.

A test holds the words against the SQL.
"""

from __future__ import annotations

import re

#: Said of a value that stands for no code.
NO_CODE = "\x00"

#: Columns of districts: a label is a place's name, a longer code one within the district.
DISTRICTS = frozenset(("insu_admdvs", "fix_blng_admdvs", "region"))

_DISTRICT = re.compile("[1-9][0-9]{5}")
_SWITCH = re.compile(r"(?i)0|1|-|1\.0|01|是|有|y|yes|t|true|√|✓|✔|0\.0|00|否|无|n|no|f|false|×|✗|✘")
_DIED = "死亡|身故|去世|病故|亡故|逝世|过世"
_STOPPED = "暂停|终止|中断|停保|退保|断保|断缴|停缴|注销"


def _switch(more: str) -> re.Pattern[str]:
    return re.compile(f"{_SWITCH.pattern}|{more}")


#: Column, or table and column → the values known.
KNOWN: dict[str | tuple[str, str], re.Pattern[str]] = {
    "insutype": re.compile("3[0-9]{2}|399[0-9]{2}|[45]10"),
    "med_type": re.compile("[0-9]+"),
    "psn_cert_type": re.compile("[0-9]{2}"),
    "insu_admdvs": _DISTRICT,
    "fix_blng_admdvs": _DISTRICT,
    "region": _DISTRICT,
    "hosp_lv": re.compile("0[1-9]|1[01]"),
    "pay_loc": re.compile("[1-4]"),
    "refd_setl_flag": _switch("退费|已退费|已退|冲销|已冲销|冲正|未退费|未退|未冲销|正常|正常结算"),
    "vali_flag": _switch("有效|正常|在用|生效|无效|失效|作废|已作废|注销|已注销|撤销|已撤销"),
    "referred": _SWITCH,
    "listed": _SWITCH,
    "risk_eliminated": _switch("已消除|消除|风险已消除|未消除|风险未消除"),
    "local_hukou": _switch("本地|本地户籍|当地户籍|外地|非本地|非本地户籍|外地户籍"),
    "property_ok": _switch("符合|符合规定|不符合|不符合规定"),
    ("premium_support", "insured"): _switch(
        "正常|正常参保|参保|已参保|参保缴费|在保|未参保|没有参保|停保|断保|退保|终止参保|暂停参保"
    ),
    "gend": re.compile("[0129]"),
    "psn_insu_stas": re.compile(
        f"0?[0-4]|正常|正常参保|参保|参保缴费|在保|(?!.*(?:未|非|无|没有?|不)(?:{_STOPPED})).*(?:{_STOPPED}|未参保).*"
    ),
    "surv_stas": re.compile(
        f"0?[12]|正常|存活|生存|健在|在世|健康|.*(?:未|非|无|没有?|不是)(?:{_DIED}).*"
        f"|(?!.*(?:疑似?|待核实?|待查|可能|拟|非|未)(?:{_DIED}|自然减少)).*(?:{_DIED}|已故|自然减少).*"
    ),
    "residents": re.compile(
        "(?i)all|全体(居民|常住居民)?|urban|城镇(居民|常住居民)?|rural|农村(牧区)?(居民|常住居民)?|农牧民"
    ),
    "outcome": re.compile(
        "(?i)pending|待定|待审|待审批|待审核|待办|办理中|审核中|审批中|已受理|granted|批准|已批准|准予|同意|通过|审批通过|审核通过"
        "|refused|不予批准|未批准|不批准|不予|不同意|未通过|不通过|驳回"
    ),
    ("case_decisions", "kind"): re.compile("(?i)case_discussion|一事一议|一事一议救助|集体研究"),
}

#: Columns of two digits, whose first is lost where a cell was a number → what shows that it was: no code of another table.
WITHOUT_NOUGHT = {"hosp_lv": "[4-9]|0[1-9]|1[01]"}

"""From text to typed rows: static SQL per table, run on one chunk at a time.

``macros.sql`` says what a cell may look like, ``<table>.sql`` what makes a row of that table good, bad or suspicious.
Reasons and flags are ids; their sentences stand here. Neither ever carries what a cell said.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import duckdb
import pyarrow as pa

from monitor.base.vocabulary import Category
from monitor.intake.columns import Table
from monitor.policy.codes import category_codes as shipped_codes

#: Why a row is rejected, by reason id; in ``cleaned.reasons`` each stands as ``column:reason_id``.
REASONS: dict[str, str] = {
    "too_few_fields": "字段少于表头，无法对应到列",
    "too_many_fields": "字段多于表头，无法对应到列",
    "unbalanced_quote": "引号没有闭合，无法分出字段",
    "cell_too_long": "单元格超过 32767 个字符，不是一个值",
    "totals_row": "合计行，不是一笔记录",
    "heading_row": "重复的表头，不是一笔记录",
    "bare_number": "除人员编号外没有任何内容，不是一条登记",
    "note_row": "制表人、备注一类的说明行，不是一笔记录",
    "merged_key": "主键是跨行合并的单元格，看不出是哪一行的",
    "merged_amount": "金额是跨行合并的单元格，看不出各行是多少",
    "missing_key": "没有主键",
    "missing_person": "证件号码和人员编号都为空，无法确定人员",
    "masked_number": "号码被遮盖或不全，无法确定是哪一个；请导出完整的号码",
    "unclear_number": "号码旁有别的文字或不止一个号码，无法确定是谁的；请只填本人的号码",
    "missing_time": "没有结算时间",
    "missing_amount": "没有金额",
    "missing_payer": "没有支付方",
    "destroyed_number": "号码已被表格软件改成数值或错误值，无法还原",
    "not_a_number": "不是数字",
    "unclear_comma": "逗号的位置分不清是千位分隔还是小数点；请用小数点、不用逗号重新填写",
    "more_than_two_decimals": "金额多于两位小数",
    "too_large": "金额超过可记录的范围",
    "not_a_date": "不是可识别的日期",
    "ambiguous_month": "写成 2025.1 的月份分不清是 1 月还是 10 月；请写成 2025-01 或 2025-10",
    "stray_serial": "像是 Excel 的日期序号，但这一列多数不是，或工作簿从 1904 年起算；请把单元格设为日期格式后重新导出",
    "impossible_date": "日历上没有这个日期或时刻",
    "year_out_of_range": "年份不在 1990–2100 之间",
    "day_out_of_range": "年份不在 1949–2100 之间",
    "unknown_flag": "标志取值无法识别",
    "missing_category": "没有身份类别",
    "unknown_category": "身份类别不在代码表中",
    "missing_date": "没有起始日期",
    "end_before_begin": "结束早于开始",
    "missing_region": "没有地区代码",
    "invalid_region": "地区代码不是六位数字",
    "unknown_residents": "居民类型不是全体、城镇或农村",
    "invalid_year": "年度不是 1990–2100 之间的四位年份",
    "not_positive": "金额必须大于零",
    "negative_amount": "金额不能为负",
    "not_whole": "不是整数",
    "count_too_large": "人数超过可记录的范围",
    "invalid_month": "月份不是 1–12",
    "unknown_outcome": "办理结果不是待定、批准或不予批准",
    "decided_before_applied": "决定日期早于申请日期",
    "unknown_kind": "决定类别不是一事一议",
    "missing_household": "没有户编号",
    "missing_disease": "病种编码和病种名称都为空",
    "missing_institution": "机构代码和机构名称都为空",
    "error_cell": "单元格里是公式错误值",
}

#: What is suspicious about a row that is kept, by flag id.
FLAGS: dict[str, str] = {
    "perhaps_cut": "数据到工作表的最后一行为止，后面的行可能被截断",
    "broken_identity_a": "医疗费总额 ≠ 全自费 + 超限价自费 + 先行自付 + 符合政策范围",
    "broken_identity_b": "医疗费总额 ≠ 基金支付总额 + 个人负担总金额 + 医院负担",
    "broken_identity_c": "个人负担总金额 ≠ 个人账户支出 + 个人现金支出",
    "broken_identity_d": "基金支付总额 ≠ 各项基金支出之和",
    "wrong_checksum": "证件号码校验位不符",
    "impossible_birth_date": "证件号码中的出生日期不存在",
    "unknown_region_prefix": "证件号码的地区前两位不在行政区划中",
    "converted_from_15": "十五位旧号码，已换成十八位",
    "masked_certno": "证件号码被遮盖或不全，按人员编号确定人员",
    "certno_words": "证件号码列是文字，没有号码，按人员编号确定人员",
    "masked_psn_no": "人员编号被遮盖，未采用",
    "serial_date": "日期写成了 Excel 的日期序号，已换算成日期",
    "after_load": "日期、年度或月份晚于导入之日，请核对",
    "begins_far_ahead": "生效日期晚于导入次月，请核对",
    "before_1900": "日期早于 1900 年，请核对",
    "not_resident_number": "证件类型为居民身份证或未填，但号码不是居民身份号码的样式",
    "destroyed_psn_no": "人员编号已被表格软件改成数值，未采用",
    "town_too_long": "乡镇名称超过 64 个字，名单上留空，登记中保留",
    "unreadable_birth_date": "出生日期无法识别，已留空",
    "unknown_status": "参保状态或生存状态无法识别，按未知处理",
    "undated_decision": "已有办理结果，但没有决定日期",
    "decision_day_but_pending": "有决定日期，但办理结果是待定",
    "premium_missing": "没有填个人缴费标准，不能核对资助比例",
    "support_above_premium": "资助金额超过个人缴费标准",
    "supported_not_insured": "有资助金额，但写明没有参保",
    "members_unusable": "家庭人口数为零、为负或没有填，不作除数",
    "income_unusable": "收入为负或没有填（基金收入为零也列出，不作除数），请核对",
    "dibao_line_unusable": "低保标准为零、为负或没有填，不能比较",
    "negative_spent": "当年支出为负",
    "negative_balance": "累计结余为负",
    "participants_unusable": "参保人数为零、为负或没有填",
    "expected_unusable": "应参保人数为零、为负或没有填，不作除数",
    "more_than_expected": "参保人数多于应参保人数",
    "unnamed_disease": "没有写明病种",
    "listed_by_name": "没有病种编码，只能按名称认，写法须与结算中的一致",
    "payment_taken_back": "金额为负，按追回的支付处理",
    "payment_without_settlement": "没有写明结算ID，从其当年可救助费用合计中扣除",
    "institution_by_name": "没有机构代码，只能按名称认，写法须与结算中的一致",
    "institution_cost_unusable": "填了药品、耗材或检查化验费用，而医疗总费用为零或没有填，不能算占比",
    "parts_above_cost": "药品、耗材、检查化验费用之和大于医疗总费用，请核对",
    "zero_decision": "决定的救助金额为零",
    "decision_without_paper": "没有写明依据的会议纪要或文件",
}


class Cleaning:
    """The view ``cleaned`` of one connection: the chunk it was given last, typed and judged by whoever reads it.

    It has ``line``, every canonical column with its type, ``reasons`` VARCHAR[] (``column:reason_id``; empty: the row is
    good) and ``flags`` VARCHAR[]. ``category_codes`` (tables with a category): code or Chinese name → category id; the ids
    themselves are always known. ``loaded_on``: the day of the load, which later days are questioned against; None: none are.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, table: Table, category_codes: Mapping[str, str] | None = None,
        loaded_on: date | None = None,
    ) -> None:
        self._connection, self._table, self._made = connection, table, False
        connection.execute(_sql("macros"))
        over = None if loaded_on is None else loaded_on + timedelta(days=1)
        # The first day of the month after the next.
        months = None if loaded_on is None else loaded_on.year * 12 + loaded_on.month + 1
        connection.execute("SET VARIABLE load_day_over = ?::TIMESTAMP", [over])
        connection.execute(
            "SET VARIABLE next_month_over = ?::TIMESTAMP", [None if months is None else date(months // 12, months % 12 + 1, 1)]
        )
        if "category" in table.names:
            connection.register("category_codes", _code_table(category_codes))

    def take(self, rows: pa.Table) -> None:
        """The next chunk: ``Chunk.rows``, scrubbed."""
        self._connection.register("raw", rows)
        if not self._made:
            self._connection.execute("CREATE OR REPLACE TEMP VIEW cleaned AS " + _sql(self._table.name))
            self._made = True

    def release(self) -> None:
        """Let go of the chunk."""
        self._connection.unregister("raw")


def _code_table(codes: Mapping[str, str] | None) -> pa.Table:
    """Code or name → category id. The ids and labels of the vocabulary are always known; ``ordinary`` is no identity."""
    known = {text: str(category) for text, category in (shipped_codes(None) if codes is None else codes).items()}
    for category in Category:
        if category is not Category.ORDINARY:
            known[category.value] = known[category.label] = category.value
    return pa.table({"code": pa.array(known.keys(), pa.string()), "category": pa.array(known.values(), pa.string())})


@cache
def _sql(name: str) -> str:
    return files("monitor.intake").joinpath(f"{name}.sql").read_text(encoding="utf-8")

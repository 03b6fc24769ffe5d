"""An explanation as text an officer can follow with a pocket calculator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from monitor.assess.explain import spoken
from monitor.reports.entitlement_text import entitlement_lines, table

Json = dict[str, Any]


def as_text(found: Json) -> str:
    """The explanation (assess/explain.py) in Chinese, a terminal's width not assumed."""
    person, document = found["person"], found["document"]
    lines = [
        f"《{document['title']}》（{document['number'] or document['id']}，{document['status_label']}）",
        f"截至 {found['as_of']}；数据所知时间 {found['known_at']}；运行 {found['run']}"
        + ("；试运行，不得推送" if found["trial"] else "") + ("；基准暂用上一年数字" if found["provisional"] else ""),
        f"姓名 {person['psn_name'] or '（未知）'}　证件号码 {person['certno'] or '（未知）'}",
        f"险种 {person['insutype_label']}　参保地 {person['insu_admdvs'] or '不明'}"
        f"（{'据人员登记' if person['insu_admdvs_from'] == 'register' else '据最近一次结算'}）"
        + ("" if person["registered"] else "　不在人员登记中") + ("　已登记死亡" if person["deceased"] else ""),
        *_numbers(found.get("numbers", [])),
        "",
        f"结论：{found['verdict']}",
        "",
        "身份：",
        *_identities(found["identities"]),
        "",
    ]
    shared = _shared_readings(found["rules"])
    for rule in found["rules"]:
        lines += _rule(rule, shared)
    lines += [f"结算（窗口：{found['window']['label']} {found['window']['from']} 至 {found['window']['to']}）："]
    lines += _settlements(found)
    lines += [
        f"  疑似重复：结算 {one['setl_id']} 与 {one['other_setl_id']}（{one['because_label']}），尚未认定，仍计入；"
        "见 monitor review --duplicates" for one in found["suspected_duplicates"]
    ]
    lines += ["", "合计："]
    labels = {rule["measure"]: rule["measure_label"] for rule in found["rules"]}
    lines += [f"  {labels[measure]}：{spoken(amount)} 元" for measure, amount in found["sums"].items() if measure in labels]
    if shared:
        lines += ["", "各条规则共同的读法（文件没有明说之处的取法）：", *(f"  · {text}" for text in shared)]
    if "entitlement" in found:
        lines += ["", *entitlement_lines(found["entitlement"])]
    return "\n".join(lines) + "\n"


def _shared_readings(rules: Sequence[Json]) -> list[str]:
    """The readings every rule depends on: said once."""
    return [text for text in rules[0]["readings"] if all(text in rule["readings"] for rule in rules)] if rules else []


def _numbers(numbers: Sequence[Json]) -> list[str]:
    """The other numbers this person's rows stand under, and by whose word."""
    if not numbers:
        return []
    return [
        f"本人的记录分在 {len(numbers) + 1} 个号码下，合并计算；另外的号码：",
        *(f"  {one['certno'] or '人员编号 ' + one['psn_no']}　{one['sentence']}" for one in numbers),
    ]


def _identities(identities: Sequence[Json]) -> list[str]:
    if not identities:
        return ["  （没有任何身份记录：按普通参保人员）"]
    return [
        f"  {'√' if one['in_force'] else '×'} {one['label']}　{one['begin']} 起{'，至 ' + one['end'] if one['end'] else ''}"
        f"{'，' + one['recognised_on'] + ' 认定' if one['recognised_on'] else ''}　{one['department']}　{one['why']}"
        for one in identities
    ]


def _rule(rule: Json, shared: Sequence[str]) -> list[str]:
    lines = [
        f"规则 {rule['rule']}（{rule['kind_label']}）：{'适用' if rule['applies'] else '不适用'}——{rule['why']}",
        f"  口径：{rule['measure_label']} ＝ {rule['measure_formula']}",
    ]
    if rule["line_text"]:
        lines.append(f"  标准：{rule['line_text']}")
    if rule["benchmark"]:
        one = rule["benchmark"]
        lines.append(
            f"  基准：{one['region']} {one['year']} 年{one['residents_label']}人均可支配收入 {spoken(one['amount'])} 元"
            f"（来源：{one['source'] or '未填'}；发布 {one['published_on'] or '未填'}；核准 {one['approved_by'] or '未填'}）"
        )
    if rule["applies"] and rule["threshold"]:
        sign = "＞" if rule["over"] else "≤"
        lines.append(f"  比较：{spoken(rule['burden'])} {sign} {spoken(rule['threshold'])}，差 {spoken(rule['excess'])} 元")
    if rule["crossed_on"]:
        lines.append(f"  首次越线：{rule['crossed_on']}，结算 {rule['crossing_setl_id']}")
    lines.append(f"  依据：{rule['clause']}“{rule['quote']}”")
    lines += [f"  读法：{text}" for text in rule["readings"] if text not in shared]
    return [*lines, ""]


def _settlements(found: Json) -> list[str]:
    measure = found["rules"][0]["measure"] if found["rules"] else "burden_before_aid"
    header = ["", "结算时间", "结算ID", "个人负担", "医疗救助", "全自费", "超限价", "先行自付", "计入金额", "累计", "说明", "来源"]
    rows = [header]
    for one in found["settlements"]:
        note = one["reason_label"] + ("；← 由此越线" if one["tips"] else "")
        rows.append(
            [
                "√" if one["counted"] else "×", one["setl_time"], one["setl_id"],
                *(one[name] or "—" for name in ("psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")),
                one["amounts"][measure] if one["counted"] else "—", one["running"][measure], note,
                f"{one['source']['file']}{_sheet(one['source']['sheet'])} 第 {one['source']['line']} 行",
            ]
        )
    return table(rows, range(3, 10)) if len(rows) > 1 else ["  （没有结算）"]


def _sheet(number: int) -> str:
    return f" 第 {number} 个工作表" if number > 1 else ""

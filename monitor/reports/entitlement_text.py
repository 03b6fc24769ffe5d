"""What somebody is due, as text an officer can follow with a pocket calculator (entitle/telling.py)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from monitor.assess.explain import spoken

Json = dict[str, Any]


def entitlement_lines(told: Json) -> list[str]:
    """The entitlement part of an explanation, line by line."""
    if not told["recognised"]:
        return ["医疗救助：" + told["sentence"], "", *_insurance(told["insurance"]), *_offers(told["offers"])]
    head = f"医疗救助：{told['category']['label']}"
    if told["route_label"]:
        head += f"（{told['route_label']}）"
    lines = [head]
    if told["application"]:
        lines.append(f"  申请：{_application(told['application'])}")
    if told["computed"]:
        lines.append(f"  {told['sum']}，救助后个人仍负担 {spoken(told['remaining'])}")
        if told["note"]:
            lines.append(f"  {told['note']}")
        if told["reason"]:
            lines.append(f"  差额原因：{told['reason_label']}——{told['reason_definition']}")
        lines += [f"  注意：{mark['label']}——{mark['definition']}" for mark in told["marks"]]
    else:
        lines.append(f"  {told['sentence']}")
    lines.append("")
    if told["stretches"]:
        lines += ["各段时间的身份和所取的身份：", *(_stretch(one) for one in told["stretches"]), ""]
    for category in told["categories"]:
        lines += _category(category)
    if told["care"]:
        lines += ["医疗费用（每笔按当日所取的身份和标准）：", *_care(told["care"]), ""]
    if told["assumed"]:
        lines += ["计算中的假定：", *(f"  · {text}" for text in told["assumed"]), ""]
    return [*lines, *_insurance(told["insurance"]), *_offers(told["offers"])]


def _insurance(told: Json) -> list[str]:
    """Critical-illness insurance, as far as the document gives it."""
    if not told["computable"]:
        return [f"大病保险：{told['sentence']}", ""]
    lines = [
        f"大病保险：应付 {spoken(told['expected'])}，已付 {spoken(told['paid'])}，相差 {spoken(told['difference'])}",
        f"  合规费用 ＝ 政策内自付（救助后）＋ 医疗救助、大病保险和其他基金已支付的：{told['base_working']}",
    ]
    for one in told["terms"]:
        if one["said"]:
            lines.append(f"  {'倾斜待遇' if one['tilted'] else '普通待遇'}（合规费用 {spoken(one['base'])}）：{one['said']}")
    lines += [
        f"  合规费用 {one['base']} 中 {one['above']} 以上" + (f"、{one['up_to']} 以下" if one["up_to"] else "")
        + f"的 {one['within']} × {one['ratio']} ＝ {one['pays']}"
        for one in told["segments"]
    ]
    if told["drugs"]:
        lines.append(f"  特药：{told['drugs']}")
    if told["sentence"]:
        lines.append(f"  {told['sentence']}")
    lines.append(f"  依据：{told['clause']}“{told['quote']}”")
    return [*lines, *(f"  读法：{text}" for text in told["readings"]), ""]


def _application(told: Json) -> str:
    decided = f"，{told['decided_on']} 决定" if told["decided_on"] else ""
    return f"{told['applied_on']} 申请，{told['outcome_label']}{decided}"


def _stretch(told: Json) -> str:
    labels = "、".join(one["label"] for one in told["categories"])
    return f"  {told['from']} 至 {told['to']}：{labels}" + (f"，取“{told['taken_label']}”" if told["taken_label"] else "，不能计算")


def _category(told: Json) -> list[str]:
    state = "所取标准" if told["chosen"] else "就高不重复，未取" if told["schedules"] else "没有标准"
    gives = f"，合计 {spoken(told['gives'])}" if told["gives"] else ""
    days = f"，{told['begin'] or '…'} 至 {told['ended'] or '今'}" if told["begin"] or told["ended"] else ""
    lines = [f"身份“{told['label']}”（{state}{gives}{days}）" + (f"：{told['why']}" if told["why"] else "")]
    for schedule in told["schedules"]:
        lines += _schedule(schedule)
    return [*lines, ""]


def _schedule(told: Json) -> list[str]:
    care = "、".join(one["label"] for one in told["care"])
    lines = [
        f"  {told['label']}（{told['route_label']}）：{care}；{told['window']['from']} 至 {told['window']['to']}"
        + (f"（{told['window']['why']}）" if told["window"]["why"] else ""),
        f"    政策范围内自付（救助前）{spoken(told['eligible'])}；已付救助 {spoken(told['actual'])}"
        + (f"；未按规定转诊、不计入的 {spoken(told['unreferred'])}" if told["unreferred"] != "0.00" else ""),
    ]
    if told["missing"]:
        lines.append(f"    {'至少数，还不知道的是' if told['floor'] else '不能计算'}：{told['missing']}")
    lines += [f"    {step['label']}：{step['working'] + ' ＝ ' if step['working'] else ''}{step['value']}" for step in told["steps"]]
    lines.append(f"    依据：{told['clause']}“{told['quote']}”")
    lines += [f"    {one['about']}：{one['clause']}“{one['quote']}”" for one in told["cited"]]
    lines += [f"    数字：{text}" for text in told["bounds"]]
    return lines + ([f"    读法：{told['reading']}"] if told["reading"] else [])


def _care(care: Sequence[Json]) -> list[str]:
    header = ["", "结算时间", "结算ID", "类别", "身份", "标准", "政策内自付", "扣其他保险", "医疗救助", "转诊", "说明",
              "政策内自付的算式"]
    rows = [header]
    for one in care:
        rows.append(
            ["√" if one["counted"] else "×", one["setl_time"], one["setl_id"], one["care_label"], one["identity_label"],
             one["schedule_label"],
             one["in_policy"], one["taken_off"], one["maf_pay"], one["referral_label"], one["reason_label"],
             one["working"]]
        )
    return [*table(rows, (6, 7, 8)), "  政策内自付 ＝ 个人负担 ＋ 医疗救助 − 全自费 − 超限价 − 先行自付"]


def _offers(offers: Sequence[Json]) -> list[str]:
    if not offers:
        return []
    return ["文件另外给出的办法：", *(f"  · {one['label']}：{one['text']}（{one['clause']}）" for one in offers)]


def table(rows: Sequence[Sequence[str]], right: Collection[int]) -> list[str]:
    """Rows under each other, a terminal's width not assumed; the columns of ``right`` are set flush right."""
    widths = [max(_width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  " + "  ".join(
            " " * (widths[i] - _width(cell)) + cell if i in right else cell + " " * (widths[i] - _width(cell))
            for i, cell in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Columns a terminal gives the text: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)

"""What somebody is due, as text an officer can follow with a pocket calculator (entitle/telling.py)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from monitor.assess.amounts import exact, money, plain, spoken
from monitor.entitle.entitlement import (
    Application,
    AppliedSchedule,
    CaredSettlement,
    Due,
    Entitlement,
    RecognisedCategory,
    Step,
    Stretch,
)
from monitor.entitle.insurance_told import InsuranceTold
from monitor.policy.codes import CareGroup
from monitor.policy.provisions import Offer

#: What care of a kind the table of codes does not know is called.
UNKNOWN_CARE = "对照表中没有这一医疗类别"


def entitlement_lines(told: Entitlement) -> list[str]:
    """The entitlement part of an explanation, line by line."""
    if told.due is None:
        return ["医疗救助：" + told.sentence, "", *_insurance(told.insurance), *_offers(told.offers)]
    due = told.due
    head = f"医疗救助：{due.category.label}"
    lines = [f"{head}（{due.route.label}）" if due.route else head]
    if due.application:
        lines.append(f"  申请：{_application(due.application)}")
    lines += _due(due) if due.computed else [f"  {told.sentence}"]
    lines.append("")
    if due.stretches:
        lines += ["各段时间的身份和所取的身份：", *(_stretch(one) for one in due.stretches), ""]
    for category in due.categories:
        lines += _category(category)
    if due.care:
        lines += ["医疗费用（每笔按当日所取的身份和标准）：", *_care(due.care), ""]
    if due.assumed:
        lines += ["计算中的假定：", *(f"  · {text}" for text in due.assumed), ""]
    return [*lines, *_insurance(told.insurance), *_offers(told.offers)]


def _due(due: Due) -> list[str]:
    lines = [f"  {due.arithmetic}，救助后个人仍负担 {_spoken(due.remaining)}"]
    if due.note:
        lines.append(f"  {due.note}")
    if due.reason:
        lines.append(f"  差额原因：{due.reason.label}——{due.reason.definition}")
    return [*lines, *(f"  注意：{mark.label}——{mark.definition}" for mark in due.marks)]


def _insurance(told: InsuranceTold) -> list[str]:
    """Critical-illness insurance, as far as the document gives it."""
    if told.sum is None:
        return [f"大病保险：{told.sentence}", ""]
    found = told.sum
    lines = [
        f"大病保险：应付 {_spoken(found.expected)}，已付 {_spoken(found.paid)}，相差 {_spoken(found.difference)}",
        f"  合规费用 ＝ 政策内自付（救助后）＋ 医疗救助、大病保险和其他基金已支付的：{found.base_working}",
    ]
    lines += [
        f"  {'倾斜待遇' if one.tilted else '普通待遇'}（合规费用 {_spoken(one.base)}）：{one.said}" for one in found.terms if one.said
    ]
    lines += [
        f"  合规费用 {money(one.base)} 中 {money(one.above)} 以上" + (f"、{money(one.up_to)} 以下" if one.up_to is not None else "")
        + f"的 {money(one.within)} × {plain(one.ratio)} ＝ {exact(one.pays)}"
        for one in found.segments
    ]
    if found.drugs_working:
        lines.append(f"  特药：{found.drugs_working}")
    if told.sentence:
        lines.append(f"  {told.sentence}")
    lines.append(f"  依据：{found.clause}“{found.quote}”")
    return [*lines, *(f"  读法：{text}" for text in found.readings), ""]


def _application(asked: Application) -> str:
    decided = f"，{asked.decided_on.isoformat()} 决定" if asked.decided_on else ""
    return f"{asked.applied_on.isoformat()} 申请，{asked.outcome.label}{decided}"


def _stretch(told: Stretch) -> str:
    labels = "、".join(one.label for one in told.categories)
    taken = f"，取“{told.taken.label}”" if told.taken else "，不能计算"
    return f"  {told.first.isoformat()} 至 {told.last.isoformat()}：{labels}{taken}"


def _category(told: RecognisedCategory) -> list[str]:
    state = "所取标准" if told.chosen else "就高不重复，未取" if told.schedules else "没有标准"
    gives = f"，合计 {spoken(exact(told.gives))}" if told.gives is not None else ""
    days = f"，{_day(told.begin) or '…'} 至 {_day(told.ended) or '今'}" if told.begin or told.ended else ""
    lines = [f"身份“{told.category.label}”（{state}{gives}{days}）" + (f"：{told.why}" if told.why else "")]
    for schedule in told.schedules:
        lines += _schedule(schedule)
    return [*lines, ""]


def _schedule(told: AppliedSchedule) -> list[str]:
    row = told.row
    care = "、".join(CareGroup(group).label for group in row.care)
    lines = [
        f"  {row.label}（{row.route.label}）：{care}；{told.first.isoformat()} 至 {told.last.isoformat()}"
        + (f"（{told.reaches_back}）" if told.reaches_back else ""),
        f"    政策范围内自付（救助前）{_spoken(told.eligible)}；已付救助 {_spoken(told.actual)}"
        + (f"；未按规定转诊、不计入的 {_spoken(told.unreferred)}" if money(told.unreferred) != "0.00" else ""),
    ]
    if told.missing:
        lines.append(f"    {'不能计算' if told.figures_missing else '至少数，还不知道的是'}：{told.missing}")
    lines += [_step(step) for step in told.steps]
    lines.append(f"    依据：{row.clause}“{row.quote}”")
    lines += [f"    {one.about}：{one.clause}“{one.quote}”" for one in row.cited]
    lines += [f"    数字：{text}" for text in row.bounds]
    return lines + ([f"    读法：{row.reading}"] if row.reading else [])


def _step(step: Step) -> str:
    return f"    {step.label}：{step.working + ' ＝ ' if step.working else ''}{exact(step.value)}"


def _care(care: Sequence[CaredSettlement]) -> list[str]:
    header = ["", "结算时间", "结算ID", "类别", "身份", "标准", "政策内自付", "扣其他保险", "医疗救助", "转诊", "说明",
              "政策内自付的算式"]
    rows = [header]
    for one in care:
        rows.append(
            ["√" if one.counted else "×", one.setl_time.isoformat(sep=" "), one.setl_id,
             one.care.label if one.care else UNKNOWN_CARE, one.identity.label if one.identity else "",
             one.schedule.label if one.schedule else "",
             money(one.in_policy), money(one.taken_off), money(one.maf_pay), one.referral_label, one.reason,
             one.working]
        )
    return [*table(rows, (6, 7, 8)), "  政策内自付 ＝ 个人负担 ＋ 医疗救助 − 全自费 − 超限价 − 先行自付"]


def _offers(offers: Sequence[Offer]) -> list[str]:
    if not offers:
        return []
    return ["文件另外给出的办法：", *(f"  · {one.kind.label}：{one.text}（{one.clause}）" for one in offers)]


def _spoken(amount: Decimal | None) -> str:
    return spoken(money(amount))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


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

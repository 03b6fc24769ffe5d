"""What a document gives, for one year, as text to lay beside the document's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from monitor.base.vocabulary import INSUTYPE_LABELS, Category
from monitor.policy.assistance import PremiumRow, ScheduleRow
from monitor.policy.citing import Reading
from monitor.policy.codes import CareGroup
from monitor.policy.document import Document
from monitor.policy.local_figures import bound_words, percent, value_words
from monitor.policy.provisions import AidWindow, Comparison, CriticalIllness, PremiumKind, Provisions

Json = dict[str, Any]


def as_json(document: Document, schedules: Sequence[ScheduleRow], premiums: Sequence[PremiumRow]) -> Json:
    """Everything as one object; amounts and ratios as text, exactly."""
    given = document.provisions
    return {
        "document": document.id,
        "assistance": [_plain(asdict(row)) for row in schedules],
        "premium_support": [_plain(asdict(row)) for row in premiums],
        **{key: value for key, value in _plain(asdict(given)).items() if key not in ("assistance", "premium_support")},
        "other_rules": _plain([asdict(entry) for entry in given.assistance.other_rules]) if given.assistance else [],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def as_text(
    document: Document, as_of: date, schedules: Sequence[ScheduleRow], premiums: Sequence[PremiumRow], obstacle: str | None
) -> str:
    """The document's provisions for the year of ``as_of``, in Chinese, each with clause and words.

    ``obstacle``: why the document does not apply on that day, a sentence; None where it does.
    """
    given = document.provisions
    lines = [
        f"《{document.title}》（{document.number or document.id}，{document.status.label}）　{as_of.year} 年的标准",
        *([f"注意：{obstacle}"] if obstacle else []),
        "", "医疗救助：", *_schedules(schedules, document.prefix),
    ]
    if given.assistance is not None:
        for entry in given.assistance.other_rules:
            lines += [f"  {_names(entry.categories)}：按其他规定执行", *_source(entry.clause, entry.quote, entry.readings)]
    lines += ["", "资助参保：", *_premiums(premiums, document.prefix)]
    if (support := given.premium_support) is not None:
        for words, clause in (
            ("多重身份", support.identities), ("年内退出的，当年继续资助", support.leavers_keep_year),
            ("年内新认定、已自行参保的，次年资助", support.joiners_next_year),
        ):
            lines += [f"  {words}", *_source(clause.clause, clause.quote, clause.readings)] if clause else []
    if given.critical_illness is not None:
        lines += ["", "大病保险：", *_insurance(given.critical_illness)]
    lines += _rest(given)
    return "\n".join(lines) + "\n"


def _names(categories: Sequence[Category]) -> str:
    return "、".join(category.label for category in categories)


def _source(clause: str, quote: str, readings: Sequence[Reading] = ()) -> list[str]:
    return [f"    {clause}：“{quote}”", *(f"    口径：{reading.text}" for reading in readings)]


def _schedules(rows: Sequence[ScheduleRow], whole: str) -> Iterator[str]:
    for _, group in groupby(rows, key=lambda row: (row.region_prefix, row.schedule)):
        own = list(group)
        row = own[0]
        place = "" if row.region_prefix == whole else f"〔{row.region_prefix}〕"
        yield f"  {place}{row.label}（{row.route.label}）：{_names([one.category for one in own])}"
        if row.missing:
            yield f"    不能计算：{row.missing}"
        serious = f"（重特大疾病 {_yuan(row.cap_serious, False)}）" if row.cap_serious is not None else ""
        yield (f"    起付标准 {_yuan(row.deductible, False)}，比例 {_share(row.ratio)}，"
               f"年度限额 {_yuan(row.cap, row.cap_unlimited)}{serious}")
        if row.has_tilt:
            conditions = "，".join(filter(None, (
                "省（自治区）内就医" if row.tilt_within else "", "统筹地区外须规范转诊" if row.tilt_needs_referral else "",
                "只看本自然年度的费用" if row.tilt_calendar_year else "",
            )))
            yield (f"    倾斜救助：超过 {_yuan(row.tilt_threshold, False)} 的部分 {_share(row.tilt_ratio)}，"
                   f"年度限额 {_yuan(row.tilt_cap, row.tilt_cap_unlimited)}{'；' + conditions if conditions else ''}")
        window = AidWindow(row.window)
        reach = "" if window is AidWindow.CALENDAR_YEAR else f"，{window.definition.replace('若干', f' {row.look_back_months} ')}"
        yield f"    计入：{'、'.join(CareGroup(care).label for care in row.care)}；自然年度{reach}"
        yield from (f"    {bound}" for bound in row.bounds)
        if row.until is not None:
            yield f"    过渡期至 {row.until.isoformat()}"
        yield f"    {row.clause}：“{row.quote}”"
        yield from (f"    {one.about}，{one.clause}：“{one.quote}”" for one in row.cited)
        if row.reading:
            yield f"    口径：{row.reading}"


def _yuan(amount: Decimal | None, unlimited: bool) -> str:
    if unlimited:
        return "不设"
    return "（未定）" if amount is None else f"{amount:,.2f} 元"


def _share(ratio: Decimal | None) -> str:
    return "（未定）" if ratio is None else percent(ratio)


def _premiums(rows: Sequence[PremiumRow], whole: str) -> Iterator[str]:
    for _, group in groupby(rows, key=lambda row: (row.region_prefix, row.rule)):
        own = list(group)
        row = own[0]
        place = "" if row.region_prefix == whole else f"〔{row.region_prefix}〕"
        amount = "" if row.amount is None else f" {row.amount:,.2f} 元"
        share = "" if row.share is None or row.share in (0, 1) else f" {percent(row.share)}"
        shares = f"，另全额补助 {row.optional_shares} 份大病保险选缴保费" if row.optional_shares else ""
        yield f"  {place}{_names([one.category for one in own])}：{row.tier}{row.kind.label}{share}{amount}{shares}"
        if row.missing:
            yield f"    未定：{row.missing}"
        if row.due is not None and row.kind is not PremiumKind.NONE:
            price = "" if not row.shares_due else f"，选缴保费 {row.shares_due:,.2f} 元"
            standard = "" if row.standard is None else f"个人缴费标准 {row.standard:,.2f} 元，"
            fiscal = "" if row.fiscal is None else f"，财政补助 {row.fiscal:,.2f} 元"
            yield f"    {row.year} 年每人：{standard}资助 {row.due:,.2f} 元{price}{fiscal}"
        elif row.list_missing and not row.missing:
            yield f"    资助参保名单的金额：{row.list_missing}"
        yield from (f"    {bound}" for bound in row.bounds)
        yield f"    {row.clause}：“{row.quote}”"
        if row.reading:
            yield f"    口径：{row.reading}"


def _insurance(insurance: CriticalIllness) -> Iterator[str]:
    for segment in insurance.segments:
        scheme = INSUTYPE_LABELS.get(f"{segment.scheme}0", segment.scheme)
        to = f"至 {segment.up_to:,.2f} 元" if segment.up_to is not None else "以上"
        yield f"  {_names(insurance.categories)}，{scheme}：{segment.above:,.2f} 元{to} {percent(segment.ratio)}"
    for words, figures in (("起付标准", insurance.deductible), ("支付比例", insurance.ratio)):
        if figures and not insurance.segments:
            yield f"  {words}：{'；'.join(bound_words(figure) or value_words(figure) for figure in figures)}"
    yield f"  {insurance.not_computable}"
    yield from _source(insurance.clause, insurance.quote, insurance.readings)
    if insurance.special_drugs is not None:
        drugs = insurance.special_drugs
        yield f"  特药：{percent(drugs.ratio)}，年度限额 {drugs.cap:,.2f} 元"
        yield from _source(drugs.clause, drugs.quote, drugs.readings)
    if insurance.tilt is not None:
        tilt = insurance.tilt
        lowered = percent(1 - tilt.deductible_factor)
        lifted = "，取消封顶线" if tilt.cap_lifted else ""
        yield f"  倾斜：{_names(tilt.categories)}，起付线降低 {lowered}，比例提高 {percent(tilt.points)[:-1]} 个百分点{lifted}"
        yield from _source(tilt.clause, tilt.quote, tilt.readings)


def _rest(given: Provisions) -> Iterator[str]:
    if given.indicators:
        yield from ("", "指标：")
    for indicator in given.indicators:
        words, limit = indicator.comparison.label, percent(indicator.limit)
        yield f"  {indicator.label}：{f'{limit} {words}' if indicator.comparison is Comparison.ABOUT else f'{words} {limit}'}"
        yield from _source(indicator.clause, indicator.quote, indicator.readings)
    if given.recognition is not None:
        yield from ("", f"因病致贫重病患者的认定：{given.recognition.test.label}")
        yield from _source(given.recognition.clause, given.recognition.quote, given.recognition.readings)
    if given.offers:
        yield from ("", "此外：")
    for offer in given.offers:
        yield f"  {offer.kind.label}：{offer.text}"
        yield from _source(offer.clause, offer.quote, offer.readings)
    if given.deadlines:
        yield from ("", "时限：")
    for deadline in given.deadlines:
        yield f"  {deadline.label}：{deadline.words}"
        yield from _source(deadline.clause, deadline.quote, deadline.readings)
    if given.watches:
        yield from ("", "对医疗机构的监测：")
    for watch in given.watches:
        yield f"  {watch.label}：{'、'.join(one.label for one in watch.measures)}"
        yield from _source(watch.clause, watch.quote, watch.readings)
    if given.evaluations:
        yield from ("", "评价：")
    for evaluation in given.evaluations:
        yield f"  {evaluation.label}"
        yield from _source(evaluation.clause, evaluation.quote, evaluation.readings)

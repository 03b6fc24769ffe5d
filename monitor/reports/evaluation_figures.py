"""The yearly evaluation of a document: the figures there are, each with clause and source; what is not there is said, never zero.

Nothing is counted here: every figure is the one a page or another command shows under the same name. What cannot be had stands as a
row with the sentence why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from sqlalchemy import Connection

from monitor.assess import optional
from monitor.assess.amounts import plain
from monitor.assess.frames import Frame, frame_and_allowance
from monitor.base.errors import MonitorError, StoreError
from monitor.base.vocabulary import DEPARTMENTS, AlertKind, Word
from monitor.casework.reading.case_listing import CaseFilters
from monitor.casework.reading.figures import figures as case_figures
from monitor.casework.reading.overview import overview
from monitor.casework.reading.pack_listing import PackFilters, packs
from monitor.casework.reading.shortfalls import entitled_run
from monitor.casework.selection import TOLD
from monitor.entitle.calculation import over_the_year
from monitor.entitle.coverage import Coverage, Measured, measure
from monitor.entitle.institutions import Institutions, institutions
from monitor.entitle.keeping import is_kept, reach_of
from monitor.entitle.sql import sql
from monitor.policy.document import Document
from monitor.policy.library import Library
from monitor.policy.watching import InstitutionMeasure
from monitor.store.home import Store
from monitor.store.manifest import RunRecord

_CENT, _SHARE = Decimal("0.01"), Decimal("0.0001")
T = TypeVar("T")


class Section(Word):
    """The parts of the report."""

    WARNING = "warning", "监测预警", "年度最后一次运行的预警"
    CASEWORK = "casework", "核查和帮扶", "从越线到救助的案件"
    TIMELINESS = "timeliness", "时效", "各步用了多少天"
    ASSISTANCE = "assistance", "医疗救助", "应享、已支付和差额"
    PREMIUM = "premium", "资助参保", "应资助、已参保、已资助的人"
    INDICATORS = "indicators", "指标", "文件要求的指标"
    FUND = "fund", "医疗救助基金", "筹集和结余"
    INSTITUTIONS = "institutions", "医药机构", "各机构的目录外占比"


@dataclass(frozen=True)
class Figure:
    """One line. ``value``: as text, empty where ``missing`` says why; ``source``: the command that shows the same figure."""

    section: Section
    key: str
    label: str
    subject: str
    value: str
    unit: str
    limit: str
    met: bool | None
    clause: str
    source: str
    missing: str


@dataclass(frozen=True)
class WorkedOut:
    """What is worked out over a run's data; a sentence instead where it cannot be."""

    coverage: Coverage | str
    fund: list[dict[str, object]] | str
    institutions: Institutions | str


@dataclass(frozen=True)
class Report:
    """A document's year. ``run`` None: the document was not run in that year."""

    document: Document
    year: int
    run: RunRecord | None
    figures: tuple[Figure, ...]


def run_of_year(store: Store, document: str, year: int) -> RunRecord | None:
    """The run the year is judged by: the official one with the latest day, of these the latest made; where there is none, a trial."""
    of_year = [
        (not record.trial, record.as_of, place, record)
        for place, record in enumerate(store.manifest.runs)
        if record.document == document and not record.replay and record.as_of.startswith(f"{year}-")
    ]
    return max(of_year)[3] if of_year else None


def worked_out(store: Store, library: Library, record: RunRecord, refused: str = "") -> WorkedOut:
    """What needs the engine: indicators, premium support, the fund, institutions. It writes nothing: without the run's entitlements
    there is a sentence instead of what hangs on them; ``refused``: why they could not be worked out, where that was tried."""
    frame, provisional = frame_and_allowance(store, library, record)

    def covered() -> Coverage:
        if not is_kept(store, record.run):
            raise StoreError(refused or _not_entitled(record))
        # The people behind the numbers stay out of what a cache may keep.
        return replace(measure(store, frame, provisional, reach_of(store, record.run)), people=())

    until = date.fromisoformat(record.as_of)
    return WorkedOut(
        _or_sentence(covered),
        _or_sentence(lambda: _fund(store, frame, provisional)),
        _or_sentence(lambda: institutions(store, frame.known, frame.asked.document, date(until.year, 1, 1), until)),
    )


def _not_entitled(record: RunRecord) -> str:
    return f"本次运行还没有计算医疗救助待遇；请在“应享未享”页计算，或执行 monitor entitlements --run {record.run}"


def _or_sentence(make: Callable[[], T]) -> T | str:
    try:
        return make()
    except MonitorError as refusal:
        return refusal.sentence


def _fund(store: Store, frame: Frame, provisional: bool) -> list[dict[str, object]] | str:
    if lacking := optional.missing(optional.present(frame.known, frame.asked.as_of), "fund"):
        return lacking
    with over_the_year(store, frame, provisional) as (engine, _):
        found: list[dict[str, object]] = engine.rows(sql("fund_latest")).to_pylist()
    return found or f"医疗救助基金表中没有文件地区 {frame.asked.as_of.year} 年截至该月的数字"


def evaluate(
    connection: Connection, document: Document, year: int, record: RunRecord | None, found: WorkedOut | None, today: date
) -> Report:
    """The year's report. ``found`` None with ``record`` None: nothing was run, and every section says so."""
    if record is None or found is None:
        why = (
            f"文件 {document.id} 在 {year} 年没有运行过；请先导入 {year} 年的数据，"
            f"执行 monitor run --document {document.id} --as-of {year}-12-31"
        )
        return Report(document, year, None, tuple(_absent(section, document, why) for section in Section))
    lines = [
        *_warnings(connection, document, record),
        *_casework(connection, document, year, record, today),
        *_assistance(connection, document, record),
        *_premium(document, found.coverage),
        *_indicators(document, found.coverage),
        *_funds(document, found.fund),
        *_institutions(document, found.institutions),
    ]
    return Report(document, year, record, tuple(lines))


def _absent(section: Section, document: Document, why: str) -> Figure:
    return Figure(section, section.value, section.label, "", "", "", "", None, _clause(document, section), _SOURCES[section], why)


def _line(
    section: Section, key: str, label: str, value: object, unit: str, clause: str, *, subject: str = "", missing: str = ""
) -> Figure:
    said = "" if value is None else str(value)
    return Figure(section, key, label, subject, said, unit, "", None, clause, _SOURCES[section], missing)


# --- the sections -----------------------------------------------------------------------------------------------------


def _warnings(connection: Connection, document: Document, record: RunRecord) -> Iterator[Figure]:
    known = overview(connection, record.run)
    for rule in document.rules:
        own = [count for count in known.by_kind if count.kind == rule.kind.value]
        people, kind = sum(count.people for count in own), AlertKind(rule.kind.value).label
        yield _line(Section.WARNING, "flagged", "预警人数", people, "人", rule.clause, subject=kind)
        yield _line(
            Section.WARNING, "excess", "超出预警线的金额", _yuan(sum(count.excess_fen for count in own)), "元", rule.clause,
            subject=kind,
        )
    for key, label, people in (
        ("uncovered", "越线但无适用规则", known.uncovered), ("outside_region", "越线而参保地在外", known.outside_region),
        ("deceased", "越线而已死亡", known.deceased),
    ):
        yield _line(Section.WARNING, key, label, people, "人", _clause(document, Section.WARNING))


#: Steps of the cases, by ``casework.figures``; and the spans that lead to them.
_STEPS = {
    "over": "开出案件", "reviewed": "已审核", "ready": "可推送", "sent": "已推送部门", "answered": "部门已答复",
    "recognised": "已认定身份", "relieved": "已落实救助", "closed": "已办结", "excluded": "已排除", "back_under": "已回到线下",
}
_SPANS = {"known": "越线到数据导入", "warned": "越线到预警", "sent": "越线到推送", "relieved": "越线到救助"}


def _casework(connection: Connection, document: Document, year: int, record: RunRecord, today: date) -> Iterator[Figure]:
    clause = _clause(document, Section.CASEWORK)
    if record.trial or record.replay:
        why = f"文件 {document.id} 在 {year} 年只{'试运行' if record.trial else '重放'}过，没有案件"
        yield from (_absent(section, document, why) for section in (Section.CASEWORK, Section.TIMELINESS))
        return
    found = case_figures(connection, CaseFilters(years=(year,), documents=(document.id,)), today)
    for step in found.funnel:
        yield _line(Section.CASEWORK, step.key, _STEPS[step.key], step.people, "人", clause)
    for row in found.recognition:
        subject = f"{DEPARTMENTS.get(row.department, row.department)} {_kind_of(document, row.rule)}"
        for key, label, people in (("sent_to", "推送人数", row.sent), ("answered_by", "答复人数", row.answered),
                                   ("recognised_by", "认定人数", row.recognised)):
            yield _line(Section.CASEWORK, key, label, people, "人", clause, subject=subject)
    told = packs(connection, filters=PackFilters(states=TOLD, document=document.id))
    of_year = [pack for pack in told if pack.month.startswith(f"{year}-")]
    months = len({pack.month for pack in of_year})
    yield _line(Section.TIMELINESS, "months_pushed", "有推送的月份", months, "个月", clause)
    for key, days in found.spans.items():
        missing = "" if days.count else "没有走到这一步的案件"
        for name, label, value in (("median", "中位天数", days.median), ("ninth_tenth", "九成以内天数", days.ninth_tenth)):
            yield _line(Section.TIMELINESS, f"{key}_{name}", f"{_SPANS[key]}{label}", value, "天", clause,
                        subject=f"{days.count} 件" if days.count else "", missing=missing)


def _assistance(connection: Connection, document: Document, record: RunRecord) -> Iterator[Figure]:
    clause, found = _clause(document, Section.ASSISTANCE), entitled_run(connection, record.run)
    if found is None:
        yield _absent(Section.ASSISTANCE, document, _not_entitled(record))
        return
    for key, label, people in (
        ("recognised_people", "文件认定的人", found.recognised), ("computed", "能计算的人", found.computed),
        ("due_more", "应享未享的人", found.due_more), ("no_route", "已预警而没有救助标准的人", found.no_route),
    ):
        yield _line(Section.ASSISTANCE, key, label, people, "人", clause)
    for key, label, amount in (
        ("expected", "应救助金额", found.expected_fen), ("actual", "已救助金额", found.actual_fen),
        ("shortfall", "应享未享金额", found.shortfall_fen),
    ):
        missing = "" if found.computed else "没有能计算的人"
        yield _line(Section.ASSISTANCE, key, label, None if missing else _yuan(amount), "元", clause, missing=missing)


def _premium(document: Document, found: Coverage | str) -> Iterator[Figure]:
    if isinstance(found, str):
        yield _absent(Section.PREMIUM, document, found)
        return
    if not found.premium:
        yield _absent(Section.PREMIUM, document, "没有应资助参保的人，或没有导入身份名单")
    clause = _clause(document, Section.PREMIUM)
    for row in found.premium:
        for key, label in (("entitled", "应资助"), ("insured", "已参保"), ("supported", "已资助")):
            missing = "" if row[key] is not None else row["missing"] or "没有导入资助参保情况"
            yield _line(Section.PREMIUM, key, label, row[key], "人", clause, subject=row["label"], missing=missing)


def _indicators(document: Document, found: Coverage | str) -> Iterator[Figure]:
    if isinstance(found, str):
        yield _absent(Section.INDICATORS, document, found)
        return
    # Of hospitals only those that miss the limit stand here one by one: all of them are in the list of institutions.
    for one in found.indicators:
        if not (one.indicator.startswith("out_of_catalogue") and one.met):
            yield _indicator(one)


def _indicator(one: Measured) -> Figure:
    value = str(one.value.quantize(_SHARE, ROUND_HALF_UP)) if one.value is not None else ""
    return Figure(
        Section.INDICATORS, one.indicator, one.label, one.subject, value, "比例", plain(one.limit) if one.limit is not None else "",
        one.met, one.clause, _SOURCES[Section.INDICATORS], "" if value else one.sentence or "不能计算",
    )


def _funds(document: Document, found: list[dict[str, object]] | str) -> Iterator[Figure]:
    if isinstance(found, str):
        yield _absent(Section.FUND, document, found)
        return
    clause = _clause(document, Section.FUND)
    for row in found:
        subject = f"{row['region']} {row['year']}-{int(str(row['month'])):02d}"
        for key, label, unit in (
            ("income", "当年筹集资金", "元"), ("spent", "当年支出", "元"), ("balance", "累计结余", "元"),
            ("participants", "参保人数", "人"),
        ):
            missing = "" if row[key] is not None else f"医疗救助基金表没有填{label}"
            yield _line(Section.FUND, key, label, row[key], unit, clause, subject=subject, missing=missing)


def _institutions(document: Document, found: Institutions | str) -> Iterator[Figure]:
    if isinstance(found, str):
        yield _absent(Section.INSTITUTIONS, document, found)
        return
    clause = _clause(document, Section.INSTITUTIONS)
    yield _line(Section.INSTITUTIONS, "institutions", "有结算的医药机构", len(found.rows), "家", clause)
    judged = [one.figures[InstitutionMeasure.OUTSIDE_SHARE].above_limit for one in found.rows]
    if any(one is not None for one in judged):
        over = sum(one is True for one in judged)
        yield _line(Section.INSTITUTIONS, "over_limit", "目录外占比超过文件数字的机构", over, "家", clause)
    if settled := [one.sums for one in found.rows if one.sums["settled"] is not None]:
        for key, label in (("settled", "已与机构结清的救助费用"), ("unsettled", "还没有结清的救助费用")):
            amounts = [sums[key] for sums in settled if sums[key] is not None]
            missing = "" if amounts else "结算数据没有医疗救助支付"
            yield _line(Section.INSTITUTIONS, key, label, sum(amounts) if amounts else None, "元", clause,
                        subject=f"{len(settled)} 家", missing=missing)
    for sentence in found.missing:
        yield _line(Section.INSTITUTIONS, "missing", "缺少的数字", None, "", clause, missing=sentence)


# --- where it stands --------------------------------------------------------------------------------------------------

_SOURCES = {
    Section.WARNING: "monitor alerts", Section.CASEWORK: "monitor cases figures", Section.TIMELINESS: "monitor cases figures",
    Section.ASSISTANCE: "monitor shortfall", Section.PREMIUM: "monitor audit-coverage", Section.INDICATORS: "monitor audit-coverage",
    Section.FUND: "monitor import fund", Section.INSTITUTIONS: "monitor institutions",
}


def _clause(document: Document, section: Section) -> str:
    """The clause a section answers to, where the text has one."""
    given = document.provisions
    found: Iterable[str] = ()
    match section:
        case Section.WARNING:
            found = (rule.clause for rule in document.rules)
        case Section.CASEWORK | Section.TIMELINESS:
            found = (one.clause for one in document.recipients)
        case Section.ASSISTANCE:
            found = (one.clause for one in given.assistance.schedules) if given.assistance else ()
        case Section.PREMIUM:
            found = (one.clause for one in given.premium_support.rules) if given.premium_support else ()
        case Section.INDICATORS:
            found = (one.clause for one in given.indicators)
        case Section.FUND:
            found = (
                *(one.clause for one in given.evaluations if one.id == "budget"),
                *(one.clause for one in given.indicators if "fund" in one.needs and one.id == "fund_balance"),
            )
        case Section.INSTITUTIONS:
            found = (one.clause for one in given.watches)
    return "、".join(dict.fromkeys(found))


def _kind_of(document: Document, rule_id: str) -> str:
    return next((rule.kind.label for rule in document.rules if rule.id == rule_id), rule_id)


def _yuan(fen: int) -> str:
    return str((Decimal(fen) / 100).quantize(_CENT))

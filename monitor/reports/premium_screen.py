"""The premium list and the gaps in insurance for a screen and its downloads: masked, within somebody's scope."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from monitor.access.masking import mask_name, mask_number
from monitor.access.scope import Scope
from monitor.assess.frames import Frame
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import INSUTYPE_LABELS, Category
from monitor.casework.reading.in_full import InFull
from monitor.entitle.gaps import gaps
from monitor.entitle.keeping import names_known
from monitor.entitle.premiums import PremiumList, Totals, names_on, premium_list
from monitor.policy.document import Document
from monitor.policy.library import check_allowed
from monitor.policy.local_figures import percent
from monitor.policy.provisions import PremiumKind
from monitor.reports.coverage import GAP_STATES
from monitor.reports.premiums import NOT_IN_REGISTER, STATES, by_category, by_town
from monitor.reports.workbook import CERTNO_COLUMN, NAME_COLUMN, PLACE_COLUMN, ListColumn, label
from monitor.store.home import Store

_READING = "口径："


@dataclass(frozen=True)
class ShownPremium:
    """One person of a list; yuan, None where the year's figure is not recorded."""

    person: Decimal
    name_masked: str
    certno_masked: str
    category: str
    insutype: str
    insu_admdvs: str
    town: str
    insured: bool | None
    state: str
    given: str
    amount: Decimal
    optional_shares: int
    shares_amount: Decimal
    fiscal: Decimal | None
    total: Decimal | None
    note: str


@dataclass(frozen=True)
class ShownPremiums:
    """A month's list as somebody may see it. ``places`` and ``categories``: totals, in order. ``counts``: who is not on it, of the
    whole region, for who sees all of it; ``readings``: what it rests on."""

    document: str
    month: date
    trial: bool
    rows: tuple[ShownPremium, ...]
    totals: Totals
    categories: dict[str, Totals]
    places: dict[str, Totals]
    fiscal_missing: str
    counts: tuple[str, ...]
    readings: tuple[str, ...]


@dataclass(frozen=True)
class ShownGap:
    """One person's gap; ``first`` and ``last``: the days of the loads that told it."""

    person: Decimal
    name_masked: str
    certno_masked: str
    category: str
    insutype: str
    insu_admdvs: str
    town: str
    state: str
    first: str
    last: str
    still: bool


_WHO = (
    NAME_COLUMN, CERTNO_COLUMN, ListColumn("身份", "text", 16, lambda row: label(Category, row.category)),
    ListColumn("险种", "text", 12, lambda row: INSUTYPE_LABELS.get(row.insutype, row.insutype)),
    PLACE_COLUMN, ListColumn("乡镇", "text", 14, lambda row: row.town),
)
PREMIUM_COLUMNS = (
    *_WHO,
    ListColumn("名单状态", "text", 18, lambda row: STATES[row.state]),
    ListColumn("资助方式", "text", 16, lambda row: row.given),
    ListColumn("资助个人缴费（元）", "money", 18, lambda row: row.amount),
    ListColumn("选缴保费份数", "integer", 14, lambda row: row.optional_shares or None),
    ListColumn("选缴保费（元）", "money", 14, lambda row: row.shares_amount or None),
    ListColumn("财政补助（元）", "money", 14, lambda row: row.fiscal),
    ListColumn("合计（元）", "money", 14, lambda row: row.total),
    ListColumn("参保", "text", 10, lambda row: insured_word(row.insured)),
    ListColumn("说明", "text", 24, lambda row: row.note),
)
GAP_COLUMNS = (
    *_WHO,
    ListColumn("情况", "text", 26, lambda row: GAP_STATES[row.state]),
    ListColumn("自（登记导入日）", "text", 16, lambda row: row.first),
    ListColumn("至（登记导入日）", "text", 16, lambda row: row.last),
    ListColumn("截止日仍有身份", "text", 14, lambda row: "是" if row.still else "否"),
)


def insured_word(insured: bool | None) -> str:
    return "不详" if insured is None else "已参保" if insured else "未参保"


def shown(store: Store, document: Document, month: date, trial: bool, scope: Scope) -> ShownPremiums:
    """The month's list within the scope. Raises MonitorError as ``premium_list`` does, and where the document is not in force."""
    check_allowed(document, month, trial)
    found = premium_list(store, document, month)
    mine = _within(found, scope)
    names = names_on(store, [row["person"] for row in mine.rows])
    rows = tuple(_premium(row, *names.get(row["person"], ("", ""))) for row in mine.rows)
    everything = scope == Scope()
    return ShownPremiums(
        document.id, month, trial, rows, mine.totals(), by_category(mine), by_town(mine), found.fiscal_missing,
        tuple(one for one in found.notes if everything and not one.startswith(_READING)),
        tuple(one for one in found.notes if one.startswith(_READING)),
    )


def _within(found: PremiumList, scope: Scope) -> PremiumList:
    rows = tuple(row for row in found.rows if scope.covers(row["insu_admdvs"], row["town"]))
    return PremiumList(found.document, found.month, rows, found.fiscal_missing, found.notes)


def _premium(row: dict[str, Any], certno: str, name: str) -> ShownPremium:
    kind = PremiumKind(row["kind"])
    given = f"{row['tier']}{kind.label}" + (f" {percent(row['share'])}" if kind is PremiumKind.SHARE else "")
    return ShownPremium(
        row["person"], mask_name(name), mask_number(certno), row["category"], row["insutype"], row["insu_admdvs"], row["town"],
        row["insured"], row["state"], given, row["amount"], row["optional_shares"], row["shares_amount"], row["fiscal"], row["total"],
        "" if row["in_register"] else NOT_IN_REGISTER,
    )


def shown_gaps(store: Store, frame: Frame, provisional: bool, scope: Scope) -> tuple[ShownGap, ...]:
    """``entitle.gaps`` within the scope, masked."""
    found = [row for row in gaps(store, frame, provisional) if scope.covers(row["insu_admdvs"], row["town"])]
    names = names_known(store, frame, [row["person"] for row in found])
    return tuple(
        ShownGap(
            row["person"], mask_name(names.get(row["person"], ("", ""))[1]), mask_number(names.get(row["person"], ("", ""))[0]),
            row["category"], row["insutype"], row["insu_admdvs"], row["town"], row["state"], row["from"] or "", row["to"] or "",
            row["still"],
        )
        for row in found
    )


def in_full(store: Store, rows: Sequence[ShownPremium | ShownGap]) -> Iterator[InFull[Any]]:
    """The rows with whole names and numbers. Raises MonitorError where somebody's number is not known any more."""
    names = names_on(store, [row.person for row in rows])
    for row in rows:
        if row.person not in names:
            raise MonitorError("名单上有人的证件号码查不到，没有导出；请刷新页面后重新导出")
        certno, name = names[row.person]
        yield InFull(row, certno, name)

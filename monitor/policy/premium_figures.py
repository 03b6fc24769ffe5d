"""What a premium list pays for a category in a year: the premium, the part of it, the optional shares, the fiscal part.

The text gives the part; the premium, the price of a share and the fiscal part are figures of the year, which the bureau
records (``provisions.PremiumFigure``). Nothing is assumed: what is missing is a sentence with the command that records it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from monitor.policy.figures import Resolver
from monitor.policy.provisions import Premium, PremiumFigure, PremiumFigureKind, PremiumKind, PremiumSupport

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class ListFigures:
    """As the fields of ``PremiumRow`` of the same names."""

    standard: Decimal | None
    due: Decimal | None
    share_price: Decimal | None
    shares_due: Decimal | None
    fiscal: Decimal | None
    list_missing: str


def list_figures(
    support: PremiumSupport, rule: Premium, share: Decimal | None, amount: Decimal | None, resolver: Resolver
) -> ListFigures:
    """``share`` and ``amount``: the rule's own figures as resolved. ``resolver``: a fresh one, it collects what is missing here."""
    standard_figure, price_figure = support.standard_of(rule.tier), support.figure(PremiumFigureKind.SHARE_PRICE)
    standard = recorded(resolver, standard_figure)
    price = recorded(resolver, price_figure) if rule.optional_shares else None
    fiscal = recorded(resolver, support.figure(PremiumFigureKind.FISCAL))
    due: Decimal | None = None
    match rule.kind:
        case PremiumKind.FULL | PremiumKind.SHARE:
            _need(resolver, standard_figure, standard)
            due = None if standard is None or share is None else share * standard
        case PremiumKind.FIXED:
            due = amount
            if amount is None:
                resolver.unset(f"premium.{rule.id}.amount.{resolver.year}", f"{resolver.year} 年的资助金额", "金额")
        case PremiumKind.SET_ELSEWHERE:
            own = resolver.parameter(f"premium.{rule.id}.amount")
            if not own:
                _need(resolver, standard_figure, standard)
            due = Decimal(own) if own else standard
        case PremiumKind.NONE:
            due = Decimal(0)
    if due is not None and standard is not None and due > standard:
        resolver.say(f"登记的资助金额 {due:,.2f} 元高于个人缴费标准 {standard:,.2f} 元，请核对本地文件后重新登记")
        due = None
    if rule.optional_shares:
        _need(resolver, price_figure, price)
    shares = Decimal(0) if not rule.optional_shares else None if price is None else rule.optional_shares * price
    rounded = None if due is None else due.quantize(_CENT, ROUND_HALF_UP)
    return ListFigures(standard, rounded, price, shares, fiscal, resolver.missing)


def recorded(resolver: Resolver, figure: PremiumFigure | None) -> Decimal | None:
    """What the bureau recorded of the figure for the year; another year's is not taken."""
    text = resolver.parameter(figure.parameter) if figure is not None else ""
    return Decimal(text) if text else None


def fiscal_missing(support: PremiumSupport, resolver: Resolver) -> str:
    """The sentence where the fiscal part of the year is not recorded; "" where it is, or the document has none."""
    figure = support.figure(PremiumFigureKind.FISCAL)
    if figure is not None:
        _need(resolver, figure, recorded(resolver, figure))
    return resolver.missing


def _need(resolver: Resolver, figure: PremiumFigure | None, value: Decimal | None) -> None:
    if figure is not None and value is None:
        resolver.unset(f"{figure.parameter}.{resolver.year}", f"{resolver.year} 年的{figure.label}", "金额")

"""Critical-illness insurance on the bureau's own deductible and segments: the terms of a year, ordinary and tilted.

The texts of Gansu, Hebei and Inner Mongolia give only the tilt (起付线降低 50% …) against terms that stand elsewhere;
those are recorded by year and scheme (``local_figures``). Weihai's text has the tilted segments whole.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from decimal import Decimal

from monitor.policy.document import Document
from monitor.policy.figures import Area, Resolver, areas
from monitor.policy.incomes import Incomes
from monitor.policy.local_figures import ABOVE, NO_LIMIT, SEGMENTS_FROM, percent
from monitor.policy.provisions import INSURANCE_SCHEMES, CriticalIllness, InsuranceTilt

_ONE = Decimal(1)


@dataclass(frozen=True)
class Band:
    """``ratio`` of the burden from ``above`` to ``up_to`` (None: no end)."""

    above: Decimal
    up_to: Decimal | None
    ratio: Decimal


@dataclass(frozen=True)
class Terms:
    """For schemes of a prefix in districts of a prefix. ``tilted``: for people of the tilt's categories. ``bands`` is empty where the
    segments are not recorded, ``cap`` None where there is none. ``said``: what an officer has to know of them."""

    scheme: str
    region_prefix: str
    tilted: bool
    deductible: Decimal
    bands: tuple[Band, ...]
    cap: Decimal | None
    said: str


@dataclass(frozen=True)
class YearTerms:
    """``missing``: the sentence with the command for what is not recorded; "" where nothing is missing. ``deductible_missing``:
    the same of the deductible alone."""

    terms: tuple[Terms, ...]
    missing: str
    deductible_missing: str


def terms_of(document: Document, year: int, districts: Set[str], incomes: Incomes, provisional: bool) -> YearTerms:
    """The terms of a (settled) document for a year; of Weihai's text the tilted ones it has."""
    insurance = document.provisions.critical_illness
    if insurance is None or not insurance.care:
        return YearTerms((), "", "")
    if insurance.computable:
        return YearTerms(_written(document, insurance), "", "")
    found: list[Terms] = []
    missing: dict[str, None] = {}
    no_deductible: dict[str, None] = {}
    for area in areas(document, districts, any("@" in name for name in document.recorded)):
        resolver = Resolver(document, year, area, incomes, provisional)
        alone = Resolver(document, year, area, incomes, provisional)
        for care in insurance.care:
            _deductible(insurance, INSURANCE_SCHEMES[care.scheme], alone)
            found += _recorded(insurance, care.scheme, area, resolver)
        missing[resolver.missing] = None
        no_deductible[alone.missing] = None
    return YearTerms(tuple(found), "".join(missing), "".join(no_deductible))


def _written(document: Document, insurance: CriticalIllness) -> tuple[Terms, ...]:
    return tuple(
        Terms(scheme, document.prefix, True, bands[0].above, bands, None, "")
        for scheme in dict.fromkeys(one.scheme for one in insurance.segments)
        if (bands := tuple(Band(one.above, one.up_to, one.ratio) for one in insurance.segments if one.scheme == scheme))
    )


def _recorded(insurance: CriticalIllness, scheme: str, area: Area, resolver: Resolver) -> list[Terms]:
    word = INSURANCE_SCHEMES[scheme]
    deductible, said = _deductible(insurance, word, resolver)
    name = f"insurance.segments.{word}"
    segments = resolver.parameter(name)
    if not segments:
        resolver.unset(f"{name}.{resolver.year}", f"{resolver.year} 年大病保险的分段支付比例", "上限:比例,above:比例")
    cap = resolver.parameter(f"insurance.cap.{word}")
    if not cap:
        said.append(f"年度最高支付限额尚未登记（insurance.cap.{word}.{resolver.year}），按不设限额计，可能偏高")
    if deductible is None:
        return []
    limit = Decimal(cap) if cap and cap != NO_LIMIT else None
    from_deductible = resolver.parameter(SEGMENTS_FROM) == "deductible"
    ordinary = Terms(
        scheme, area.prefix, False, deductible, bands_of(segments, deductible, Decimal(0), from_deductible), limit, "；".join(said)
    )
    tilt = insurance.tilt
    if tilt is None or scheme not in tilt.schemes:
        return [ordinary]
    lowered = deductible * tilt.deductible_factor
    told = [one for one in said if not (tilt.cap_lifted and one.startswith("年度最高"))]
    tilted = Terms(
        scheme, area.prefix, True, lowered, bands_of(segments, lowered, tilt.points, from_deductible),
        None if tilt.cap_lifted else limit, "；".join([_tilt_words(tilt, deductible, lowered), *told]),
    )
    return [ordinary, tilted]


def _tilt_words(tilt: InsuranceTilt, deductible: Decimal, lowered: Decimal) -> str:
    lifted = "，不设最高支付限额" if tilt.cap_lifted else ""
    return (
        f"倾斜：起付标准 {deductible:,.2f} × {percent(tilt.deductible_factor)} ＝ {lowered:,.2f} 元，"
        f"各段比例提高 {percent(tilt.points)[:-1]} 个百分点{lifted}"
    )


def _deductible(insurance: CriticalIllness, word: str, resolver: Resolver) -> tuple[Decimal | None, list[str]]:
    """The scheme's own record, else what the text says (a share of an income, or one figure the bureau records for all)."""
    name = f"insurance.deductible.{word}"
    if own := resolver.parameter(name):
        return Decimal(own), [f"起付标准已登记 {Decimal(own):,} 元"]
    if not insurance.deductible:
        resolver.unset(f"{name}.{resolver.year}", f"{resolver.year} 年大病保险的起付标准", "金额")
        return None, []
    value = resolver.figure("insurance", "deductible", insurance.deductible, "大病保险").value
    return value, [] if value is None else [f"起付标准 {value:,.2f} 元"]


def bands_of(segments: str, deductible: Decimal, points: Decimal, from_deductible: bool) -> tuple[Band, ...]:
    """Recorded segments as bands of the burden, from the deductible on. ``from_deductible``: their bounds count from it."""
    found: list[Band] = []
    above = deductible
    for part in segments.split(",") if segments else ():
        bound, _, ratio = part.partition(":")
        up_to = None if bound == ABOVE else Decimal(bound) + (deductible if from_deductible else 0)
        if up_to is None or up_to > above:
            found.append(Band(above, up_to, min(_ONE, Decimal(ratio) + points)))
            above = up_to if up_to is not None else above
    return tuple(found)

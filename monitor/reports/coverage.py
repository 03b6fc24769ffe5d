"""Machine output of the audits: indicators, premium support, households against the dibao line, critical-illness insurance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from monitor.assess.amounts import plain
from monitor.entitle.coverage import Coverage, Measured
from monitor.entitle.gaps import Month
from monitor.entitle.households import Tested
from monitor.entitle.insurance import Insured, InsuredPerson
from monitor.policy.provisions import CriticalIllness
from monitor.reports.machine import Row, write_plain
from monitor.store.manifest import RunRecord

INDICATORS = (
    "document", "as_of", "indicator", "label", "subject", "numerator", "denominator", "unit", "value", "comparison", "limit", "met",
    "detail", "clause", "note",
)
PREMIUM_PEOPLE = (
    "document", "as_of", "certno", "psn_name", "category", "insutype", "insu_admdvs", "town", "insured", "support", "premium",
    "supported", "expected", "note", "shares_due", "shares_supported",
)
HOUSEHOLDS = (
    "document", "as_of", "certno", "psn_name", "outcome", "family_income", "income_year", "burden", "own_burden", "members",
    "dibao_line", "working", "local_hukou", "property_ok", "note",
)
INSURANCE = (
    "document", "as_of", "certno", "psn_name", "insutype", "insu_admdvs", "base", "segments_due", "drug_base", "drugs_due",
    "expected", "paid", "difference", "note", "tilted", "tilted_base", "deductible", "tilted_deductible",
)
GAPS = (
    "document", "as_of", "certno", "psn_name", "category", "insutype", "insu_admdvs", "town", "state", "from", "to",
    "held_on_as_of", "note",
)
MONTHS = (
    "document", "month", "entitled", "insured", "not_insured", "insurance_unknown", "supported", "less", "not_supported",
    "support_unknown", "next_year", "premium_share", "aid_run", "aid_as_of", "aid_due", "aid_reached", "aid_whole", "aid_share",
    "note",
)
#: What each state of ``gaps`` is called.
GAP_STATES = {
    "no_register": "不在参保登记中", "missed": "漏保：登记为未参保", "dropped": "脱保：曾参保，现未参保",
    "interrupted": "断保：曾中断，现已参保", "reported": "参保资助表写明未参保，登记不是",
}
_CENT, _SHARE = Decimal("0.01"), Decimal("0.0001")


def indicator_rows(record: RunRecord, found: Coverage) -> list[Row]:
    """One row an indicator and subject, in the document's order; the share with four decimals, half up."""
    return [_measured(record, one) for one in found.indicators]


def _measured(record: RunRecord, one: Measured) -> Row:
    return {
        "document": record.document, "as_of": record.as_of, "indicator": one.indicator, "label": one.label, "subject": one.subject,
        "numerator": _amount(one.numerator, one.unit), "denominator": _amount(one.denominator, one.unit), "unit": one.unit,
        "value": str(one.value.quantize(_SHARE, ROUND_HALF_UP)) if one.value is not None else "",
        "comparison": one.comparison, "limit": plain(one.limit) if one.limit is not None else "",
        "met": "" if one.met is None else "yes" if one.met else "no", "detail": one.detail, "clause": one.clause,
        "note": one.sentence,
    }


def _amount(amount: Decimal | None, unit: str) -> str:
    if amount is None:
        return ""
    return plain(amount) if unit == "人" else _money(amount)


def premium_rows(record: RunRecord, found: Coverage, names: dict[Decimal, tuple[str, str]]) -> list[Row]:
    """Who is entitled to premium support and not insured, or not supported, or with less than the document gives."""
    rows = []
    for row in found.people:
        certno, name = names.get(row["person"], ("", ""))
        rows.append(
            {
                "document": record.document, "as_of": record.as_of, "certno": certno, "psn_name": name,
                **{column: row[column] for column in ("category", "insutype", "insu_admdvs", "town", "support")},
                "insured": row["insurance"], **{column: _money(row[column]) for column in ("premium", "supported", "expected")},
                "note": row["missing"], "shares_due": _text(row["shares_due"]), "shares_supported": _text(row["shares_supported"]),
            }
        )
    return sorted(rows, key=lambda row: (row["category"], row["certno"]))


def gap_rows(record: RunRecord, found: Sequence[dict[str, Any]], names: dict[Decimal, tuple[str, str]]) -> list[Row]:
    """Who is not insured, was not for a time or is in no register, by district, township, category and number."""
    rows = []
    for row in found:
        certno, name = names.get(row["person"], ("", ""))
        rows.append(
            {
                "document": record.document, "as_of": record.as_of, "certno": certno, "psn_name": name,
                **{column: row[column] for column in ("category", "insutype", "insu_admdvs", "town", "state")},
                "from": row["from"] or "", "to": row["to"] or "", "held_on_as_of": "true" if row["still"] else "false",
                "note": GAP_STATES[row["state"]],
            }
        )
    return sorted(rows, key=lambda row: tuple(row[name] for name in ("insu_admdvs", "town", "category", "certno", "from")))


def month_rows(record: RunRecord, months: Sequence[Month]) -> list[Row]:
    """One row a month, numbers as text; a share is empty where it cannot be had, and the note says why."""
    rows = []
    for one in months:
        unknown = one.premium["unknown"]
        notes = []
        if unknown:
            notes.append("没有导入参保资助，资助不详")
        if one.run is None:
            notes.append("该月没有运行，医疗救助不详")
        elif one.reach is None:
            notes.append(f"医疗救助待遇尚未计算：monitor entitlements --run {one.run.run}")
        reach = one.reach or {}
        rows.append(
            {
                "document": record.document, "month": f"{one.month:%Y-%m}", "entitled": str(one.entitled),
                **{name: str(one.insurance[name]) for name in ("insured", "not_insured")},
                "insurance_unknown": str(one.insurance["unknown"]),
                **{name: "" if unknown else str(one.premium[name]) for name in ("supported", "less", "not_supported", "next_year")},
                "support_unknown": str(unknown),
                "premium_share": _share_of(None if unknown else one.premium["supported"], one.entitled),
                "aid_run": one.run.run if one.run else "", "aid_as_of": one.run.as_of if one.run else "",
                **{f"aid_{name}": _text(reach.get(name)) for name in ("due", "reached", "whole")},
                "aid_share": _share_of(reach.get("reached"), reach.get("due", 0)), "note": "；".join(notes),
            }
        )
    return rows


def _share_of(part: int | None, whole: int) -> str:
    return "" if part is None or not whole else str((Decimal(part) / whole).quantize(_SHARE, ROUND_HALF_UP))


def coverage_json(record: RunRecord, found: Coverage, people: Sequence[Row]) -> str:
    """Indicators with their quotes, premium support by category, and the people without it, as one JSON object."""
    indicators = [{**_measured(record, one), "quote": one.quote} for one in found.indicators]
    told = {
        "run": record.run, "document": record.document, "as_of": record.as_of, "trial": record.trial, "indicators": indicators,
        "premium_support": list(found.premium), "people": list(people),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def household_rows(record: RunRecord, found: Tested) -> list[Row]:
    """The test's rows, candidates first, with the arithmetic."""
    yes_no = {True: "yes", False: "no", None: ""}
    return [
        {
            "document": record.document, "as_of": record.as_of, "certno": row["certno"], "psn_name": row["psn_name"],
            "outcome": row["outcome"].value, "income_year": str(row["income_year"]), "members": _text(row["members"]),
            **{column: _money(row[column]) for column in ("family_income", "burden", "own_burden", "dibao_line")},
            "working": row["working"], "local_hukou": yes_no[row["local_hukou"]], "property_ok": yes_no[row["property_ok"]],
            "note": row["why"],
        }
        for row in found.rows
    ]


def insurance_rows(record: RunRecord, found: Insured, critical: CriticalIllness | None) -> list[Row]:
    """What critical-illness insurance should have paid, the largest difference first."""
    return [
        {
            "document": record.document, "as_of": record.as_of, "certno": one.certno, "psn_name": one.psn_name,
            "insutype": one.row.insutype, "insu_admdvs": one.row.insu_admdvs,
            "base": _money(one.row.base), "segments_due": _money(one.row.segments_due), "drug_base": _money(one.row.drug_base),
            "drugs_due": _money(one.row.drugs_due), "expected": _money(one.row.expected), "paid": _money(one.row.paid),
            "difference": _money(None if one.row.expected is None else one.row.expected - one.row.paid),
            "note": _insurance_note(one, found, critical), "tilted": "true" if one.row.tilted else "false",
            "tilted_base": _money(one.row.tilted_base), "deductible": _money(one.deductible),
            "tilted_deductible": _money(one.tilted_deductible),
        }
        for one in sorted(found.people, key=_by_difference)
    ]


def _insurance_note(one: InsuredPerson, found: Insured, critical: CriticalIllness | None) -> str:
    if critical is None or critical.computable:
        ordinary = "" if critical is None else critical.not_computable
        return one.said if one.row.tilted and one.row.expected is not None else f"{ordinary}；只算特药"
    if one.row.expected is None:
        return "；".join([critical.not_computable, *found.said[-1:]])
    return "；".join(found.said)


def _by_difference(one: InsuredPerson) -> tuple[bool, Decimal, str]:
    if one.row.expected is None:
        return True, Decimal(0), one.certno
    return False, one.row.paid - one.row.expected, one.certno


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else str(amount.quantize(_CENT, ROUND_HALF_UP))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def write(rows: Sequence[Row], columns: Sequence[str], form: str) -> str:
    return write_plain(rows, columns, form)

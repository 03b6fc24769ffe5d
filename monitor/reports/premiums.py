"""The premium list as text, CSV and JSON, in full: the command line belongs to the data manager."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from monitor.assess.amounts import spoken
from monitor.base.vocabulary import Category
from monitor.entitle.premiums import PremiumList, Totals
from monitor.policy.local_figures import percent
from monitor.policy.provisions import PremiumKind
from monitor.reports.machine import Row, write_plain

COLUMNS = (
    "document", "month", "certno", "psn_name", "category", "insutype", "insu_admdvs", "town", "insured", "state", "kind", "tier",
    "standard", "share", "amount", "optional_shares", "shares_amount", "fiscal", "total", "supported", "trial", "note",
)
STATES = {"continuing": "继续", "joined": "新增", "left": "年内退出、当年继续"}
NOT_IN_REGISTER = "不在参保登记中"


def list_rows(found: PremiumList, names: Mapping[Decimal, tuple[str, str]], trial: bool) -> list[Row]:
    """One row of text a person, by district, township, category and number."""
    rows = []
    for row in found.rows:
        certno, name = names.get(row["person"], ("", ""))
        insured = row["insured"]
        rows.append(
            {
                "document": found.document.id, "month": f"{found.month:%Y-%m}", "certno": certno, "psn_name": name,
                **{column: row[column] for column in ("category", "insutype", "insu_admdvs", "town", "state", "kind", "tier")},
                "insured": "unknown" if insured is None else "insured" if insured else "not_insured",
                "share": "" if row["share"] is None else percent(row["share"]),
                **{column: money(row[column]) for column in ("standard", "amount", "shares_amount", "fiscal", "total", "supported")},
                "optional_shares": str(row["optional_shares"]), "trial": "true" if trial else "false",
                "note": "" if row["in_register"] else NOT_IN_REGISTER,
            }
        )
    return sorted(rows, key=lambda row: tuple(row[name] for name in ("insu_admdvs", "town", "category", "certno")))


def groups(found: PremiumList, key: Callable[[dict[str, Any]], str]) -> dict[str, Totals]:
    """Totals by a key of the rows, in its order."""
    own: dict[str, list[dict[str, Any]]] = {}
    for row in found.rows:
        own.setdefault(key(row), []).append(row)
    return {name: found.totals(own[name]) for name in sorted(own)}


def by_category(found: PremiumList) -> dict[str, Totals]:
    """In the vocabulary's order."""
    own = groups(found, lambda row: str(row["category"]))
    return {one.value: own[one.value] for one in Category if one.value in own}


def by_town(found: PremiumList) -> dict[str, Totals]:
    return groups(found, place)


def place(row: Mapping[str, Any]) -> str:
    """``371002 甲镇``: the insured district with the township where it is known; both unknown: 地区不详."""
    return f"{row['insu_admdvs']} {row['town']}".strip() or "地区不详"


def totals_json(totals: Totals) -> dict[str, Any]:
    return {
        "people": totals.people,
        **{name: money(getattr(totals, name)) or None for name in ("amount", "shares_amount", "fiscal", "total")},
    }


def as_json(found: PremiumList, rows: Sequence[Row], trial: bool) -> str:
    categories = [{"category": key, "label": Category(key).label, **totals_json(one)} for key, one in by_category(found).items()]
    told = {
        "document": found.document.id, "month": f"{found.month:%Y-%m}", "trial": trial, "totals": totals_json(found.totals()),
        "by_category": categories,
        "by_town": [{"place": key, **totals_json(one)} for key, one in by_town(found).items()],
        "fiscal_missing": found.fiscal_missing, "notes": list(found.notes), "people": [{**row, "trial": trial} for row in rows],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def as_csv(rows: Sequence[Row]) -> str:
    return write_plain(rows, COLUMNS, "csv")


def as_text(found: PremiumList, rows: Sequence[Row], trial: bool) -> str:
    """Everybody, then totals by category and place and the notes, the total as the last line."""
    mark = "（试算，不得作为申报依据）" if trial else ""
    lines = [f"《{found.document.title}》{found.month:%Y-%m} 资助参保名单{mark}"]
    for row in rows:
        kind = PremiumKind(row["kind"]).label
        state = STATES[row["state"]]
        shares = f"，选缴 {row['optional_shares']} 份 {spoken(row['shares_amount'])} 元" if row["optional_shares"] != "0" else ""
        fiscal = f"，财政补助 {spoken(row['fiscal'])} 元" if row["fiscal"] else ""
        place_of = f"{row['insu_admdvs']} {row['town']}".strip()
        note = f"（{row['note']}）" if row["note"] else ""
        lines.append(
            f"{row['certno']}　{row['psn_name']}　{Category(row['category']).label}　{place_of}　{state}　{row['tier']}{kind}"
            f"{row['share'] if kind == PremiumKind.SHARE.label else ''} {spoken(row['amount'])} 元{shares}{fiscal}{note}"
        )
    for label, found_groups in (
        ("身份", {Category(key).label: one for key, one in by_category(found).items()}), ("地区", by_town(found)),
    ):
        lines += [f"按{label}：{key}　{summed(one)}" for key, one in found_groups.items()]
    lines += list(found.notes)
    if found.fiscal_missing:
        lines.append(f"财政补助部分没有列入：{found.fiscal_missing}")
    return "\n".join([*lines, f"合计：{summed(found.totals())}"]) + "\n"


def summed(totals: Totals) -> str:
    """3 人，资助个人缴费 1,000.00 元，… 合计 … 元."""
    text = f"{totals.people} 人，资助个人缴费 {totals.amount:,.2f} 元"
    if totals.shares_amount:
        text += f"，选缴保费 {totals.shares_amount:,.2f} 元"
    if totals.fiscal is None or totals.total is None:
        return f"{text}，两项共 {totals.amount + totals.shares_amount:,.2f} 元（不含财政补助）" if totals.shares_amount else text
    return f"{text}，财政补助 {totals.fiscal:,.2f} 元，共 {totals.total:,.2f} 元"


def money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"

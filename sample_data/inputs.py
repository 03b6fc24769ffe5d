"""The inputs nobody exports, for the demonstration: what a bureau would keep about the people on its identity lists.

No chance in it: who is not supported, refused or short of a figure follows from the place in the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

from monitor.base.vocabulary import ApplicationOutcome, Category
from monitor.intake.columns import TABLES
from sample_data import layouts
from sample_data.layouts import Row

YEAR = 2025
REGION = "371000"
#: The resident scheme's premium, a fixed sum of its support and the dibao line of the demonstration, yuan: invented.
PREMIUM, FIXED_SUM, DIBAO_LINE = 400, 300, 1000
#: What a bureau records of the year for premium lists; invented too.
FIGURES = {
    f"premium.tier_1.{YEAR}": "350.00", f"premium.tier_2.{YEAR}": f"{PREMIUM}.00", f"premium.fixed.amount.{YEAR}": f"{FIXED_SUM}.00",
    f"premium.fiscal.{YEAR}": "700.00",
}

#: 威政办发〔2022〕15号 二(一): the whole premium for the first, a fixed sum for the others.
_WHOLE = (Category.TEKUN.label, Category.ORPHAN.label)
_FIXED = tuple(
    category.label
    for category in (
        Category.DIBAO, Category.RETURNED_TO_POVERTY, Category.DIBAO_MARGINAL, Category.MONITORED_UNSTABLE,
        Category.MONITORED_MARGINAL, Category.MONITORED_SUDDEN,
    )
)

#: When figures and applications are handed in.
QUARTERS = (3, 6, 9, 12)


def write(folder: Path, month: int, identities: Iterable[tuple[int, Row]]) -> None:
    """The month's files of these inputs. ``identities``: the demonstration's rows with the month they are told in."""
    known = [row for told, row in identities if told <= month and not row["end"] and row["certno"].startswith("99")]
    if month == 1:
        _write(folder, "22-premium_support.csv", premium_support(known))
        _write(folder, "23-households.csv", households(known))
        _write(folder, "24-serious_illness.csv", serious_illness(known))
    if month in QUARTERS:
        _write(folder, "25-applications.csv", applications(known, month))
        _write(folder, "26-fund.csv", fund(month))


def _write(folder: Path, name: str, rows: Sequence[Row]) -> None:
    """Chinese headings, as the template has them."""
    if rows:
        table = TABLES[name[3:].removesuffix(".csv")]
        cells = [layouts.headings(table, table.names), *([row.get(column, "") for column in table.names] for row in rows)]
        (folder / name).write_bytes(layouts.as_csv(cells, "utf-8-sig"))


def _once(identities: Iterable[Row], categories: Sequence[str]) -> list[Row]:
    """The first row of each person with one of the categories."""
    found: dict[str, Row] = {}
    for row in identities:
        if row["category"] in categories:
            found.setdefault(row["certno"], row)
    return list(found.values())


def _person(row: Row) -> Row:
    return {"certno": row["certno"], "psn_name": row["psn_name"]}


def premium_support(identities: Iterable[Row]) -> list[Row]:
    """Whoever held an identity before the year: one in forty was not supported, one in sixty is not insured either."""
    rows = []
    held = [row for row in identities if row["begin"] < f"{YEAR}-01-01"]
    for number, row in enumerate(_once(held, (*_WHOLE, *_FIXED))):
        due = PREMIUM if row["category"] in _WHOLE else FIXED_SUM
        nothing = number % 40 == 7
        rows.append({
            **_person(row), "year": str(YEAR), "category": row["category"], "premium": f"{PREMIUM}.00",
            "supported": "0.00" if nothing else f"{due}.00", "insured": "否" if nothing and number % 60 == 7 else "是",
        })
    return rows


def households(identities: Iterable[Row]) -> list[Row]:
    """Marginal households of one to five; some with no income or number of members told."""
    rows = []
    for number, row in enumerate(_once(identities, (Category.DIBAO_MARGINAL.label, Category.ILLNESS_POOR.label))):
        members = 1 + number % 5
        rows.append({
            **_person(row), "household": row["household"], "members": "" if number % 50 == 9 else str(members),
            "family_income": "0" if number % 50 == 19 else f"{members * 12 * (900 + number % 9 * 100)}.00",
            "income_year": str(YEAR - 1), "dibao_line": f"{DIBAO_LINE}.00", "local_hukou": "否" if number % 30 == 4 else "是",
            "property_ok": "" if number % 30 == 14 else "是",
        })
    return rows


def serious_illness(identities: Iterable[Row]) -> list[Row]:
    """Every fifth of the people impoverished by illness or on the minimum living allowance."""
    return [
        {**_person(row), "disease": "样例病种", "marked_on": row["begin"]}
        for row in _once(identities, (Category.ILLNESS_POOR.label, Category.DIBAO.label))[::5]
    ]


def applications(identities: Iterable[Row], month: int) -> list[Row]:
    """Of the people impoverished by illness: granted, one in eight refused, one in eight open until the next quarter."""
    rows = []
    for number, row in enumerate(_once(identities, (Category.ILLNESS_POOR.label,))):
        applied = max(date.fromisoformat(row["begin"]), date(YEAR, 1, 5)) + timedelta(days=number % 20)
        if applied > date(YEAR, month, 28):
            continue
        still_open = number % 8 == 3 and applied.month > month - 3
        outcome = (
            ApplicationOutcome.PENDING if still_open
            else ApplicationOutcome.REFUSED if number % 8 == 6 else ApplicationOutcome.GRANTED
        )
        rows.append({
            **_person(row), "category": row["category"], "applied_on": applied.isoformat(), "outcome": outcome.label,
            "decided_on": "" if still_open else (applied + timedelta(days=15)).isoformat(),
            "paper": "" if still_open else f"样例救助〔{YEAR}〕{number + 1}号",
        })
    return rows


def fund(month: int) -> list[Row]:
    """Figures from the year's beginning to the quarter's end; the balance passes 15 % of the income in the last."""
    income = 2_500_000 * month
    return [{
        "region": REGION, "year": str(YEAR), "month": str(month), "income": f"{income}.00",
        "balance": f"{income * (10 + month // 2) // 100}.00", "participants": str(2_790_000 + 3_000 * month),
        "expected_participants": "2900000",
    }]

"""What institutions' months say that no settlement has: drugs, consumables, tests, what was settled with the institution.

A row belongs to the institution of its code; without a code, to the only one of its name. Each share is taken over the months that
have both its amounts: a month without them is no zero, and the list says how many there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Row = dict[str, Any]
Key = tuple[str, str]

#: Parts of an institution's cost, and of what each is a share.
PARTS = ("drugs", "consumables", "tests")
#: What ``attached`` gives each row of the list.
COLUMNS = (*PARTS, *(f"{part}_of" for part in PARTS), "settled", "unsettled", "months_told")


@dataclass(frozen=True)
class Told:
    """The months of one institution, summed. None: no month says."""

    sums: Mapping[str, Decimal | None]
    months: int


def attached(rows: Sequence[Row], months: Sequence[Row], *, whole: bool) -> list[str]:
    """Give the list's rows (by code and name) the columns of ``COLUMNS``; sentences of what fits none of them.

    ``whole``: the list is of everybody insured in the region; else what was settled with an institution is held against nothing.
    """
    keys = [_key(row) for row in rows]
    levels = Counter(keys)
    named: dict[str, set[Key]] = defaultdict(set)
    for row, key in zip(rows, keys, strict=True):
        named[row["name"]].add(key)
    found: dict[Key, dict[int, Row]] = defaultdict(dict)
    stray: set[Key] = set()
    # Those with a code first: a month told under both is told once.
    for month in sorted(months, key=lambda one: not one["code"]):
        own = _key(month)
        places = {own} & levels.keys() if month["code"] else named.get(month["name"], set())
        if len(places) == 1:
            found[next(iter(places))].setdefault(month["month"], month)
        else:
            stray.add(own)
    for row, key in zip(rows, keys, strict=True):
        row.update(_columns(row, _told(list(found[key].values())) if key in found else None, whole=whole and levels[key] == 1))
    return [f"医药机构月度费用中有 {len(stray)} 家机构在这一期间的结算里没有，或同名的不止一家，没有列出"] if stray else []


def _key(row: Row) -> Key:
    """The code; without one, the name."""
    return (row["code"], "") if row["code"] else ("", row["name"])


def _told(months: Sequence[Row]) -> Told:
    sums: dict[str, Decimal | None] = {"settled": _sum([one["settled"] for one in months])}
    for part in PARTS:
        both = [one for one in months if one[part] is not None and one["cost"] is not None and one["cost"] > 0]
        sums[part], sums[f"{part}_of"] = _sum([one[part] for one in both]), _sum([one["cost"] for one in both])
    return Told(sums, len(months))


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    there = [amount for amount in amounts if amount is not None]
    return sum(there, Decimal(0)) if there else None


def _columns(row: Row, told: Told | None, *, whole: bool) -> Row:
    if told is None:
        return dict.fromkeys(COLUMNS)
    settled = told.sums["settled"] if whole else None
    unsettled = None if settled is None or row["aid"] is None else row["aid"] - settled
    return {**told.sums, "settled": settled, "unsettled": unsettled, "months_told": told.months}

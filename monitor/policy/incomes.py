"""Per-capita disposable incomes (人均可支配收入): entered by the bureau, each with source, date and approver.

The system ships none: a benchmark nobody entered stops the run (``lines``), it never becomes a default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from monitor.base.vocabulary import Residents


@dataclass(frozen=True)
class Income:
    """A published figure: ``amount`` yuan a year, two places; ``region`` six digits; ``year`` of earning."""

    region: str
    residents: Residents
    year: int
    amount: Decimal
    source: str
    published_on: date
    approved_by: str


class Incomes:
    """The figures known to a run, by region, resident group and year. A later one for the same key wins."""

    def __init__(self, figures: Iterable[Income] = ()) -> None:
        self._figures = {(one.region, one.residents, one.year): one for one in figures}

    def find(self, region: str, residents: Residents, year: int) -> Income | None:
        """The figure, or None where the bureau has entered none."""
        return self._figures.get((region, residents, year))

    def __iter__(self) -> Iterator[Income]:
        return iter(self._figures.values())

    def __len__(self) -> int:
        return len(self._figures)

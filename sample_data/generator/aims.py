"""Where each document's lines lie in generated data, and the invented incomes that put them there.

The amounts are for samples only: no figure here was published by anybody, and the program never reads this file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

SOURCE = "样例数据，非真实统计"

#: (residents, amount) of the benchmark that every document's lines are taken from.
BENCHMARK = Decimal("40000.00")


def _province(region: str) -> tuple[str, ...]:
    return (region[:2] + "0000",)


def _prefectures(region: str) -> tuple[str, ...]:
    """Every prefecture a generated person may be insured in."""
    if region.endswith("0000"):
        return (region[:2] + "0100", region[:2] + "0200")
    return (region[:4] + "00",)


@dataclass(frozen=True)
class Aim:
    """The lower line (for identities) and the upper one (for ordinary people), in fen, and what they are taken from."""

    document: str
    low_line_fen: int
    high_line_fen: int
    residents: str
    regions: Callable[[str], tuple[str, ...]]
    #: Whether the lines are about in-policy self-payment before aid, not the whole burden before aid.
    in_policy: bool = False

    def write_incomes(self, file: Path, region: str, year: int) -> None:
        """The benchmark of the year before and the one before that (for --provisional runs)."""
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(("region", "residents", "year", "amount", "source", "published_on", "approved_by"))
            for code in self.regions(region):
                for earned in (year - 2, year - 1):
                    amount = BENCHMARK if earned == year - 1 else BENCHMARK - 2000
                    writer.writerow(
                        (code, self.residents, earned, amount, SOURCE, f"{earned + 1}-01-20", "样例审核员")
                    )


def _of(multiple: str) -> int:
    return int(BENCHMARK * Decimal(multiple) * 100)


AIMS = {
    aim.document: aim
    for aim in (
        Aim("weihai-2022-15", _of("0.5"), _of("1.5"), "all", _province),
        Aim("hebei-city-2022", _of("0.5"), _of("1"), "rural", _province),
        Aim("inner-mongolia-2022-draft", _of("0.5"), _of("1"), "rural", _prefectures),
        Aim("dongyang-2020-24", 2_000_000, 2_000_000, "all", _province, in_policy=True),
        # Gansu leaves the standard to the bureau: as if it had recorded Weihai's.
        Aim("gansu-2022-23", _of("0.5"), _of("1.5"), "all", _province),
    )
}


def aim_of(document: str) -> Aim:
    """The lines of a document; ValueError names the documents there are."""
    if document not in AIMS:
        raise ValueError(f"unknown document {document}; known: {', '.join(AIMS)}")
    return AIMS[document]

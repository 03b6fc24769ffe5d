"""The rows of one file that are not taken in: counted by reason, listed, and so many of them that the file is refused."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from monitor.base.errors import IntakeError
from monitor.intake.checks import REASONS
from monitor.intake.columns import OPTIONAL, Table
from monitor.intake.unused import LEFT_OUT, UnknownValue
from monitor.store.manifest import Load

_REFUSED_SHARE = 5  # more than one row in five rejected: the file is not what it claims to be
#: So many rejected, and fewer than one row in five good: the rest of the file would not change that, and is not read.
HOPELESS = 100_000
#: Rejections are listed up to this many a file; the counts are always whole.
LISTED = 100_000


class Rejections:
    """``read``: rows read so far, rejected ones too; ``rejected``: how many were rejected; ``reasons``: how many for each reason;
    ``left_out``: of those left out as decoration, how many by (sheet from 0, reason)."""

    def __init__(self, load: Load, table: Table) -> None:
        self._load, self._table = load, table
        self.read = self.rejected = 0
        self.reasons: Counter[str] = Counter()
        self.left_out: Counter[tuple[int, str]] = Counter()
        self._nameless = 0
        self._listed: list[tuple[int, str, str]] = []

    def add(self, line: int, column: str, reason: str) -> None:
        """One more row is rejected, for this reason above all. ``column``: empty where it is the row as a whole."""
        self.rejected += 1
        self.reasons[reason] += 1
        if reason in LEFT_OUT:
            self._nameless += not column
            self.left_out[self._load.place(line)[0] - 1, reason] += 1
        if len(self._listed) < LISTED:
            self._listed.append((line, column, reason))

    @property
    def decoration(self) -> int:
        """Rejected rows that were left out as totals, repeated headings or notes."""
        return sum(self.reasons[reason] for reason in LEFT_OUT)

    @property
    def counted(self) -> int:
        """Rejected rows that speak against the file."""
        return self.rejected - self.decoration

    def refuse_hopeless(self) -> None:
        """Raises IntakeError where no row that is still to come can save the file."""
        if self.counted > max(HOPELESS, self.read * (_REFUSED_SHARE - 1) // _REFUSED_SHARE):
            raise self._too_many("", ())

    def refuse_empty(self) -> None:
        """Raises IntakeError where the file has no row of data."""
        # Rows of nothing but amounts or blanks are left out beside data, not instead of it: then the columns were lost.
        if self.read == self.decoration and (self.read == 0 or self._nameless):
            instead = f"；确实没有的，请用 monitor none {self._table.name} 登记" if self._table in OPTIONAL else ""
            raise IntakeError(f"文件 {self._load.file} 只有表头，没有数据行；未导入任何内容，请核对导出是否完整{instead}")

    def refuse_too_many(self, advice: str, unknown: Sequence[UnknownValue]) -> None:
        """Raises IntakeError where more than one row in five is rejected. ``advice``: what to do about it, if that is known;
        ``unknown``: values of coded columns nobody knows."""
        if self.counted * _REFUSED_SHARE > self.read - self.decoration:
            raise self._too_many(advice, unknown)

    def _too_many(self, advice: str, unknown: Sequence[UnknownValue]) -> IntakeError:
        worst = "、".join(
            f"{REASONS[reason]} {rows} 行" for reason, rows in self.reasons.most_common(3) if reason not in LEFT_OUT
        )
        first = next((row for row in self._listed if row[2] not in LEFT_OUT), None)
        where = f"，首处在第 {self._load.place_text(first[0])} 行 {self._label(first[1])}".rstrip() if first else ""
        where += "".join(f"，不认识的取值 {value.column}“{value.value}” {value.count} 行" for value in unknown[:3])
        return IntakeError(
            f"文件 {self._load.file} 读入 {self.read} 行，其中 {self.counted} 行不合格，超过 20%，整个文件未导入"
            f"（{worst}{where}）；{advice or '请更正后重新导出'}"
        )

    def write(self, path: Path) -> None:
        """The list, for whoever made the file; no file where nothing was rejected."""
        if not self._listed:
            return
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["文件", "行号", "列", "列名", "原因代码", "原因"])
            for line, column, reason in sorted(self._listed):
                where = [self._load.file, self._load.place_text(line), column, self._label(column)]
                writer.writerow([*where, reason, REASONS[reason]])

    def _label(self, column: str) -> str:
        return next((c.heading for c in self._table.columns if c.name == column), column)

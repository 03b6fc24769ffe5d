"""What becomes of every row, against plain Python: new, repeated, corrected, rejected, whatever the pieces it is read in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pyarrow.parquet as pq
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from monitor.intake.reading import open_export
from monitor.store import keying, loading, row_files
from monitor.store.known import Known
from tests.bureau import Bureau, certno, settlement

BAD = "不是金额"


@dataclass(frozen=True)
class Row:
    """A settlement by its key (of a few, so that keys come again), content, and who it names."""

    key: int
    amount: str
    name: str = "甲"


ROW = st.builds(Row, st.integers(1, 4), st.sampled_from(["100.00", "200.00"]), st.sampled_from(["甲", "乙", "丙"]))


@dataclass
class Slow:
    """What the store should hold after each file."""

    current: dict[int, tuple[Row, tuple[int, int]]] = field(default_factory=dict)
    superseded: set[tuple[int, int]] = field(default_factory=set)
    shown: dict[str, tuple[int, int]] = field(default_factory=dict)

    def take(self, batch: int, rows: list[Row]) -> tuple[int, int, int]:
        """Accepted, duplicates, rejected."""
        counts = [0, 0, 0]
        for line, row in enumerate(rows, 2):
            if row.amount == BAD:
                counts[2] += 1
                continue
            self.shown.setdefault(row.name, (batch, line))
            before = self.current.get(row.key)
            if before is not None and before[0] == row:
                counts[1] += 1
                continue
            if before is not None:
                self.superseded.add(before[1])
            self.current[row.key] = (row, (batch, line))
            counts[0] += 1
        return counts[0], counts[1], counts[2]


def csv_rows(rows: list[Row]) -> list[dict[str, str]]:
    made = []
    for row in rows:
        good = settlement(setl_id=f"S{row.key}", certno=certno(1), psn_name=row.name,
                          psn_part_amt="100.00" if row.amount == BAD else row.amount)
        made.append(good | {"hifp_pay": BAD} if row.amount == BAD else good)
    return made


FILLING = [Row(key, "100.00") for key in range(90, 95)]


@settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.generate))
@given(
    files=st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=2),
    bad=st.none() | ROW,
    chunk_bytes=st.sampled_from([1 << 20, 700]),
    apart=st.sampled_from([0, 100]),
    expected=st.sampled_from([0, 100]),
    many=st.sampled_from([0, 1 << 40]),
)
@example(  # repeated and corrected in the same file, each row in a piece of its own
    files=[[Row(1, "100.00"), Row(1, "100.00"), Row(1, "200.00"), Row(1, "100.00")], [Row(1, "100.00"), Row(1, "200.00", "乙")]],
    bad=None, chunk_bytes=200, apart=0, expected=0, many=0,
)
@example(  # somebody shown by a rejected row alone is not shown; by a later good row, there
    files=[[Row(1, "100.00"), Row(1, "200.00", "丙")]], bad=Row(2, "100.00", "丙"), chunk_bytes=200, apart=100, expected=100, many=1 << 40,
)
def test_every_row_is_what_it_is_whatever_the_pieces(
    files: list[list[Row]], bad: Row | None, chunk_bytes: int, apart: int, expected: int, many: int
) -> None:
    """With ``expected`` rows of none, most are taken for known: they are compared whole, and come to the same. With ``many``
    of none, who was shown before is recalled; else their keys are made anew."""
    slow = Slow()
    with (
        tempfile.TemporaryDirectory() as directory,
        patch.object(loading, "open_export", partial(open_export, chunk_bytes=chunk_bytes)),
        patch.object(row_files, "APART", apart),
        patch.object(keying, "Known", lambda _: Known(expected)),
        patch.object(keying, "_MANY", many),
    ):
        bureau = Bureau(Path(directory))
        for batch, given_rows in enumerate(files, 1):
            rows = [*([Row(bad.key, BAD, bad.name)] if bad else []), *FILLING, Row(200 + batch, "100.00"), *given_rows]
            outcome = bureau.settlements(*csv_rows(rows))
            assert (outcome.accepted, outcome.duplicates, outcome.rejected) == slow.take(batch, rows)
            assert outcome.read == len(rows)
        store = bureau.store()
        loads = list(store.manifest.loads)
        stored = [row for file in store.files(loads, "part-") for row in pq.read_table(file).to_pylist()]
        outdated = {(row["batch"], row["line"]) for file in store.files(loads, "outdated") for row in pq.read_table(file).to_pylist()}
        shown = [(row["batch"], row["line"]) for file in store.files(loads, "sightings") for row in pq.read_table(file).to_pylist()]
    assert outdated == slow.superseded
    current = {row["setl_id"]: (row["batch"], row["line"]) for row in stored if (row["batch"], row["line"]) not in outdated}
    assert current == {f"S{key}": place for key, (_, place) in slow.current.items()}
    assert len(stored) == len(current) + len(outdated), "a duplicate is stored nowhere"
    assert sorted(shown) == sorted(slow.shown.values())
    assert sum(sum(load.months.values()) for load in loads) == len(stored)

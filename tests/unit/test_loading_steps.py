"""The steps of a load, each by itself: rejections, sheets numbered on, sealed texts, flags, extent, committing."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from monitor.access.keys import Keys
from monitor.access.sealing import Sealer
from monitor.base.errors import IntakeError
from monitor.base.settings import Home
from monitor.intake.chunk import Chunk, Malformed
from monitor.intake.columns import TABLES
from monitor.intake.unused import UnknownValue
from monitor.store import rejections as rejecting
from monitor.store.committing import committing
from monitor.store.engine import DuckEngine, table_of
from monitor.store.extent import Extent, extent_of, write_sums
from monitor.store.flags import Flags
from monitor.store.home import writing
from monitor.store.manifest import SHEET_LINES, Load, YearHeld
from monitor.store.reading import numbered
from monitor.store.rejections import Rejections
from monitor.store.sealed_texts import SealedTexts

SETTLEMENTS, PEOPLE, IDENTITIES = TABLES["settlements"], TABLES["people"], TABLES["identities"]
LOAD = Load(
    number=1, table="settlements", file="a.csv", sha256="", committed_at="2026-01-05T09:00:00+08:00", encoding="utf-8", columns=[],
    read=0, accepted=0, duplicates=0, rejected=0, reasons={}, flags={}, months={}, districts=[], files={},
)


def rejected(load: Load = LOAD, table: str = "settlements", read: int = 10, **reasons: int) -> Rejections:
    """So many rows of each reason, from line 2 on, in the column setl_id (decoration: in none)."""
    found, line = Rejections(load, TABLES[table]), 2
    found.read = read
    for reason, rows in reasons.items():
        for _ in range(rows):
            found.add(line, "" if reason.endswith("_row") else "setl_id", reason)
            line += 1
    return found


@pytest.mark.parametrize(("read", "bad", "left_out", "refused"), [(10, 2, 0, False), (10, 3, 0, True), (10, 2, 1, True), (11, 2, 1, False), (5, 1, 0, False)])
def test_a_file_is_refused_from_one_row_in_five_on_not_counting_decoration(read: int, bad: int, left_out: int, refused: bool) -> None:
    found = rejected(read=read, missing_key=bad, totals_row=left_out)
    assert (found.rejected, found.counted, found.decoration) == (bad + left_out, bad, left_out)
    if not refused:
        found.refuse_too_many("", ())
        return
    with pytest.raises(IntakeError) as error:
        found.refuse_too_many("", [UnknownValue("性别", "9", 4)])
    assert f"读入 {read} 行，其中 {bad} 行不合格" in str(error.value)
    assert str(error.value).endswith("首处在第 2 行 结算ID，不认识的取值 性别“9” 4 行）；请更正后重新导出")
    with pytest.raises(IntakeError, match=r"；先登记类别$"):
        found.refuse_too_many("先登记类别", ())


def test_a_file_is_given_up_early_only_when_the_rest_cannot_save_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejecting, "HOPELESS", 3)
    rejected(read=3, missing_key=3).refuse_hopeless()
    rejected(read=5, missing_key=4).refuse_hopeless()
    rejected(read=5, totals_row=5).refuse_hopeless()
    with pytest.raises(IntakeError, match="超过 20%"):
        rejected(read=4, missing_key=4).refuse_hopeless()


@pytest.mark.parametrize(
    ("read", "reasons", "refused"),
    [(0, {}, True), (2, {"totals_row": 2}, True), (3, {"totals_row": 2}, False), (2, {"missing_key": 2}, False)],
    ids=["nothing", "decoration alone", "a row beside decoration", "bad rows"],
)
def test_a_file_without_a_row_of_data_is_refused(read: int, reasons: dict[str, int], refused: bool) -> None:
    found = rejected(read=read, **reasons)
    if refused:
        with pytest.raises(IntakeError, match="只有表头，没有数据行"):
            found.refuse_empty()
    else:
        found.refuse_empty()
    if read == 0:
        with pytest.raises(IntakeError, match="monitor none fund"):
            rejected(table="fund", read=0).refuse_empty()


def test_rejections_are_listed_in_order_and_only_so_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejecting, "LISTED", 3)
    found = Rejections(replace(LOAD, encoding="xlsx"), SETTLEMENTS)
    for line in (SHEET_LINES + 7, 9, 3, 4):
        found.add(line, "", "totals_row")
    assert (found.rejected, found.left_out) == (4, {(0, "totals_row"): 3, (1, "totals_row"): 1})
    found.write(tmp_path / "rejections.csv")
    with (tmp_path / "rejections.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["文件"], row["行号"]) for row in csv.DictReader(file)] == [("a.csv", "3"), ("a.csv", "9"), ("a.csv", "2!7")]
    Rejections(LOAD, SETTLEMENTS).write(tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()


def test_rows_of_later_sheets_are_numbered_on() -> None:
    def chunk(sheet: str, line: int) -> Chunk:
        return Chunk(pa.table({"line": pa.array([line], pa.int64())}), [Malformed(line + 1, "", "too_long")], 1, sheet)

    found = list(numbered(iter([chunk("a", 2), chunk("b", 2), chunk("a", 5), chunk("c", 2)])))
    assert [(one.rows.column("line").to_pylist(), one.malformed[0].line) for one in found] == [
        ([2], 3), ([SHEET_LINES + 2], SHEET_LINES + 3), ([5], 6), ([2 * SHEET_LINES + 2], 2 * SHEET_LINES + 3),
    ]


@pytest.fixture
def engine() -> DuckEngine:
    return DuckEngine()


def test_contacts_of_repeated_rows_go(engine: DuckEngine, tmp_path: Path) -> None:
    sealer = Sealer(Keys(bytes(32), (b"a" * 32,)))
    texts = SealedTexts(sealer, tmp_path, "0001-people")
    engine.table("this_load", table_of({"batch": pa.int32()}, [{"batch": 1}]))
    personal = ("certno", "psn_no", "psn_name", "brdy", "village", "address", "tel", "resdbook_no")
    for part, lines in (("00001", (2, 3)), ("00002", (4,))):
        cells = ", ".join(f"'{name}' || line AS {name}" for name in personal)
        engine.drop("cleaned")
        engine.execute(f"CREATE TABLE cleaned AS SELECT unnest(?::BIGINT[]) AS line, {cells}, []::VARCHAR[] AS reasons", [list(lines)])
        texts.write_contacts(engine, part)
    before = (tmp_path / "contacts-00001.sealed").read_bytes()
    assert b"tel2" not in before
    texts.drop_contacts(pa.chunked_array([[3, 4]], pa.int32()))
    assert [path.name for path in tmp_path.iterdir()] == ["contacts-00001.sealed"]
    opened = sealer.open((tmp_path / "contacts-00001.sealed").read_bytes(), "0001-people/contacts-00001.sealed")
    kept = pq.read_table(pa.BufferReader(opened))
    assert kept.column("tel").to_pylist() == ["tel2"]


def test_flags_are_counted_by_finding_and_written_once_each(engine: DuckEngine, tmp_path: Path) -> None:
    flags = Flags(engine, tmp_path)
    assert flags.write() == {} and not list(tmp_path.iterdir())
    engine.execute("CREATE TABLE parts AS SELECT 1 AS batch, 2 AS line, 'a b' AS flags UNION ALL SELECT 1, 3, NULL")
    flags.add_own()
    engine.execute("CREATE TABLE confirmed AS SELECT 1 AS batch, 2 AS line, 1 AS by_batch, 3 AS by_line UNION ALL SELECT 1, 3, 2, 9")
    flags.add_versions()
    flags.add_conflicts()
    flags.add(1, 2, "a")
    assert flags.write() == {"a": 2, "b": 1, "same_key_different_content": 1, "supersedes": 1}
    assert engine.execute("SELECT * FROM read_parquet(?) ORDER BY ALL", [str(tmp_path / "flags.parquet")]).fetchall() == [
        (1, 2, "a"), (1, 2, "b"), (1, 3, "same_key_different_content"), (2, 9, "supersedes"),
    ]


STORED = """
CREATE TABLE parts AS SELECT
    setl_time::TIMESTAMP AS setl_time, insu_admdvs, counts, person, psn_part_amt::DECIMAL(16, 2) AS psn_part_amt,
    0.00 AS maf_pay, 1.00 AS fulamt_ownpay_amt, 0.00 AS overlmt_selfpay, 0.00 AS preselfpay_amt
FROM (VALUES
    ('2024-12-31 10:00:00', '999901', true, 1, 100.00), ('2025-01-02 00:00:00', '999902', true, 1, 20.00),
    ('2025-01-31 23:59:59', '999901', false, 1, 7.00), ('2025-01-05 00:00:00', NULL, true, 2, 3.00)
) AS t (setl_time, insu_admdvs, counts, person, psn_part_amt)
"""


def test_what_a_load_covers_and_what_it_comes_to(engine: DuckEngine, tmp_path: Path) -> None:
    engine.execute(STORED)
    extent = extent_of(engine, SETTLEMENTS)
    assert extent == Extent(
        {"2024-12": 1, "2025-01": 3}, ["999901", "999902"],
        {"2024": YearHeld("2024-12-31", "2024-12-31", "2024-12-31"), "2025": YearHeld("2025-01-02", "2025-01-31", "2025-01-05")},
    )
    assert extent_of(engine, PEOPLE) == Extent(districts=["999901", "999902"])
    assert extent_of(engine, IDENTITIES) == Extent()
    write_sums(engine, extent.years, tmp_path)
    sums = {
        path.name: engine.execute("SELECT person, psn_part, settlements FROM read_parquet(?) ORDER BY person", [str(path)]).fetchall()
        for path in tmp_path.iterdir()
    }
    assert {name: [(person, str(part), rows) for person, part, rows in found] for name, found in sums.items()} == {
        "sums-2024.parquet": [(1, "100.00", 1)], "sums-2025.parquet": [(1, "20.00", 1), (2, "3.00", 1)],
    }


def test_a_load_is_committed_when_it_was_kept_and_the_scope_ends_well(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with writing(home, "test", create=True) as store:
        for kept, fails in ((False, False), (True, True), (True, False)):
            try:
                with committing(store, LOAD.batch) as staged:
                    (staged.directory / "a.bin").write_bytes(b"a")
                    if kept:
                        staged.keep(LOAD)
                        assert store.manifest.loads == (), "not before the scope ends"
                    if fails:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                assert store.manifest.loads == ()
                for path in (store.loads / LOAD.batch).iterdir():
                    path.unlink()
                (store.loads / LOAD.batch).rmdir()
            assert not list((home.path / "staging").iterdir())
    (load,) = store.manifest.loads
    assert load.files == {"a.bin": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}
    assert (store.loads / load.batch / "a.bin").read_bytes() == b"a"

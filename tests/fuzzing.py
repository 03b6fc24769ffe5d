"""Files of every input, changed at random: none may end in anything but rows or a refusal, none may lose a line.

``make fuzz`` tries ten thousand of each format, the tests five hundred. A try is known by seed, format and number and is the
same everywhere: ``python tests/fuzzing.py --seed 1 --format xlsx --only 4711`` does one of them again and leaves its file in
``test-artifacts/``.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import re
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import duckdb
import pyarrow as pa
import xlsxwriter
import xlwt
from bureau import Bureau
from cells import GOOD, IDENTITY, INCOME, INPUTS, SETTLEMENT
from hostile import NAMES
from plain_lines import obvious, split
from python_calamine import CalamineWorkbook

from monitor.base.errors import MonitorError
from monitor.intake import confined
from monitor.intake.checks import Cleaning
from monitor.intake.columns import TABLES, Table
from monitor.intake.header import fold, lookup, missing
from monitor.intake.reading import Chunk, Export, open_export
from monitor.intake.scrubbing import scrub
from monitor.intake.unused import LEFT_OUT

ARTIFACTS = Path(__file__).resolve().parent.parent / "test-artifacts"
FORMATS = ("csv", "gb18030", "xlsx", "xls", "zip")
#: Tries of each format in every run of the tests.
TRIES = 500

PERSON = {"psn_no": "P1", "psn_name": "样例一", "certno": GOOD, "insutype": "390", "insu_admdvs": "371002", "town": "甲镇"}
GIVEN: dict[str, dict[str, str]] = {
    "settlements": {name: str(value) for name, value in SETTLEMENT.items()} | {"psn_name": "样例一", "maf_pay": "0", "dise_name": "病"},
    "people": PERSON,
    "identities": {name: str(value) for name, value in IDENTITY.items()} | {"psn_name": "样例一", "town": "甲镇"},
    "incomes": {name: str(value) for name, value in INCOME.items()},
    **INPUTS,
}
assert GIVEN.keys() == TABLES.keys()

#: What readers of files stumble over, put in anywhere.
TOKENS: tuple[bytes, ...] = (
    b'"', b'""', b'"""', b",", b"\t", b";", b"|", b"\n", b"\r", b"\r\n", b"\n\n", b"\x00", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff",
    b"\x80", b"\x81\x30\x81\x30", b"\xe4\xb8", "张".encode(), "张".encode("gb18030"), b"PK\x03\x04", b"PK\x05\x06", b"\x1a", b"\x85",
    b"\xe2\x80\xa8", b"\x0c", b"=1+1", b"-", b"9" * 40, b"1e999", b"NaN", b"x" * 2000, b"," * 300, b'"' * 301, b"\n" * 300,
    b"</", b"/>", b"<!--", b"]]>", b"&amp;", b"&#0;", b"&x;", b' t="e"', b' t="s"', b' t="b"', b' t="d"', b' r="A1"', b' r="XFD1048576"',
    b' s="4294967295"', b"<v>1e300</v>", b"<v>-1</v>", b"<v>99999999999</v>", b"<row>", b"<c/>", b"<c><v>", b"<is><t>", b"\xff" * 8,
    b"\x00" * 64, b"\x06\x00\xff\xff", b"\x85\x00", b"\x0a\x00\x00\x00", b"\xfc\x00", b"\x3c\x00",
)


def rows_of(table: Table, chance: random.Random) -> list[list[str]]:
    """Headings and a few good rows, no two alike, some of the columns absent."""
    given = GIVEN[table.name]
    first = next(iter(given))
    rows = [list(given) if chance.random() < 0.5 else [table.column(name).heading for name in given]]
    for number in range(chance.randrange(1, 8)):
        rows.append([f"{value}{number}" if name == first and name != "certno" else value for name, value in given.items()])
    return rows


def as_text(rows: Sequence[Sequence[str]], chance: random.Random) -> str:
    delimiter, end = chance.choice(",,,\t;|"), chance.choice(("\n", "\n", "\r\n", "\r"))

    def cell(value: str) -> str:
        if any(mark in value for mark in (delimiter, '"', "\n", "\r")) or chance.random() < 0.1:
            return '"' + value.replace('"', '""') + '"'
        return value

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


def as_xlsx(rows: Sequence[Sequence[str]], chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for _ in range(chance.choice((1, 1, 2))):
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                for place, value in enumerate(row):
                    if re.fullmatch(r"\d{1,9}(\.\d\d)?", value) and chance.random() < 0.5:
                        sheet.write_number(line, place, float(value))
                    elif chance.random() < 0.02:
                        sheet.write_formula(line, place, "=A1", None, chance.choice(("#N/A", "7", "文")))
                    else:
                        sheet.write_string(line, place, value)
    return buffer.getvalue()


def as_xls(rows: Sequence[Sequence[str]], chance: random.Random) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            # A cell of an xls holds no more.
            value = value[:32_767]
            sheet.write(line, place, float(value) if re.fullmatch(r"\d{1,9}", value) and chance.random() < 0.5 else value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def spoil(content: bytes, chance: random.Random) -> bytes:
    """The bytes, changed in a few places."""
    spoilt = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(spoilt) + 1)
        far = min(len(spoilt), at + chance.choice((1, 2, 8, 64, 500)))
        match chance.randrange(8):
            case 0 if spoilt:
                spoilt[at % len(spoilt)] ^= 1 << chance.randrange(8)
            case 1 if spoilt:
                spoilt[at % len(spoilt)] = chance.choice((0, 1, 0x22, 0x2C, 0x7F, 0x80, 0xFE, 0xFF))
            case 2:
                del spoilt[at:far]
            case 3:
                spoilt[at:at] = spoilt[at:far] * chance.choice((1, 2, 50))
            case 4:
                spoilt[at:at] = chance.choice(TOKENS)
            case 5:
                spoilt[at:far] = chance.choice(TOKENS)
            case 6:
                other = chance.randrange(len(spoilt) + 1)
                spoilt[other:other] = spoilt[at:far]
            case 7 if chance.random() < 0.2:
                del spoilt[at:]
    return bytes(spoilt)


def spoil_cells(rows: list[list[str]], chance: random.Random) -> None:
    """A few cells, headings among them, that say something else."""
    for _ in range(chance.choice((1, 1, 2, 5))):
        row = chance.choice(rows)
        place = chance.randrange(len(row))
        match chance.randrange(5):
            case 0 | 1:
                row[place] = chance.choice(NAMES)
            case 2:
                row[place] += chance.choice(NAMES)
            case 3:
                row.insert(place, chance.choice(("", *NAMES)))
            case 4 if len(row) > 1:
                del row[place]


def in_parts(content: bytes, chance: random.Random) -> bytes:
    """The same archive with one of its members spoilt."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    # Mostly where the cells are: a heap of styles says little.
    names = [name for name in parts if "sheet" in name.lower() or "workbook" in name or "string" in name.lower()] or list(parts)
    name = chance.choice(names)
    parts[name] = spoil(parts[name], chance)
    return packed_of(parts)


def packed_of(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return buffer.getvalue()


def written(form: str, table: Table, chance: random.Random) -> bytes:
    """A file of that format with the table in it, something about it changed."""
    rows = rows_of(table, chance)
    if inside := chance.random() < 0.4:
        spoil_cells(rows, chance)
    if form in ("csv", "gb18030"):
        content = as_text(rows, chance).encode("gb18030" if form == "gb18030" else chance.choice(("utf-8", "utf-8", "utf-8-sig", "utf-16")))
        return content if inside else spoil(content, chance)
    if form == "zip":
        text = as_text(rows, chance).encode(chance.choice(("utf-8", "gb18030")))
        member = as_xlsx(rows, chance) if chance.random() < 0.15 else text
        content = packed_of({"导出/表.csv": member, "readme.pdf": b"%PDF"})
        if inside:
            return content
        return in_parts(content, chance) if chance.random() < 0.5 else spoil(content, chance)
    if form == "xls":
        content = as_xls(rows, chance)
        return content if inside else spoil(content, chance)
    content = as_xlsx(rows, chance)
    if inside:
        return content
    return in_parts(content, chance) if chance.random() < 0.7 else spoil(content, chance)


@dataclass
class Found:
    """How many tries came to what; what went wrong, by number."""

    tried: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, int, str]] = field(default_factory=list)

    def __str__(self) -> str:
        counts = {**dict(sorted(self.ended.items())), "WRONG": len(self.wrong)}
        return f"{self.tried} tried: " + ", ".join(f"{count} {what}" for what, count in counts.items())


class Lost(Exception):
    """Fewer or other rows than there are."""


def one(path: Path, table: Table) -> tuple[str, list[Chunk]]:
    """Read the file and count again: how it ended, and its pieces. Raises whatever should not have been."""
    try:
        with open_export(path, table) as export:
            chunks = list(export.chunks())
            if sum(chunk.bytes_read for chunk in chunks) != export.size:
                raise Lost("the pieces do not add up to the file")
    except MonitorError as refusal:
        if not refusal.sentence.isprintable() or GOOD in refusal.sentence or "样例一" in refusal.sentence:
            raise Lost("a refusal that says too much") from refusal
        return "refused", []
    count_again(path, table, export, chunks)
    return ("read, some lines none" if any(chunk.malformed for chunk in chunks) else "read whole"), chunks


class Judging:
    """Rows on their way to the checks: a statement costs far more than a row, so those of many files go together."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._waiting: dict[str, list[tuple[int, pa.Table]]] = {name: [] for name in TABLES}
        self.rows: Counter[str] = Counter()

    def add(self, table: Table, number: int, chunks: Sequence[Chunk]) -> Iterator[tuple[int, Exception]]:
        """Take the rows of one try. Yields what went wrong with whichever, once they are judged."""
        waiting = self._waiting[table.name]
        waiting += [(number, chunk.rows) for chunk in chunks if chunk.rows.num_rows]
        if len(waiting) >= 50:
            yield from self.judge(table)

    def judge(self, table: Table) -> Iterator[tuple[int, Exception]]:
        """Judge what waits; one by one where all together fail."""
        waiting, self._waiting[table.name] = self._waiting[table.name], []
        try:
            if waiting:
                self._judge(table, pa.concat_tables(rows for _, rows in waiting))
        except Exception:  # noqa: BLE001 - which of them it was comes out now
            for number, rows in waiting:
                try:
                    self._judge(table, rows)
                except Exception as error:  # noqa: BLE001 - what is looked for
                    yield number, error

    def _judge(self, table: Table, rows: pa.Table) -> None:
        Cleaning(self._connection, table).take(scrub(table, rows))
        # Every column of every row, as a load reads them: what nobody asks for is not worked out.
        self._connection.execute("CREATE OR REPLACE TABLE judged AS FROM cleaned")
        query = "SELECT count(*), count(*) FILTER (len(reasons) = 0) FROM judged"
        judged, good = self._connection.execute(query).fetchall()[0]
        if judged != rows.num_rows:
            raise Lost(f"{rows.num_rows} rows read and {judged} judged")
        self.rows += Counter({"accepted": good, "rejected": judged - good})


def count_again(path: Path, table: Table, export: Export, chunks: Sequence[Chunk]) -> None:
    """The same rows by another way: the slow reader of lines, calamine's own list of rows."""
    content = path.read_bytes()
    if content[:2] == b"PK":
        with zipfile.ZipFile(path) as packed:
            if "xl/workbook.xml" not in (names := packed.namelist()):
                content = packed.read(next(name for name in names if name.lower().endswith(".csv")))
    total = sum(chunk.rows.num_rows + len(chunk.malformed) for chunk in chunks)
    if export.encoding in ("xlsx", "xls"):
        filled = 0
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = [list(map(str, row)) for row in book.get_sheet_by_name(name).to_python()]
            head = next((at for at, row in enumerate(rows) if not missing(table, row)), len(rows))
            filled += sum(any(cell.strip() for cell in row) for row in rows[head + 1 :])
        # Rows with nothing but errors are blank to calamine, and are rows.
        if filled > total:
            raise Lost(f"{filled} rows in the sheets and {total} read")
        return
    text = content.decode(export.encoding).removeprefix("\ufeff")
    lines = re.findall(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$", text)
    known = lookup(table)
    for delimiter in ",\t;|":
        record, end = split(lines[export.header_line - 1].rstrip("\r\n"), strict=False, delimiter=delimiter)
        names = [known.get(fold(heading)) for heading in record]
        if end == "whole" and {name for name in names if name} == set(export.columns):
            break
    else:
        # Headings over several lines: not counted again.
        return
    named = max(place + 1 for place, heading in enumerate(record) if fold(heading))
    rows_again, malformed = obvious(text, export.header_line, delimiter, named, len(record))
    long = {line for line, cells in rows_again if any(len(cells[names.index(name)]) > 32_767 for name in export.columns)}
    # What is a note, a total or a heading by what it says is a line like any other to who only reads lines: it must be one.
    aside = {bad.line for chunk in chunks for bad in chunk.malformed if bad.reason in LEFT_OUT}
    if aside - {line for line, _ in rows_again} - {line for line, _ in malformed}:
        raise Lost("left out as notes or totals are lines that are none")
    wanted = [
        (line, [cells[names.index(name)] for name in export.columns])
        for line, cells in rows_again if line not in long and line not in aside
    ]
    got = [
        (row["line"], [row[name] for name in export.columns])
        for chunk in chunks for row in chunk.rows.select(["line", *export.columns]).to_pylist()
    ]
    if got != wanted:
        raise Lost(f"{len(got)} rows, and the slow reader has {len(wanted)}, or others")
    reasons = sorted((line, why) for line, why in [*malformed, *((line, "cell_too_long") for line in long)] if line not in aside)
    if sorted((bad.line, bad.reason) for chunk in chunks for bad in chunk.malformed if bad.line not in aside) != reasons:
        raise Lost("other lines are malformed to the slow reader")


class Loading:
    """Every so many tries the file is loaded, too, into a home that lasts for fifty of them."""

    def __init__(self, folder: Path, every: int) -> None:
        self._folder, self._every = folder, every
        self._loaded = 0
        self._bureau = Bureau(folder)

    def load(self, number: int, table: Table, path: Path, chunks: Sequence[Chunk]) -> None:
        """Raises whatever should not have been. ``chunks``: what reading the file gave."""
        if number % self._every:
            return
        if self._loaded % 50 == 0:
            self._bureau = Bureau(self._folder / str(self._loaded))
            self._bureau.directory.mkdir()
        self._loaded += 1
        before = self._count()
        try:
            outcome = self._bureau.load(table.name, path)
        except MonitorError:
            if self._count() != before:
                raise Lost("refused, and something was kept") from None
            return
        read = sum(chunk.rows.num_rows + len(chunk.malformed) for chunk in chunks)
        if not read == outcome.read == outcome.accepted + outcome.duplicates + outcome.rejected:
            raise Lost(f"{read} rows read, and loaded as {outcome}")
        if self._count() != before + (not outcome.known_before):
            raise Lost("loaded, and no load in the manifest")

    def _count(self) -> int:
        home = self._bureau.home
        return len(self._bureau.store().manifest.loads) if home.manifest.exists() else 0


class Lasting(confined.Reader):
    """A confined process that outlives its files: starting one a file would take most of the time."""

    def __init__(self) -> None:
        super().__init__(256 << 20, seconds=300)
        self.end, self.close = self.close, lambda: None
        self.files = 0
        self.ended = False

    def _answered(self, told: bool) -> confined.Frame:
        try:
            return super()._answered(told)
        except MonitorError as refusal:
            # Any other refusal is the process's own word, and it lives on.
            self.ended = "在限定的内存和时间内读不出来" in refusal.sentence
            raise


class Readers:
    """Where ``workbook`` takes its confined processes from: a hundred files each, unless one dies."""

    def __init__(self) -> None:
        self._lent: Lasting | None = None

    def lend(self, memory: int) -> Lasting:
        if self._lent is None or self._lent.files == 100 or self._lent.ended:
            self.end()
            self._lent = Lasting()
        self._lent.files += 1
        return self._lent

    @property
    def worn(self) -> bool:
        """Whether the process died over a file that was not its first: those before may have left it no memory, and the
        program itself starts one a file."""
        return self._lent is not None and self._lent.ended and self._lent.files > 1

    def end(self) -> None:
        if self._lent is not None:
            self._lent.end()


@contextmanager
def one_reader() -> Iterator[Readers]:
    """Workbooks are read in processes that last."""
    readers = Readers()
    with patch("monitor.intake.workbook.Reader", readers.lend):
        try:
            yield readers
        finally:
            readers.end()


def content_of(seed: int, form: str, number: int) -> tuple[Table, bytes]:
    """The file of one try, and which table it is given as."""
    chance = random.Random(f"{seed} {form} {number}")
    table = list(TABLES.values())[number % len(TABLES)]
    return table, written(form, table, chance)


def fuzz(
    seed: int, form: str, tries: Sequence[int], folder: Path, loaded: int, say: Callable[[str], None] = lambda _: None
) -> Found:
    """The tries of one format of these numbers; one in ``loaded`` is loaded as well."""
    found = Found()
    path = folder / "export.bin"

    def wrong(number: int, error: Exception) -> None:
        found.wrong.append((form, number, "".join(traceback.format_exception(error)[-3:])))
        say(f"{form} {number}: {type(error).__name__}: {error}")

    with duckdb.connect() as connection, one_reader() as readers:
        judging, loading = Judging(connection), Loading(folder, loaded)
        for number in tries:
            table, content = content_of(seed, form, number)
            path.write_bytes(content)
            found.tried += 1
            try:
                ended, chunks = one(path, table)
                if ended == "refused" and readers.worn:
                    ended, chunks = one(path, table)
                loading.load(number, table, path, chunks)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
                wrong(number, error)
                continue
            found.ended[ended] += 1
            for place, error in judging.add(table, number, chunks):
                wrong(place, error)
            if found.tried % 1000 == 0:
                say(f"  {form}: {found}")
        for table in TABLES.values():
            for place, error in judging.judge(table):
                wrong(place, error)
        found.rows = judging.rows
    return found


def main() -> int:
    """The command behind ``make fuzz``."""
    parser = argparse.ArgumentParser(description="random changes to every import format")
    parser.add_argument("--tries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--format", choices=FORMATS, default=None)
    parser.add_argument("--only", type=int, default=None, help="one try again; its file is left in test-artifacts/")
    arguments = parser.parse_args()
    seed = random.SystemRandom().randrange(1 << 32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}", flush=True)
    wrong = 0
    for form in (arguments.format,) if arguments.format else FORMATS:
        if arguments.only is not None:
            table, content = content_of(seed, form, arguments.only)
            ARTIFACTS.mkdir(exist_ok=True)
            (ARTIFACTS / f"{table.name}-{arguments.only}.{form}").write_bytes(content)
        tries = range(arguments.tries) if arguments.only is None else (arguments.only,)
        with tempfile.TemporaryDirectory() as folder:
            os.environ["MONITOR_KEYS"] = str(Path(folder) / "keys")
            found = fuzz(seed, form, tries, Path(folder), 20, lambda text: print(text, flush=True))
        print(f"{form}: {found}; rows: {dict(found.rows)}", flush=True)
        for _, number, trace in found.wrong[:5]:
            print(f"--seed {seed} --format {form} --only {number}\n{trace}", flush=True)
        wrong += len(found.wrong)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())

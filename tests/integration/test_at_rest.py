"""What a stolen disk tells: no name and no number of anybody, whatever was done with the home, or was being done.

Files are read in every way they can be: their bytes in each encoding, Parquet and SQLite value by value, JSON and CSV as
text. The sealed ones are the ones that may hold a name, and hold it only with the key.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from bureau import PERSON, certno, settlement, write_csv

from monitor.__main__ import main
from monitor.base.logs import CHINA
from monitor.base.settings import Home
from monitor.casework.database import open_database
from monitor.casework.reading.listing import alert_page
from monitor.reports import in_memory
from monitor.reports.workbook import Cover, csv_lines, write_xlsx
from monitor.store.home import open_store

Monitor = Callable[..., subprocess.CompletedProcess[str]]
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data" / "weihai-2022-15"
ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
#: What an identity number looks like, whosever it is: nobody in the sample has one outside region 99.
NUMBER = re.compile(rb"(?<![0-9a-fA-F])99[0-9]{15}[0-9Xx](?![0-9a-fA-F])")


def sample_people() -> tuple[set[str], set[str]]:
    """(names, numbers) of everybody in the sample's files: certno, psn_no, telephone, address."""
    names, numbers = set(), set()
    for path in SAMPLE.glob("*.csv"):
        if path.name.startswith("expected"):
            continue
        text = path.read_bytes()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                decoded = text.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        for row in csv.DictReader(decoded.splitlines()):
            for column, value in row.items():
                if column in ("psn_name", "人员姓名", "姓名", "NAME") and value:
                    names.add(value.strip())
                elif column in ("certno", "证件号码", "psn_no", "人员编号", "tel", "address", "resdbook_no") and value:
                    numbers.add(value.strip())
    # A number of hardly anything but zeros stands in any file.
    return names, {number for number in numbers if len(number) >= 6 and len(set(number)) > 3}


NAMES, NUMBERS = sample_people()


def values(path: Path, content: bytes) -> Iterator[object]:
    """Every single value of a file that has values."""
    if path.suffix == ".parquet":
        for column in pq.read_table(io.BytesIO(content)).columns:
            yield from column.unique().to_pylist()
    elif content[:15] == b"SQLite format 3":
        with closing(sqlite3.connect(path)) as connection:
            connection.text_factory = lambda content: content.decode("utf-8", "replace")
            tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            for (table,) in tables:
                for row in connection.execute(f'SELECT * FROM "{table}"'):  # noqa: S608 - a name the file itself gives
                    yield from row
    elif path.suffix in (".json", ".jsonl", ".csv", ".toml"):
        yield content.decode("utf-8-sig")


def told(directory: Path, names: set[str], numbers: set[str]) -> list[str]:
    """Where in the files below a directory, or in their names, something personal stands open."""
    found = []
    # All bytes first: looking at a database's values takes its write-ahead log away.
    contents = {path: path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}
    for path, content in contents.items():
        place = path.relative_to(directory).as_posix()
        # Two characters stand in a file of random bytes by chance; as a value of its own they do not.
        long = {name for name in names if len(name) > 2} | numbers
        found += [f"{place}: bytes" for word in long for encoding in ENCODINGS if word.encode(encoding) in content]
        found += [f"{place}: number" for _ in NUMBER.findall(content)]
        single = {value for value in values(path, content) if value is not None}
        found += [f"{place}: value" for value in {str(value) for value in single} & (names | numbers) if value]
        # A hash of twenty digits is a number, and looks like anything: what is looked for inside is text.
        text = "\n".join(value for value in single if isinstance(value, str))
        found += [f"{place}: text" for word in long if word in text]
        found += [f"{place}: number" for _ in NUMBER.findall(text.encode())]
        found += [f"{place}: file name" for word in names | numbers if word in place]
    return found


def test_the_search_finds_what_there_is(tmp_path: Path) -> None:
    """It would notice each of the ways a name or number can lie about."""
    assert len(NAMES) > 10
    assert any(len(name) == 2 for name in NAMES)
    assert len(NUMBERS) > 20
    name = next(name for name in NAMES if len(name) == 2)
    long = next(name for name in NAMES if len(name) > 2)
    number = next(number for number in NUMBERS if number.startswith("99"))
    import pyarrow as pa

    pq.write_table(pa.table({"a": [name]}), tmp_path / "a.parquet", compression="zstd")
    with closing(sqlite3.connect(tmp_path / "b")) as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (?)", [name])
        connection.commit()
    (tmp_path / "c").write_bytes(b"\x00\x01" + long.encode("gb18030") + b"\xff")
    (tmp_path / "d").write_bytes(certno(7).encode())
    (tmp_path / "e.json").write_text(json.dumps({"a": number}))
    (tmp_path / f"{long}.csv").write_text("a\n")
    assert {line.partition(":")[0] for line in told(tmp_path, NAMES, NUMBERS)} == {
        "a.parquet", "b", "c", "d", "e.json", f"{long}.csv",
    }


@pytest.fixture(scope="module")
def worked_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with a home in which everything has been done that a bureau does; temporary files went to ``temporary``,
    lists to ``lists``, a backup to ``out`` and its key to ``safe``. MONITOR_KEYS points into it."""
    directory = tmp_path_factory.mktemp("worked")
    for name in ("temporary", "lists", "out", "safe"):
        (directory / name).mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        patch.setenv("TMPDIR", str(directory / "temporary"))
        patch.setattr("tempfile.tempdir", None)
        _work(directory)
        yield directory


def _work(directory: Path) -> None:
    def call_monitor(*arguments: object) -> int:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            return main(["--home", str(directory / "home"), *map(str, arguments)])

    expected = json.loads((SAMPLE / "expected_counts.json").read_text(encoding="utf-8"))
    for one in expected["load_order"]:
        assert call_monitor("import", one["kind"], SAMPLE / one["file"]) == 0
    applied = {"certno": certno(1), "psn_name": "样例甲乙", "category": "低保对象", "applied_on": "2025-05-01", "outcome": "批准"}
    assert call_monitor("import", "applications", write_csv(directory / "applications.csv", [applied])) == 0
    house = {"household": "户一二三", "certno": certno(1), "psn_name": "样例甲乙", "members": "2", "family_income": "9000",
             "income_year": "2025"}
    assert call_monitor("import", "households", write_csv(directory / "households.csv", [house])) == 0
    assert call_monitor("run", "--document", "weihai-2022-15", "--as-of", expected["as_of"]) == 0
    for command in (
        ["alerts"], ["alerts", "--uncovered"], ["alerts", "--set-aside"], ["entitlements"], ["shortfall"],
        ["shortfall", "--no-route"], ["audit-coverage", "--people"], ["review"], ["review", "--unmatched"],
    ):
        assert call_monitor(*command, "--output", directory / "lists" / f"{'-'.join(command)}.csv") == 0, command
    assert call_monitor("explain", next(n for n in NUMBERS if n.startswith("99"))) in (0, 1)
    _export(Home(directory / "home"))
    assert call_monitor("keys", "rotate") == 0
    assert call_monitor("backup", "--output", directory / "out" / "data", "--key-output", directory / "safe" / "key") == 0


def _export(home: Home) -> None:
    """A list as the screens hand it out, in both forms."""
    store = open_store(home)
    record = store.manifest.runs[0]
    engine = open_database(home.database_url)
    with engine.connect() as connection:
        rows = alert_page(connection, record.run).rows
    engine.dispose()
    amount = sum(row.excess_fen for row in rows)
    cover = Cover(
        heading="预警名单", document="文件", clauses=(), as_of=rows[0].crossed_on or date(2025, 12, 31), known_at=record.known_at,
        filters=(), count=len(rows), excess_fen=amount, run_id=record.run, trial=False, provisional=False,
        made_at=datetime(2026, 1, 1, tzinfo=CHINA), made_for="",
    )
    assert write_xlsx(rows, io.BytesIO(), cover) == len(rows)
    assert b"".join(csv_lines(rows))


def test_nothing_personal_stands_open_in_a_home_that_was_worked_in(worked_in: Path) -> None:
    names, numbers = NAMES | {"样例甲乙", "户一二三"}, NUMBERS
    for name in ("home", "out"):
        assert told(worked_in / name, names, numbers) == []
    assert list((worked_in / "temporary").iterdir()) == []
    # The names are there all right, for who has the key, and in the lists that were asked for.
    assert told(worked_in / "lists", names, numbers)
    store = open_store(Home(worked_in / "home"))
    path = next(path for path in worked_in.rglob("contacts-*.sealed"))
    plain = store.open_sealed(path.with_name("contacts-00001.sealed"), f"{path.parent.name}/contacts-00001.sealed")
    sealed = {value for column in pq.read_table(io.BytesIO(plain)).columns for value in column.to_pylist()}
    assert sealed & names


def test_a_number_in_a_files_name_is_masked(call_monitor: Monitor, home: Path, tmp_path: Path) -> None:
    """The name is kept with the batch, open: somebody exports one person's settlements and calls the file after them."""
    path = write_csv(tmp_path / f"结算{certno(3)}-20251231235959123.csv", [settlement(setl_id="A", certno=certno(3), psn_part_amt="1")])
    answer = call_monitor("import", "settlements", path)
    shown = f"结算{certno(3)[:4]}**********{certno(3)[-4:]}-20251231235959123.csv"
    assert (answer.returncode, shown in answer.stdout) == (0, True)
    assert shown in call_monitor("loads").stdout
    assert told(home, set(), {certno(3)}) == []


def test_everything_written_is_its_owners_alone(worked_in: Path) -> None:
    open_to_others = [
        path.relative_to(worked_in).as_posix() for name in ("home", "keys", "safe", "out", "lists")
        for path in (worked_in / name, *(worked_in / name).rglob("*")) if path.stat().st_mode & 0o077
    ]
    assert open_to_others == []


@pytest.mark.parametrize("in_memory_there", [True, False])
def test_a_workbook_in_the_making_touches_no_disk(
    call_monitor: Monitor, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory_there: bool
) -> None:
    """xlsxwriter keeps rows in files of its own while it writes: they are in memory, or there are none."""
    import tempfile

    import xlsxwriter.worksheet

    places = []
    original = tempfile.mkstemp

    def watched(*arguments: object, **named: object) -> object:
        places.append(named.get("dir") or tempfile.gettempdir())
        return original(*arguments, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(xlsxwriter.worksheet.tempfile, "mkstemp", watched)
    if not in_memory_there:
        monkeypatch.setattr(in_memory, "MEMORY", tmp_path / "nowhere")
    expected = json.loads((SAMPLE / "expected_counts.json").read_text(encoding="utf-8"))
    for one in expected["load_order"]:
        call_monitor("import", one["kind"], SAMPLE / one["file"])
    call_monitor("run", "--document", "weihai-2022-15", "--as-of", expected["as_of"])
    _export(Home(home))
    if in_memory_there:
        assert places
        assert all(Path(str(place)).is_relative_to(in_memory.MEMORY) for place in places)
    else:
        assert places == []
    assert in_memory.left_behind() == []


#: Loads a file with little memory and dies when everything of it is staged and nothing is committed.
DIE_WHILE_LOADING = """
import os, signal, sys
from monitor.store import committing, home, sealed_texts
from monitor.store.engine import DuckEngine
import functools
home.DuckEngine = functools.partial(DuckEngine, memory_limit=sys.argv[3])
def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[4] == "settle":
    committing.settle = die
else:
    original = sealed_texts.SealedTexts.write_sightings
    def once(self, *arguments):
        original(self, *arguments)
        die()
    sealed_texts.SealedTexts.write_sightings = once
from monitor.__main__ import main
main(["--home", sys.argv[1], "import", "people", sys.argv[2]])
"""


@pytest.mark.parametrize("moment", ["settle", "sealed"])
def test_an_import_killed_while_it_spills_leaves_nothing_open(home: Path, tmp_path: Path, moment: str) -> None:
    people = [
        {**PERSON, "psn_no": f"P{n:08d}", "certno": certno(n) if n < 50 else "", "psn_name": f"无名氏{n:06d}", "tel": f"5550{n:06d}"}
        for n in range(40_000)
    ]
    path, temporary = write_csv(tmp_path / "people.csv", people), tmp_path / "temporary"
    temporary.mkdir()
    killed = subprocess.run(
        [sys.executable, "-c", DIE_WHILE_LOADING, str(home), str(path), "40MB", moment],
        env={**os.environ, "TMPDIR": str(temporary)}, capture_output=True, text=True, check=False, timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    spilled = [path for path in (home / "spill").rglob("*") if path.is_file()]
    staged = [path for path in (home / "staging").rglob("*") if path.is_file()]
    assert staged
    assert sum(path.stat().st_size for path in spilled) > 0
    names = {people[0]["psn_name"], people[39_999]["psn_name"], "无名氏0"}
    numbers = {people[1]["certno"], people[2]["tel"], "P0000000"}
    for directory in (home, temporary):
        assert told(directory, names, numbers) == []

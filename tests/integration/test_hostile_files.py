"""Whatever is given to ``monitor import``: a sentence, within bounds, and nothing written; or the rows that are rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import LINE, NUMBER, PERSON, READ, REFUSED, TEXT, Maker

from monitor.base.errors import IntakeError
from monitor.intake import confined, source
from monitor.intake.columns import SETTLEMENTS
from monitor.intake.reading import open_export

ROOT = Path(__file__).resolve().parents[2]
Monitor = Callable[..., subprocess.CompletedProcess[str]]


def refused(answer: subprocess.CompletedProcess[str], words: str) -> None:
    assert answer.returncode == 1, answer
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1 and answer.stderr.endswith("\n")
    said = answer.stderr.removesuffix("\n")
    assert said.isprintable() and len(said) < 600, said
    assert words in said, said
    assert not {word for word in ("内部错误", "Traceback", PERSON, NUMBER) if word in said}, said


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_a_sentence(call_monitor: Monitor, home: Path, tmp_path: Path, make: Maker, words: str) -> None:
    refused(call_monitor("import", "settlements", make(tmp_path)), words)
    # Besides an empty store: that it was tried, and by whom.
    left = {path.relative_to(home).parts[0] for path in home.rglob("*") if path.is_file()}
    assert left <= {"manifest.json", "lock", "casework.sqlite", "logs"}
    assert json.loads((home / "manifest.json").read_text())["loads"] == []


@pytest.mark.parametrize(("make", "rows", "accepted"), READ.values(), ids=READ.keys())
def test_read_as_values_and_nothing_else(
    call_monitor: Monitor, tmp_path: Path, make: Maker, rows: int, accepted: int
) -> None:
    before = set(Path("/tmp").iterdir())
    answer = call_monitor("import", "settlements", make(tmp_path), "--json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert (found["read"], found["accepted"] + found["duplicates"]) == (rows, accepted)
    assert found["read"] == found["accepted"] + found["duplicates"] + found["rejected"]
    assert not {path.name for path in Path("/tmp").iterdir()} - {path.name for path in before} & {"hostile.csv"}
    assert PERSON not in answer.stdout and NUMBER not in answer.stdout


# The file itself


def open_refused(path: Path) -> str:
    with pytest.raises(IntakeError) as caught:
        open_export(path, SETTLEMENTS)
    assert caught.value.sentence.isprintable() and str(path.parent) not in caught.value.sentence
    return caught.value.sentence


def test_what_is_no_regular_file(tmp_path: Path) -> None:
    """A pipe would be waited for, a device never end."""
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "round.csv").symlink_to("round.csv")
    (tmp_path / "gone.csv").symlink_to("nowhere.csv")
    (tmp_path / "zeros.csv").symlink_to("/dev/zero")
    for name in ("pipe.csv", "folder.csv", "zeros.csv"):
        assert "不是普通文件" in open_refused(tmp_path / name)
    assert "绕成了圈" in open_refused(tmp_path / "round.csv")
    assert "没有这个文件" in open_refused(tmp_path / "gone.csv")
    assert "文件名过长" in open_refused(tmp_path / ("x" * 300))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "export.csv").write_bytes(TEXT)
    monkeypatch.setattr(source.os, "open", denied)
    assert "没有读取权限" in open_refused(tmp_path / "export.csv")


@pytest.mark.parametrize("name", ["a\nb.csv", "\x1b[31m.csv", os.fsdecode(b"\xd5\xc5.csv"), "\u202e.csv"])
def test_a_name_no_terminal_should_see(call_monitor: Monitor, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(TEXT)
    refused(call_monitor("import", "settlements", tmp_path / name), "只有表头")
    (tmp_path / name).write_bytes(TEXT + LINE)
    answer = call_monitor("import", "settlements", tmp_path / name)
    assert answer.returncode == 0
    assert len(answer.stdout.splitlines()) == 2 and answer.stdout.replace("\n", "").isprintable()
    assert call_monitor("loads").returncode == 0


def remove(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def garble(path: Path) -> None:
    """The same size, in place, no text any more."""
    with path.open("r+b") as file:
        file.seek(-40, os.SEEK_END)
        file.write(b"\xff" * 40)
    os.utime(path, ns=(1, 1))


def swap(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


@pytest.mark.parametrize("meanwhile", [remove, cut, garble, swap])
@pytest.mark.parametrize("after", [0, 1])
def test_a_file_that_changes_while_it_is_read(tmp_path: Path, meanwhile: Callable[[Path], None], after: int) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(TEXT + LINE * 500)
    with open_export(path, SETTLEMENTS, chunk_bytes=1000) as export:
        chunks = export.chunks()
        for _ in range(after):
            next(chunks)
        meanwhile(path)
        with pytest.raises(IntakeError, match="在读取过程中被改动"):
            list(chunks)


# Bounds


def test_a_workbook_gets_no_more_memory_and_time_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = REFUSED["a text written three hundred thousand times"][0](tmp_path)
    monkeypatch.setattr(confined, "LITTLE", 300 << 20)
    assert "内存" in open_refused(path)
    reader = confined.Reader(confined.MEMORY, seconds=1)
    with pytest.raises(IntakeError, match="时间"):
        while True:
            reader.open(path.read_bytes(), path.name)


def test_the_confined_process_may_write_nothing_and_ends_with_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[confined.Reader] = []
    monkeypatch.setattr("monitor.intake.workbook.Reader", lambda memory: started.append(confined.Reader(memory)) or started[-1])
    with open_export(READ["macros"][0](tmp_path), SETTLEMENTS) as export:
        process = started[0]._process
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        allowed = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}
        assert (allowed["Max file size"], allowed["Max core file size"]) == ("0", "0")
        assert confined.LITTLE < int(allowed["Max address space"]) < confined.LITTLE + (1 << 20)
        assert len(list(export.chunks())) == 1
    assert process.poll() is not None


#: In one process of its own, which tells how much memory it took at most, and the readers it started.
MEASURED = """
import resource, sys
from pathlib import Path
from monitor.__main__ import main
codes = [main(["import", "settlements", name]) for name in sys.argv[1:]]
(peak,) = (line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(codes, int(peak) >> 10, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)
"""
GREEDY = [
    "a bomb", "members without number", "two bytes a row", "a quoted field of two megabytes", "a million columns beside ours",
    "two cells at opposite corners", "a text written three hundred thousand times",
]


def test_memory_stays_bounded(home: Path, tmp_path: Path) -> None:
    files = []
    for number, name in enumerate(GREEDY):
        (tmp_path / str(number)).mkdir()
        files.append(str(REFUSED[name][0](tmp_path / str(number))))
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *files], cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    codes, own, readers = done.stdout.rsplit(maxsplit=2)
    assert codes == str([1] * len(GREEDY))
    assert int(own) < 600, "MB in the program itself"
    assert int(readers) < confined.MEMORY >> 20, "MB in a process that reads a workbook"


def test_what_a_library_prints_is_no_part_of_an_answer(
    call_monitor: Monitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the start and before every answer, to descriptor 1, where C prints."""
    noisy = (
        # Read as an answer it would be an empty one, and not an endless wait for the rest of it.
        "import os, json\n"
        "written, bar = json.dumps, bytes((0, 0, 0, 2)) + b'{}'\n"
        "json.dumps = lambda *a, **k: (os.write(1, bar), written(*a, **k))[1]\n"
        "os.write(1, bar)\n"
    )
    monkeypatch.setattr(confined, "_START", confined._START.replace("from monitor", f"exec({noisy!r}); from monitor"))
    make, rows, _ = READ["macros"]
    found = json.loads(call_monitor("import", "settlements", make(tmp_path), "--json").stdout)
    assert found["read"] == rows

"""A large text file is taken in while it is still being looked at: what it turns out to be decides, whatever it began like."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement, write_csv

from monitor.base.errors import IntakeError
from monitor.intake import looking, reading
from monitor.store import loading, rejections

#: So many bytes at the front are looked at before the rows are read; all files here are larger.
BEGINNING = 256


@pytest.fixture
def bureau(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    monkeypatch.setattr(looking, "STEP", BEGINNING)
    return Bureau(tmp_path / "bureau")


def export(path: Path, rows: int = 40) -> Path:
    """Of ASCII only."""
    return write_csv(path, [settlement(setl_id=f"S{n}", certno=certno(n), psn_name="A", psn_part_amt="10.00") for n in range(rows)])


def test_a_name_at_the_end_decides(bureau: Bureau, tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv")
    path.write_bytes(path.read_bytes() + path.read_bytes().splitlines()[1].replace(b"S0", b"S99").replace(b",A,", ",张三,".encode("gb18030")))
    outcome = bureau.load("settlements", path)
    assert (outcome.read, outcome.accepted) == (41, 41)
    assert bureau.store().manifest.loads[-1].encoding == "gb18030"
    assert bureau.load("settlements", path).known_before


@pytest.mark.parametrize(
    ("end", "sentence"),
    [(b"\xff\xff\n", "第 42 行既不是 UTF-8 也不是 GB18030"), (b"S,\0\n", "第 42 行含有 NUL 字节")],
    ids=["undecodable", "no text"],
)
def test_what_is_wrong_with_the_whole_is_said_first(end: bytes, sentence: str, bureau: Bureau, tmp_path: Path) -> None:
    """Every row is bad besides, which would be said of the rows."""
    path = export(tmp_path / "a.csv")
    path.write_bytes(path.read_bytes().replace(b"10.00", b"ten") + end)
    with pytest.raises(IntakeError, match=sentence):
        bureau.load("settlements", path)
    assert not bureau.store().manifest.loads
    assert not list((bureau.home.path / "staging").glob("*"))


def test_bad_rows_of_a_good_text_are_the_rows_fault(bureau: Bureau, tmp_path: Path) -> None:
    path = export(tmp_path / "a.csv")
    path.write_bytes(path.read_bytes().replace(b"10.00", b"ten"))
    with pytest.raises(IntakeError, match="40 行不合格"):
        bureau.load("settlements", path)


def test_a_file_given_up_amid_its_rows_lets_go_of_those_read_ahead(
    bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "open_export", partial(reading.open_export, chunk_bytes=700))
    monkeypatch.setattr(rejections, "HOPELESS", 1)
    path = export(tmp_path / "a.csv")
    path.write_bytes(path.read_bytes().replace(b"10.00", b"ten"))
    with pytest.raises(IntakeError, match=r"读入 [2-9] 行，其中 [2-9] 行不合格"):
        bureau.load("settlements", path)
    assert not bureau.store().manifest.loads


@pytest.mark.parametrize("asked_in_vain", [0, 1, 2], ids=["at once", "amid its rows", "at its end"])
def test_the_same_file_again_is_known(asked_in_vain: int, bureau: Bureau, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its hash, whenever that is there: before the first row, beside one, or after the last."""
    path = export(tmp_path / "a.csv")
    first = bureau.load("settlements", path)
    answers = [None] * asked_in_vain
    monkeypatch.setattr(reading.Export, "digest_by_now", lambda self: answers.pop() if answers else self.digest())
    again = bureau.load("settlements", path)
    assert again.known_before and (again.batch, again.duplicates) == (first.batch, first.read)
    assert not answers
    assert len(bureau.store().manifest.loads) == 1
    assert not list((bureau.home.path / "staging").glob("*"))

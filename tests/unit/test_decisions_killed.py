"""Decisions and inputs at the command line, killed and two at once.

kill -9 at every commit: it is there whole or not at all, the audit has it once the next command ran, and the same command again makes
no second one of it. While somebody writes, the next is told or waits, and what it says comes after.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from bureau import LIBRARY, Bureau, certno, settlement, write_csv
from dying import deaths
from postgres import enter
from sqlalchemy import select

from monitor.__main__ import main
from monitor.access.actor import operating_system_user
from monitor.access.opening import open_access
from monitor.access.tables import audit
from monitor.base.settings import Home
from monitor.casework.database import open_database
from monitor.review.joins import decide
from monitor.store import home as homes
from monitor.store.home import open_store
from monitor.store.lock import writer_lock
from monitor.store.manifest import TOLD, Manifest

ROOT = Path(__file__).resolve().parents[2]
ME = operating_system_user().name
OLD, NEW = "GBR310070010101", "H12345678"
WHY = ("--reason", "核对了材料")
DOCUMENT = "weihai-2022-15"
#: Over the line of 60,000 before anything is decided.
BEFORE = {certno(1): "70000.00"}
JOINED = {**BEFORE, NEW: "80000.00"}


@dataclass(frozen=True)
class Typed:
    """A command: the words before it, its own, where the audit says it came from, and who is over the line once it is done."""

    words: tuple[str, ...]
    where: str
    over: dict[str, str]
    before: tuple[tuple[str, ...], ...] = ()


JOIN, APART = ("review", "--join", "J1", *WHY), ("review", "--apart", "J1", *WHY)
SAME, DISTINCT = ("review", "--same", "D1", *WHY), ("review", "--distinct", "D1", *WHY)
TYPED: dict[str, Typed] = {
    "join": Typed(JOIN, "review", JOINED),
    "apart": Typed(APART, "review", BEFORE, (JOIN,)),
    "join undone": Typed(("review", "--undo", "J1", *WHY), "review", BEFORE, (JOIN,)),
    "same": Typed(SAME, "review", {}),
    "undo": Typed(("review", "--undo", "D1", *WHY), "review", BEFORE, (SAME,)),
    "undecided": Typed(("review", "--undecided", "leave-out", *WHY), "review", {}),
    "premium": Typed(
        ("parameter", DOCUMENT, "premium.fixed.amount.2025=380.00", "--paper", "测试文件", "--by", "测试"), "parameter", BEFORE
    ),
    "none": Typed(("none", "applications", "--until", "2025-12-31", "--paper", "测试文件", "--by", "测试"), "none", BEFORE),
    "done": Typed(
        ("done", "dongyang-2020-24", "providers", "--year", "2025", "--on", "2025-12-20", "--paper", "测试文件", "--by", "测试"), "done", BEFORE
    ),
    "other payments": Typed(("import", "other_payments", "{here}/other_payments.csv"), "import other_payments", BEFORE),
    "claims by hand": Typed(("import", "settlements", "{here}/claims.csv"), "import settlements", {**BEFORE, certno(2): "61000.00"}),
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two numbers of one psn_no, a settlement under two ids, and a run that nobody has decided anything after."""
    directory = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch:
        enter(directory, patch)
        bureau = Bureau(directory)
        bureau.incomes()
        twice = {"certno": certno(1), "psn_no": "P9", "psn_part_amt": "35000", "setl_time": "2025-05-05 10:23:11"}
        bureau.settlements(
            settlement(setl_id="S1", certno=OLD, psn_no="P1", psn_part_amt="40000"),
            settlement(setl_id="S2", certno=NEW, psn_no="P1", psn_part_amt="40000"),
            settlement(setl_id="991A", **twice), settlement(setl_id="991B", **twice),
        )
        bureau.run()
    write_csv(directory / "other_payments.csv", [
        {"certno": certno(1), "psn_name": "", "paid_on": "2025-06-01", "payer": "样例公司", "amount": "500", "setl_id": "991A"},
    ])
    claim = settlement(setl_id="C1", certno=certno(2), psn_no="P2", psn_part_amt="61000", setl_time="2025-08-01")
    write_csv(directory / "claims.csv", [{**claim, "manl_reim_rea": "零星报销", "invoice_on": "2025-07-01"}])
    return directory


def typed(place: Path, *words: str) -> int:
    return main(["--home", str(place / "home"), *(word.replace("{here}", str(place)) for word in words)])


def entries(home: Home) -> dict[str, tuple[str, str]]:
    """Who did each fact the audit has, and from where; with the audit whole."""
    store, engine = open_store(home), open_database(home.database_url)
    access = open_access(engine, home, store.keys)
    with engine.connect() as connection:
        assert access.audit.verify(connection).broken is None
        a = audit.c
        found = connection.execute(select(a.fact, a.actor, a.place).where(a.fact.is_not(None))).all()
    engine.dispose()
    assert len({fact for fact, *_ in found}) == len(found), "each once"
    return {fact: (actor, place) for fact, actor, place in found}


def what_is_told(manifest: Manifest) -> str:
    """Everything the home was told, but for when, and how it lies sealed."""
    told = asdict(manifest)
    return json.dumps([{**record, "committed_at": "", "files": {}} for name in TOLD for record in told[name]], ensure_ascii=False, sort_keys=True)


def over(place: Path) -> dict[str, str]:
    bureau = Bureau(place)
    return {row["certno"]: row["burden"] for row in bureau.alerts(bureau.run()) if row["state"] != "cleared"}


@pytest.mark.slow
@pytest.mark.parametrize("name", TYPED)
@pytest.mark.kills
def test_killed_at_any_commit_it_is_there_whole_or_not_at_all(
    name: str, template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case, start = TYPED[name], tmp_path / "start"
    shutil.copytree(template, start)
    enter(start, monkeypatch)
    for words in (*case.before, ("review",)):
        assert typed(start, *words) == 0, capsys.readouterr().err
    (start / "command.json").write_text(json.dumps(case.words), encoding="utf-8")
    before = set(open_store(Home(start / "home")).manifest.facts)
    assert set(entries(Home(start / "home"))) == before
    found: set[tuple[int, int]] = set()
    said: set[str] = set()
    for left in deaths("command", start, tmp_path / "dead", steps=2):
        enter(left, monkeypatch)
        home = Home(left / "home")
        new = set(open_store(home).manifest.facts) - before
        told = set(entries(home)) - before
        assert len(new) <= 1 and told <= new
        if (state := (len(new), len(told))) in found:
            continue
        # The way on is the same from wherever it stands: taken once from each.
        found.add(state)
        assert typed(left, *case.words) == 0, capsys.readouterr().err
        manifest = open_store(home).manifest
        (fact,) = set(manifest.facts) - before
        assert entries(home) == {**entries(home), fact: (ME, f"command:{case.where}")} and set(entries(home)) == set(manifest.facts)
        assert {entry.name for entry in (home.path / "loads").iterdir()} == {load.batch for load in manifest.loads}
        assert not list((home.path / "staging").glob("*"))
        said.add(what_is_told(manifest))
    # Nothing; decided, and not yet in the audit; both.
    assert found == {(0, 0), (1, 0), (1, 1)}
    # Whichever way: the same was told, and it does the same.
    assert len(said) == 1 and over(left) == case.over


@pytest.fixture
def place(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(template, tmp_path / "office")
    enter(tmp_path / "office", monkeypatch)
    return tmp_path / "office"


def test_while_somebody_writes_each_is_told_by_whom(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(homes, "LOCK_WAIT_SECONDS", 0.0)
    assert typed(place, "review") == 0
    before = Home(place / "home").manifest.read_bytes()
    with writer_lock(place / "home" / "lock", "import settlements", 0.0):
        for name, case in TYPED.items():
            capsys.readouterr()
            assert typed(place, *case.words) == 1, name
            said = capsys.readouterr()
            assert said.out == "" and f"进程 {os.getpid()}（monitor import settlements）写入" in said.err and said.err.count("\n") == 1
    assert Home(place / "home").manifest.read_bytes() == before


@pytest.mark.slow
def test_two_words_at_once_on_one_pair_come_one_after_the_other(place: Path) -> None:
    """And two on one duplicate, by four processes: the last of each holds, and the audit says in which order they were said."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "monitor", "--home", str(place / "home"), *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True,
        )
        for words in (JOIN, APART, SAME, DISTINCT)
    ]
    for process in running:
        out, said = process.communicate(timeout=120)
        assert process.returncode == 0 and "此前已如此认定" not in out, said
    home = Home(place / "home")
    manifest = open_store(home).manifest
    assert {record.together for record in manifest.joins} == {True, False} and len(manifest.joins) == 2
    assert {record.same for record in manifest.duplicates} == {True, False} and len(manifest.duplicates) == 2
    moments = [datetime.fromisoformat(record.committed_at) for record in manifest.joins]
    assert moments[0] < moments[1]
    told = [json.loads(detail)["together"] for fact, detail in details(home) if fact.startswith("join:")]
    assert told == [record.together for record in manifest.joins]
    assert [record.together for record in manifest.decided()] == [told[-1]]
    assert over(place) == ({} if manifest.duplicates[-1].same else BEFORE) | ({NEW: "80000.00"} if told[-1] else {})


def details(home: Home) -> list[tuple[str, str]]:
    """The store's facts in the audit, in its order, with what it says of each."""
    assert set(entries(home)) == set(open_store(home).manifest.facts)
    engine = open_database(home.database_url)
    with engine.connect() as connection:
        found = connection.execute(select(audit.c.fact, audit.c.detail).where(audit.c.fact.is_not(None)).order_by(audit.c.sequence))
        told = [(str(fact), str(detail)) for fact, detail in found]
    engine.dispose()
    return told


def test_who_was_overtaken_waiting_comes_after(place: Path) -> None:
    """The time of a word is from before its wait; what is replayed as it was known at the other's knows nothing of it."""
    bureau, moments = Bureau(place), [f"2026-03-02T09:00:{second:02d}+08:00" for second in (5, 1, 1)]
    with homes.writing(bureau.home, "test") as store:
        decide(store, LIBRARY, 1, together=True, reason="核对过", by="甲", now=moments[0])
    record = bureau.run()
    bureau.load("settlements", place / "claims.csv", at=moments[1])
    with homes.writing(bureau.home, "test") as store:
        decide(store, LIBRARY, 1, together=False, reason="另有材料", by="乙", now=moments[2])
    manifest = bureau.store().manifest
    told = [datetime.fromisoformat(moment) for moment in (manifest.joins[0].committed_at, manifest.loads[-1].committed_at,
                                                          manifest.joins[1].committed_at)]
    assert told[0] == datetime.fromisoformat(moments[0]) and told[0] < told[1] < told[2]
    assert record.known_at == moments[0]
    replayed = bureau.run(known_at=record.known_at)
    assert [{row["certno"]: row["burden"] for row in bureau.alerts(run)} for run in (record, replayed)] == [JOINED, JOINED]
    assert over(place) == {**BEFORE, certno(2): "61000.00"}


@pytest.mark.parametrize(("seconds", "kept"), [(0, True), (1, False), (89, False), (90, True), (3600, True)])
def test_only_as_far_back_as_somebody_can_have_waited(place: Path, seconds: int, kept: bool) -> None:
    """What lies further back was said by a clock that was set since: ``monitor doctor`` says that one."""
    bureau, latest = Bureau(place), datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    bureau.load("settlements", place / "claims.csv", at=latest.isoformat())
    said = (latest - timedelta(seconds=seconds)).isoformat()
    bureau.load("other_payments", place / "other_payments.csv", at=said)
    committed = bureau.store().manifest.loads[-1].committed_at
    assert committed == (said if kept else (latest + timedelta(microseconds=1)).isoformat())


@pytest.mark.parametrize("name", ["premium", "none", "done"])
def test_the_same_record_again_is_no_other(name: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = TYPED[name].words
    for _ in range(2):
        assert typed(place, *words) == 0
    home = Home(place / "home")
    once = set(open_store(home).manifest.facts)
    other = ("其他文件" if word == "测试文件" else word for word in words)
    assert typed(place, *other) == 0
    assert len(set(open_store(home).manifest.facts) - once) == 1
    # Back on the first paper: said again, since another was said in between.
    assert typed(place, *words) == 0
    assert len(set(open_store(home).manifest.facts) - once) == 2

"""The issue's table of bad input, through the command line: one sentence, the right exit code, nothing half written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from bureau import Bureau, certno, settlement, write_csv

Monitor = Callable[..., subprocess.CompletedProcess[str]]
SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
WEIHAI = SAMPLE / "weihai-2022-15"


def one_sentence(answer: subprocess.CompletedProcess[str], *words: str) -> None:
    assert answer.returncode == 1, answer
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert "Traceback" not in answer.stderr
    for word in words:
        assert word in answer.stderr, (word, answer.stderr)


def test_a_file_that_is_no_table(call_monitor: Monitor, tmp_path: Path) -> None:
    junk = tmp_path / "scan.csv"
    junk.write_bytes(b"%PDF-1.7\n\x00\x01\x02")
    one_sentence(call_monitor("import", "settlements", junk), "scan.csv")


def test_an_empty_file(call_monitor: Monitor, tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    one_sentence(call_monitor("import", "settlements", tmp_path / "empty.csv"), "empty.csv")


def test_a_file_that_is_not_there(call_monitor: Monitor, tmp_path: Path) -> None:
    one_sentence(call_monitor("import", "settlements", tmp_path / "nowhere.csv"), "nowhere.csv")


def test_missing_columns_are_named_with_the_names_accepted(call_monitor: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "short.csv"
    path.write_text("setl_id,certno\n1,2\n")
    one_sentence(
        call_monitor("import", "settlements", path), "short.csv", "setl_time", "结算时间", "结算日期", "psn_part_amt", "PSN_PAY"
    )


def test_undecodable_text_names_the_line_and_the_option(call_monitor: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "torn.csv"
    path.write_bytes(b"setl_id,certno,setl_time,psn_part_amt\n" + b"1,\xff\xff,2025-01-01,1\n")
    one_sentence(call_monitor("import", "settlements", path), "torn.csv", "2", "--encoding")


def rows(good: int, bad: int) -> list[dict[str, str]]:
    return [
        {**settlement(setl_id=f"S{n}", certno=certno(n), psn_part_amt="1"), **({"psn_part_amt": "many"} if n >= good else {})}
        for n in range(good + bad)
    ]


def test_bad_rows_are_rejected_and_the_rest_loaded(call_monitor: Monitor, tmp_path: Path, home: Path) -> None:
    path = write_csv(tmp_path / "s.csv", rows(8, 2))
    answer = call_monitor("import", "settlements", path, "--json")
    found = json.loads(answer.stdout)
    assert answer.returncode == 0
    assert [found[name] for name in ("read", "accepted", "duplicates", "rejected")] == [10, 8, 0, 2]
    assert found["reasons"] == {"not_a_number": 2}
    listed = Path(found["files"][0]["rejections"]).read_text(encoding="utf-8-sig")
    assert "s.csv,10,psn_part_amt,个人负担总金额,not_a_number" in listed
    assert "many" not in listed


def test_above_a_fifth_rejected_nothing_is_loaded(call_monitor: Monitor, tmp_path: Path, home: Path) -> None:
    path = write_csv(tmp_path / "s.csv", rows(7, 2))
    one_sentence(call_monitor("import", "settlements", path), "s.csv", "20%", "9", "2")
    again = write_csv(tmp_path / "t.csv", rows(8, 2))
    assert json.loads(call_monitor("import", "settlements", again, "--json").stdout)["accepted"] == 8


def test_a_totals_row_is_rejected_as_such_and_refuses_no_file(call_monitor: Monitor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "s.csv", [*rows(2, 0), {**settlement(psn_part_amt="2"), "setl_id": "合计", "setl_time": ""}])
    found = json.loads(call_monitor("import", "settlements", path, "--json").stdout)
    assert (found["accepted"], found["rejected"], found["reasons"]) == (2, 1, {"totals_row": 1})


def test_a_number_excel_destroyed_is_rejected_by_line(call_monitor: Monitor, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "s.csv", [*rows(9, 0), settlement(setl_id="X", certno="3.71E+17", psn_part_amt="1")])
    found = json.loads(call_monitor("import", "settlements", path, "--json").stdout)
    assert found["reasons"] == {"destroyed_number": 1}


def test_an_error_in_a_spreadsheet_is_no_blank(call_monitor: Monitor, tmp_path: Path) -> None:
    """A failed look-up in an optional amount would otherwise count as zero, one in the number as somebody."""
    path = tmp_path / "s.xlsx"
    good = rows(10, 0)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate([list(good[0]), *(list(row.values()) for row in good)]):
            sheet.write_row(line, 0, row)
        sheet.write_formula(9, list(good[0]).index("maf_pay"), "=NA()", None, "#N/A")
        sheet.write_formula(10, list(good[0]).index("certno"), "=A0", None, "#REF!")
    found = json.loads(call_monitor("import", "settlements", path, "--json").stdout)
    assert [found[name] for name in ("read", "accepted", "duplicates", "rejected")] == [10, 8, 0, 2]
    assert found["reasons"] == {"not_a_number": 1, "destroyed_number": 1}
    listed = Path(found["files"][0]["rejections"]).read_text(encoding="utf-8-sig")
    assert "s.xlsx,10,maf_pay,医疗救助基金支出,not_a_number" in listed
    assert "s.xlsx,11,certno,证件号码,destroyed_number" in listed


@pytest.fixture
def loaded(tmp_path: Path, home: Path) -> Bureau:
    bureau = Bureau(tmp_path)
    bureau.settlements(settlement(setl_id="A", certno=certno(1), psn_no="P1", psn_part_amt="70000"))
    return bureau


def test_checks_come_in_order(call_monitor: Monitor, loaded: Bureau) -> None:
    one_sentence(call_monitor("run", "--document", "nowhere", "--as-of", "2025-12-31"), "nowhere", "weihai-2022-15", "gansu-2022-23")
    one_sentence(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2022-12-31"), "2023-01-01", "--trial")
    one_sentence(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2028-01-01"), "2027-12-31", "--trial")
    one_sentence(call_monitor("run", "--document", "inner-mongolia-2022-draft", "--as-of", "2025-12-31"), "征求意见稿", "--trial")
    one_sentence(
        call_monitor("run", "--document", "gansu-2022-23", "--as-of", "2025-12-31"),
        "return_to_poverty.multiple", "monitor parameter gansu-2022-23", "--paper",
    )
    one_sentence(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31"), "370000", "all", "2024")
    loaded.incomes({"year": "2023"}, {"year": "2024"})
    one_sentence(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2024-12-31"), "2024-01-01", "没有任何结算")
    assert call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31").returncode == 0


def test_a_column_that_is_absent_is_not_zero(call_monitor: Monitor, tmp_path: Path, home: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.incomes()
    row = settlement(setl_id="A", certno=certno(1), psn_part_amt="70000")
    del row["maf_pay"]
    bureau.settlements(row)
    one_sentence(call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31"), "maf_pay", "个人负担（救助前）")


def test_a_trial_is_labelled_everywhere(call_monitor: Monitor, loaded: Bureau) -> None:
    loaded.incomes({"region": "150100", "residents": "rural"})
    loaded.settlements(settlement(setl_id="B", certno=certno(2), psn_part_amt="40000.01", insu_admdvs="150102"))
    answer = call_monitor("run", "--document", "inner-mongolia-2022-draft", "--as-of", "2025-12-31", "--trial")
    assert answer.returncode == 0
    assert "试运行" in answer.stdout
    row = call_monitor("alerts").stdout.splitlines()[1].split(",")
    assert row[-2:] == ["true", "false"]
    assert "试运行" in call_monitor("explain", certno(2)).stdout


def test_wrong_usage_is_two(call_monitor: Monitor) -> None:
    assert call_monitor("run", "--document", "weihai-2022-15").returncode == 2
    assert call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-02-30").returncode == 2
    assert call_monitor("nothing").returncode == 2


def test_a_home_without_its_keys_says_so(call_monitor: Monitor, loaded: Bureau, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MONITOR_KEYS", str(tmp_path / "elsewhere"))
    one_sentence(call_monitor("loads"), "密钥", "MONITOR_KEYS")


def test_the_second_writer_is_told_who_holds_the_lock(
    call_monitor: Monitor, loaded: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    from monitor.store import home as homes
    from monitor.store.lock import writer_lock

    monkeypatch.setattr(homes, "LOCK_WAIT_SECONDS", 0.0)
    with writer_lock(loaded.home.lock, "import settlements", 0.0):
        one_sentence(
            call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31"), str(os.getpid()), "import settlements"
        )
    # Readers need no lock.
    with writer_lock(loaded.home.lock, "run", 0.0):
        assert call_monitor("loads").returncode == 0


KILLED_AT = ["settle", "commit"]


@pytest.mark.parametrize("moment", KILLED_AT)
def test_killed_in_the_middle_leaves_the_whole_batch_or_nothing(moment: str, loaded: Bureau, home: Path, tmp_path: Path) -> None:
    """kill -9 when the files are written but not yet in place, and when they are in place but not yet committed."""
    path = write_csv(tmp_path / "more.csv", [settlement(setl_id="B", certno=certno(2), psn_no="P2", psn_part_amt="1")])
    script = (
        "import os, signal, sys\n"
        "from monitor.store import committing\n"
        "from monitor.store.home import Store\n"
        "def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)\n"
        f"{'committing.settle = die' if moment == 'settle' else 'Store.commit = die'}\n"
        "from monitor.__main__ import main\n"
        f"main(['--home', {str(home)!r}, 'import', 'settlements', {str(path)!r}])\n"
    )
    killed = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert len(loaded.store().manifest.loads) == 1
    outcome = loaded.load("settlements", path)
    assert (outcome.accepted, outcome.known_before) == (1, False)
    directories = sorted(entry.name for entry in (home / "loads").iterdir())
    assert directories == ["0001-settlements", "0002-settlements"]
    assert not (home / "staging" / "0002-settlements").exists()


def test_killed_between_store_and_case_database_is_repaired_by_the_next_command(
    loaded: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy import create_engine, text

    from monitor import run as journey

    loaded.incomes()
    with monkeypatch.context() as patch:
        patch.setattr(journey, "synchronise", lambda store: None)
        record = loaded.run()
    loaded.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样例一"})
    path = write_csv(loaded.directory / "again.csv", [settlement(setl_id="C", certno=certno(3), psn_part_amt="1")])
    assert call_monitor("import", "settlements", path).returncode == 0
    engine = create_engine(loaded.home.database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT run_id FROM runs")).scalars().all() == [record.run]
        assert connection.execute(text("SELECT count(*) FROM alerts")).scalar() == 1
    engine.dispose()


def test_no_space_left_writes_nothing(loaded: Bureau, call_monitor: Monitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from monitor.store import committing

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(committing, "settle", full)
    path = write_csv(tmp_path / "more.csv", [settlement(setl_id="B", certno=certno(2), psn_part_amt="1")])
    one_sentence(call_monitor("import", "settlements", path), "磁盘空间不足")
    assert len(loaded.store().manifest.loads) == 1


def test_known_rows_in_another_file_are_duplicates_and_change_nothing(loaded: Bureau, call_monitor: Monitor, tmp_path: Path) -> None:
    row = settlement(setl_id="A", certno=certno(1), psn_no="P1", psn_part_amt="70000")
    path = write_csv(tmp_path / "again.csv", [row, row])
    found = json.loads(call_monitor("import", "settlements", path, "--json").stdout)
    assert [found[name] for name in ("read", "accepted", "duplicates", "rejected")] == [2, 0, 2, 0]
    assert len(json.loads(call_monitor("loads", "--json").stdout)) == 2
    mixed = write_csv(tmp_path / "mixed.csv", [row, settlement(setl_id="B", certno=certno(2), psn_part_amt="1")])
    assert json.loads(call_monitor("import", "settlements", mixed, "--json").stdout)["accepted"] == 1


def test_a_known_row_and_then_its_correction_in_one_file_count_once(loaded: Bureau) -> None:
    """The correction supersedes the stored row, not the repetition of it, which is stored nowhere."""
    row = settlement(setl_id="A", certno=certno(1), psn_no="P1", psn_part_amt="70000")
    outcome = loaded.settlements(row, {**row, **settlement(setl_id="A", certno=certno(1), psn_no="P1", psn_part_amt="65000")}, row)
    assert (outcome.read, outcome.accepted, outcome.duplicates) == (3, 2, 1)
    assert dict(outcome.flags) == {"supersedes": 1, "same_key_different_content": 1}
    loaded.incomes()
    assert [alert["burden"] for alert in loaded.alerts(loaded.run())] == ["70000.00"]

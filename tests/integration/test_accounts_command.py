"""``monitor accounts`` and ``monitor audit`` as a data manager types them."""

from __future__ import annotations

import csv
import io
import json
import os
import pwd
import re
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Monitor = Callable[..., subprocess.CompletedProcess[str]]
ONE_TIME = re.compile(r"^[A-Za-z2-9]{4}(?:-[A-Za-z2-9]{4}){3}$", re.MULTILINE)


def fine(answer: subprocess.CompletedProcess[str]) -> str:
    assert (answer.returncode, answer.stderr) == (0, "")
    return answer.stdout


def refused(answer: subprocess.CompletedProcess[str]) -> str:
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith("monitor：") and answer.stderr.count("\n") == 1
    return answer.stderr


def actions(call_monitor: Monitor) -> list[tuple[str, str]]:
    listed = json.loads(fine(call_monitor("audit", "list", "--format", "json")))
    return [(entry["action"], entry["object"]) for entry in listed]


def test_the_first_account_may_come_before_the_first_file(call_monitor: Monitor, home: Path) -> None:
    said = fine(call_monitor("accounts", "add", "guan.li", "--display", "系统管理", "--role", "administrator"))
    assert "一次性口令" in said
    (password,) = ONE_TIME.findall(said)
    for path in home.rglob("*"):
        assert not path.is_file() or password.encode() not in path.read_bytes()
    assert password not in fine(call_monitor("accounts", "list")) + fine(call_monitor("audit", "list"))
    assert fine(call_monitor("loads", "--json")) == "[]\n"


def test_an_account_from_its_first_day_to_its_last(call_monitor: Monitor) -> None:
    for name in ("guan.li", "guan.li2"):
        fine(call_monitor("accounts", "add", name, "--display", "系统管理", "--role", "administrator"))
    fine(call_monitor("accounts", "add", "Li.Na", "--display", "李娜", "--role", "officer", "--district", "371002", "--town", "甲镇"))
    fine(call_monitor("accounts", "roles", "li.na", "--role", "officer", "--role", "approver"))
    fine(call_monitor("accounts", "scope", "li.na", "--district", "3710"))
    account = {one["name"]: one for one in json.loads(fine(call_monitor("accounts", "list", "--json")))}["li.na"]
    assert account["roles"] == ["approver", "officer"]
    assert account["scope"] == {"districts": ["3710"], "towns": []}
    assert account["duties"] == ["change_password", "enrol_second_factor"]
    assert "password" not in str(account).replace("change_password", "")
    fine(call_monitor("accounts", "scope", "li.na", "--everything"))
    assert "李娜　经办人、审核人　全部　修改口令；绑定动态口令　最近登录 无" in fine(call_monitor("accounts", "list"))
    for act in ("disable", "enable", "unlock"):
        fine(call_monitor("accounts", act, "li.na"))
    assert ONE_TIME.search(fine(call_monitor("accounts", "reset", "li.na")))
    fine(call_monitor("accounts", "disable", "guan.li2"))
    assert [action for action, _ in actions(call_monitor)] == [
        "account_added", "account_added", "account_added", "roles_set", "scope_set", "scope_set", "account_disabled",
        "account_enabled", "account_unlocked", "account_reset", "account_disabled",
    ]
    assert "最后一位" in refused(call_monitor("accounts", "disable", "guan.li"))
    assert "没有名为" in refused(call_monitor("accounts", "disable", "nobody"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add", "li.na", "--display", "李娜", "--role", "officer"], "须指定范围"),
        (["add", "li.na", "--display", "李娜", "--role", "officer", "--everything", "--town", "甲镇"], "不能与"),
        (["add", "李娜", "--display", "李娜", "--role", "officer", "--everything"], "账号名称须为"),
        (["add", "li.na", "--display", " ", "--role", "officer", "--everything"], "显示姓名须为"),
        (["add", "li.na", "--display", "李娜", "--role", "officer", "--role", "auditor", "--everything"], "不能兼任"),
        (["add", "li.na", "--display", "李娜", "--role", "officer", "--district", "威海"], "区县代码"),
        (["scope", "li.na"], "须写明范围"),
    ],
)
def test_what_is_refused_in_one_sentence(call_monitor: Monitor, words: list[str], said: str) -> None:
    assert said in refused(call_monitor("accounts", *words))


@pytest.mark.parametrize(
    "words",
    [["accounts"], ["accounts", "add", "x"], ["accounts", "add", "x", "--display", "甲", "--role", "boss"], ["audit"],
     ["audit", "list", "--action", "anything"], ["audit", "list", "--since", "yesterday"]],
)
def test_wrong_usage(call_monitor: Monitor, words: list[str]) -> None:
    assert call_monitor(*words).returncode == 2


def test_a_mistake_in_the_rules_stops_everything(call_monitor: Monitor, home: Path) -> None:
    fine(call_monitor("accounts", "add", "guan.li", "--display", "系统管理", "--role", "administrator"))
    (home / "access.toml").write_text("second_factors = []", encoding="utf-8")
    assert "没有名为 second_factors 的设置" in refused(call_monitor("accounts", "list"))


# --- audit list, audit verify ---------------------------------------------------------------------


@pytest.fixture
def written(call_monitor: Monitor) -> Monitor:
    for name in ("guan.li", "guan.li2", "guan.li3"):
        fine(call_monitor("accounts", "add", name, "--display", "系统管理", "--role", "administrator"))
    return call_monitor


def test_the_command_line_acts_as_the_operating_systems_user(written: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("USER", "LOGNAME", "SUDO_USER"):
        monkeypatch.setenv(variable, "somebody.else")
    fine(written("accounts", "disable", "guan.li2"))
    actors = {entry["actor"] for entry in json.loads(fine(written("audit", "list", "--format", "json")))}
    assert actors == {f"os:{pwd.getpwuid(os.getuid()).pw_name}"}


def test_the_list_in_each_form(written: Monitor, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(fine(written("audit", "list", "--format", "csv")))))
    assert list(rows[0]) == [
        "sequence", "at", "written_at", "actor", "account", "session", "place", "action", "object", "purpose", "detail", "digest",
    ]
    assert [row["sequence"] for row in rows] == ["1", "2", "3"]
    assert all(row["at"].endswith("+08:00") for row in rows)
    lines = fine(written("audit", "list")).splitlines()
    assert "新建账号 account:guan.li " in lines[0] and "command:accounts add" in lines[0]
    fine(written("audit", "list", "--format", "json", "--output", tmp_path / "audit.json"))
    assert len(json.loads((tmp_path / "audit.json").read_text(encoding="utf-8"))) == 5, "looking is written down, too"


def test_the_list_narrowed(written: Monitor) -> None:
    def count(*options: str) -> int:
        return len(json.loads(fine(written("audit", "list", "--format", "json", *options))))

    today = json.loads(fine(written("audit", "list", "--format", "json")))[0]["at"][:10]
    assert count("--since", today, "--until", today, "--action", "account_added") == 3
    assert count("--until", "2020-01-01") == 0
    assert count("--since", "2100-01-01") == 0
    assert count("--actor", "nobody") == 0
    assert "没有符合条件" in fine(written("audit", "list", "--actor", "nobody"))


def test_a_purpose_is_no_formula_in_the_csv(written: Monitor, home: Path) -> None:
    from datetime import UTC, datetime

    from monitor.access.actor import operating_system_user
    from monitor.base.settings import Home
    from monitor.base.vocabulary import AuditAction
    from monitor.casework.facts import auditing
    from monitor.store.home import open_store

    now = datetime(2026, 3, 2, tzinfo=UTC)
    with auditing(open_store(Home(home)), now) as access, access.begin() as connection:
        access.audit.append(
            connection, operating_system_user(), AuditAction.REVEALED, "person:0", now=now, where="t",
            purpose="=HYPERLINK(\"x\")\r\n2 2020 os:root 新建账号",
        )
    last = list(csv.DictReader(io.StringIO(fine(written("audit", "list", "--format", "csv")))))[-1]
    assert last["purpose"].startswith("'=")
    # Nor can it look like a line of its own on the screen.
    assert len(fine(written("audit", "list", "--actor", last["actor"], "--action", "revealed")).splitlines()) == 1
    assert "全部" not in fine(written("audit", "verify"))


def test_verify_says_whole_and_gives_what_to_write_down(written: Monitor) -> None:
    said = fine(written("audit", "verify"))
    assert "审计记录共 3 条" in said
    (expected,) = re.findall(r"\d+:[0-9a-f]{64}", said)
    fine(written("accounts", "disable", "guan.li2"))
    assert "审计记录共 5 条" in fine(written("audit", "verify", "--expect", expected))
    other = expected[:-1] + ("0" if expected[-1] != "0" else "1")
    assert "与以前抄录的不同" in refused(written("audit", "verify", "--expect", other))
    assert "已不在库中" in refused(written("audit", "verify", "--expect", f"999:{'0' * 64}"))
    assert "须写作" in refused(written("audit", "verify", "--expect", "3"))
    found = json.loads(fine(written("audit", "verify", "--json")))
    # Three accounts, one disabled, four looks; the mistyped one looked at nothing.
    assert (found["entries"], found["broken"]) == (8, None)


def test_a_home_put_back_to_yesterday_is_found_by_what_was_written_down(written: Monitor, home: Path) -> None:
    """Database and head together: nothing in the home can tell, the line on the auditor's paper does."""
    yesterday = {name: (home / name).read_bytes() for name in ("casework.sqlite", "audit.head")}
    fine(written("accounts", "disable", "guan.li2"))
    (expected,) = re.findall(r"\d+:[0-9a-f]{64}", fine(written("audit", "verify")))
    for name, content in yesterday.items():
        (home / name).write_bytes(content)
    for name in ("casework.sqlite-wal", "casework.sqlite-shm"):
        (home / name).unlink(missing_ok=True)
    assert "审计记录共 3 条" in fine(written("audit", "verify"))
    assert "与以前抄录的不同" in refused(written("audit", "verify", "--expect", expected))


def test_verify_names_the_first_broken_entry_with_exit_code_1(written: Monitor, home: Path) -> None:
    with sqlite3.connect(home / "casework.sqlite") as database:
        for trigger in ("audit_no_update", "audit_no_delete"):
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute("UPDATE audit SET actor = 'os:nobody' WHERE sequence = 2")
    database.close()
    said = refused(written("audit", "verify"))
    assert "审计记录第 2 条被改动" in said and "此前 1 条完好" in said
    answer = written("audit", "verify", "--json")
    assert answer.returncode == 1
    assert json.loads(answer.stdout)["broken"]["fault"] == "changed"
    # The list still shows what is there: an auditor has to see it.
    assert "os:nobody" in fine(written("audit", "list"))

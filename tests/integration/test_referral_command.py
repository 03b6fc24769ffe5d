"""A month at the command line: two people sign, the files lie there, the answers come back, the list is replayed."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bureau import certno
from sentlist import SENT_AT, opened, prepared

from monitor.access import accounts, sign_in
from monitor.access.actor import operating_system_user
from monitor.access.deeds import Attempt
from monitor.access.scope import EVERYTHING
from monitor.base.vocabulary import Role

PASSWORD = "Kestrel-47-oboe"


def member(directory: Path, access: object, name: str, role: Role) -> Path:
    """An account with a password of its own, in a file."""
    new = accounts.NewAccount(name, name, [role], EVERYTHING)
    first = accounts.add(access, operating_system_user(), new, now=SENT_AT, where="test")  # type: ignore[arg-type]
    attempt = Attempt(access, SENT_AT, "test", "test")  # type: ignore[arg-type]
    found = sign_in.sign_in(attempt, name, first, "")
    assert isinstance(found, sign_in.SignedIn)
    sign_in.change_password(attempt, found.actor, found.token, first, PASSWORD)
    path = directory / f"{name}.password"
    path.write_text(PASSWORD + "\n", encoding="utf-8")
    return path


@pytest.mark.slow
def test_a_month_at_the_command_line(home: Path, tmp_path: Path, call_monitor: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    bureau = prepared(tmp_path, people=3)
    (home / "access.toml").write_text("second_factor = []\npassword_days = 0\n", encoding="utf-8")
    with opened(bureau.home) as (_, access):
        li = member(tmp_path, access, "li.na", Role.OFFICER)
        shen = member(tmp_path, access, "shen.he", Role.APPROVER)
    what = ("--to", "civil_affairs", "--month", "2026-01")
    out = tmp_path / "out"
    assert "新增 3 人" in call_monitor("refer", *what).stdout
    refused = call_monitor("refer", *what, "--output", out)
    assert (refused.returncode, out.exists()) == (1, False) and "还没有批准了的名单" in refused.stderr
    assert "以账号签名" in call_monitor("refer", "propose", *what).stderr
    proposed = call_monitor("refer", "propose", *what, "--account", "li.na", "--password-file", li, "--json")
    pack = json.loads(proposed.stdout)
    seen = ("--seen", pack["content_sha256"][:12])
    assert "等待另一人批准" in call_monitor("refer", *what, "--output", out).stderr
    wrong = tmp_path / "wrong"
    wrong.write_text("no such password", encoding="utf-8")
    assert "签名没有通过" in call_monitor("refer", "approve", pack["pack"], *seen, "--account", "shen.he", "--password-file", wrong).stderr
    signed = ("--account", "shen.he", "--password-file", shen)
    assert "内容校验值不符" in call_monitor("refer", "approve", pack["pack"], "--seen", "0" * 12, *signed).stderr
    assert "民政-2026-001" in call_monitor("refer", "approve", pack["pack"], *seen, *signed).stdout
    sent = json.loads(call_monitor("refer", *what, "--output", out, "--json").stdout)
    again = json.loads(call_monitor("refer", *what, "--output", tmp_path / "again", "--json").stdout)
    assert sent[0]["people"] == 3 and {file["rows"] for file in sent[0]["files"]} == {3}
    assert [file["sha256"] for file in sent[0]["files"]] == [file["sha256"] for file in again[0]["files"]]
    assert all((path.stat().st_mode & 0o777) == 0o600 for path in out.iterdir())
    with (out / "民政-2026-001.csv").open(encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))
    for row, said in zip(rows[1:], ("已认定", "不符合", "死亡"), strict=True):
        row[rows[0].index("核查结果")] = said
    rows[1][rows[0].index("认定身份")], rows[1][rows[0].index("身份生效日期")] = "低保边缘家庭成员", "2025-12-01"
    back = tmp_path / "back.csv"
    with back.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows(rows)
    (outcome,) = json.loads(call_monitor("replies", back, "--json").stdout)
    assert (outcome["counts"], outcome["accepted"]) == ({"applied": 3}, 3)
    assert "全部重复" in call_monitor("replies", back).stdout
    assert call_monitor("run", "--document", "weihai-2022-15", "--as-of", "2025-12-31").returncode == 0
    replayed = json.loads(call_monitor("replay", "civil_affairs-2026-001", "--json").stdout)
    # What the department granted has moved one person to another rule; the others are as sent.
    assert [(one["kind"], one["reasons"]) for one in replayed["differences"]] == [("changed", ["line", "identity"])]
    assert replayed["unchanged"] == 2
    due = json.loads(call_monitor("due", "--json").stdout)
    assert {item["what"] for item in due} >= {"identity_list"}
    theirs = tmp_path / "province.csv"
    theirs.write_text(f"姓名,身份证号,预警类型\n样例2号,{certno(2)},因病致贫\n样例9号,{certno(9)},因病致贫\n", encoding="utf-8")
    compared = call_monitor("replies", theirs, "--warning-list", "--month", "2025-12").stdout
    assert "两边都有 1 行" in compared and "登记和结算中都没有此人：1 行" in compared and "仅本地有 2 人" in compared
    assert "已答复 3 人" in call_monitor("refer", "list").stdout
    assert "不能撤回" in call_monitor("refer", "recall", 1, "--remark", "发错了").stderr
    assert "已签收" in call_monitor("refer", "receive", "civil_affairs-2026-001").stdout
    audit = call_monitor("audit", "list", "--format", "json").stdout
    assert call_monitor("audit", "verify").returncode == 0
    assert certno(1) not in audit and PASSWORD not in audit
    places = {entry["place"] for entry in json.loads(audit) if entry["action"] == "referred"}
    assert places == {"command:refer propose", "command:refer approve", "command:refer", "command:refer receive"}

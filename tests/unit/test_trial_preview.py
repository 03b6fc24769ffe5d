"""What a list would hold under a draft: looked at, whatever the department, and put forward by nobody."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement
from sentlist import SENT_AT, opened, signer

from monitor.access.scope import Scope
from monitor.base.vocabulary import DEPARTMENTS, Role
from monitor.casework import referrals
from monitor.casework.layouts import layouts
from monitor.casework.selection import Asked, PackError
from monitor.casework.trial_preview import documents_tried, look

DRAFT = "inner-mongolia-2022-draft"
EVERYBODY = Scope((), ())


@pytest.fixture
def tried(tmp_path: Path, home: Path) -> Bureau:
    """Four over a line, one of them dibao (no rule), one in the next district, one just on the line."""
    bureau = Bureau(tmp_path)
    bureau.incomes({"region": "150100", "residents": "rural"})
    bureau.settlements(*(
        settlement(setl_id=f"S{n}", certno=certno(n), insu_admdvs=place, psn_part_amt=amount)
        for n, place, amount in (
            (1, "150102", "20000.01"), (2, "150102", "45000"), (3, "150103", "50000"), (4, "150102", "20000"), (5, "150102", "90000"),
        )
    ))
    bureau.identities(
        {"certno": certno(1), "category": "monitored_sudden"}, {"certno": certno(4), "category": "dibao_marginal"},
        {"certno": certno(5), "category": "dibao"},
    )
    return bureau


def asked(department: str, scope: Scope = EVERYBODY, month: str = "2025-12", document: str = DRAFT) -> Asked:
    return Asked(layouts(None)[department], month, document, scope)


@pytest.mark.parametrize(
    ("department", "people", "not_theirs"),
    # Civil and rural affairs share them by identity; health and the disabled federation see everybody over a line.
    [("civil_affairs", 2, 1), ("rural_affairs", 1, 2), ("health", 3, 0), ("disabled_federation", 3, 0)],
)
def test_a_tried_documents_list_is_looked_at_and_not_proposed(
    tried: Bureau, department: str, people: int, not_theirs: int
) -> None:
    record = tried.run(DRAFT, trial=True)
    with opened(tried.home) as (_, access):
        with access.engine.connect() as connection:
            assert documents_tried(connection) == [DRAFT]
            found = look(connection, asked(department))
        assert (found.run.run_id, found.run.trial) == (record.run, True)
        assert (len(found.lines), found.left_out.get("not_theirs", 0)) == (people, not_theirs)
        assert [line.excess_fen for line in found.lines] == sorted((line.excess_fen for line in found.lines), reverse=True)
        assert all("*" in line.masked["certno_masked"] for line in found.lines)
        with pytest.raises(PackError, match="还没有正式运行过"):
            referrals.propose(access, signer(Role.OFFICER, 1), asked(department), found.content_sha256, now=SENT_AT, where="test")


def test_it_keeps_to_the_scope_and_the_month(tried: Bureau) -> None:
    tried.run(DRAFT, "2025-06-30", trial=True)
    with opened(tried.home) as (_, access), access.engine.connect() as connection:
        assert [line.where["insu_admdvs"] for line in look(connection, asked("health", Scope(("150103",), ()))).lines] == ["150103"]
        assert look(connection, asked("health", Scope(("1501",), ()))).run.as_of.isoformat() == "2025-06-30"
        assert len(look(connection, asked("health", month="2025-06")).lines) == 3
        with pytest.raises(PackError, match="没有试运行过"):
            look(connection, asked("health", month="2025-05"))


def test_a_trial_beside_official_runs_is_not_what_a_list_is_of(tried: Bureau) -> None:
    tried.settlements(settlement(setl_id="W", certno=certno(9), psn_part_amt="70000"))
    tried.incomes()
    official = tried.run("weihai-2022-15")
    tried.run("weihai-2022-15", trial=True)
    with opened(tried.home) as (_, access), access.engine.connect() as connection:
        assert documents_tried(connection) == []
        found = look(connection, asked("civil_affairs", document="weihai-2022-15"))
    assert (found.run.run_id, found.run.trial) == (official.run, False)


@pytest.mark.slow
def test_at_the_command_line(
    tried: Bureau, tmp_path: Path, call_monitor: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    what = ("refer", "--month", "2025-12", "--to")
    assert "还没有案件" in call_monitor(*what, "health").stderr
    tried.run(DRAFT, trial=True)
    for department in DEPARTMENTS:
        shown = json.loads(call_monitor(*what, department, "--json").stdout)
        assert (shown["department"], shown["document"], shown["trial"]) == (department, DRAFT, True)
    assert "试运行，只供查看" in call_monitor(*what, "health").stdout
    for act in ((*what, "health", "--output", tmp_path / "out"), ("refer", "propose", *what[1:], "health")):
        refused = call_monitor(*act)
        assert refused.returncode == 1 and refused.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()
    assert "没有规定推送卫生健康" in call_monitor(*what, "health", "--document", "weihai-2022-15").stderr

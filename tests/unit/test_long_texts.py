"""Texts longer than anybody expects, on both databases: kept whole or refused in a sentence, never cut without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from bureau import Bureau, certno, settlement
from postgres import enter
from sentlist import REPLIED_AT, SENT_AT, opened, prepared, signer
from sqlalchemy import select

from monitor.access.accounts import NewAccount, add
from monitor.access.actor import operating_system_user
from monitor.access.scope import EVERYTHING
from monitor.base.errors import MonitorError
from monitor.base.settings import Home
from monitor.base.vocabulary import CaseAct, Role
from monitor.casework import referrals
from monitor.casework.cases import CaseError, Decision, decide
from monitor.casework.layouts import layout_of
from monitor.casework.selection import Asked, preview
from monitor.casework.tables import REMARK_SEAL, alerts, case_events, cases, referral_acts

NAME, SETTLEMENT = "名" * 500, "S" * 200


@pytest.fixture(params=["sqlite", "postgresql"])
def directory(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param == "postgresql":
        (tmp_path / "database").write_text(request.getfixturevalue("postgres").database(), encoding="utf-8")
    enter(tmp_path, monkeypatch)
    return tmp_path


@pytest.mark.parametrize(("town", "kept"), [("镇" * 64, "镇" * 64), ("镇" * 65, ""), ("镇" * 3000, "")])
def test_what_files_say(directory: Path, town: str, kept: str) -> None:
    """Township, name and settlement number of a person over the line. A township's name longer than a list has room for is left out
    and flagged: the row is kept."""
    bureau = Bureau(directory)
    bureau.incomes()
    loaded = bureau.people({"certno": certno(1), "psn_no": "P1", "psn_name": NAME, "town": town})
    assert (loaded.accepted, loaded.flags.get("town_too_long", 0)) == (1, int(kept == ""))
    bureau.settlements(settlement(
        setl_id=SETTLEMENT, certno=certno(1), psn_part_amt="90000", insutype="390", insu_admdvs="371002"
    ))
    bureau.run()
    with opened(Home(directory / "home"), REPLIED_AT) as (_, access), access.engine.connect() as connection:
        assert connection.execute(select(alerts.c.town, alerts.c.crossing_setl_id)).one() == (kept, SETTLEMENT)
        assert connection.scalar(select(cases.c.town)) == kept


def test_what_an_officer_types(directory: Path) -> None:
    home = prepared(directory, people=2).home
    with opened(home, REPLIED_AT) as (_, access):
        officer = signer(Role.OFFICER, 1)
        version = 3
        with access.engine.connect() as connection:
            case = connection.execute(select(cases.c.id, cases.c.version).order_by(cases.c.id)).first()
            assert case is not None and case.version == version
        decide(access, officer, case.id, version, Decision(CaseAct.NOTE, remark="话" * 2000), now=REPLIED_AT, where="test")
        with pytest.raises(CaseError, match="不能超过 2000 个字，现有 2001 个；没有保存"):
            decide(access, officer, case.id, version + 1, Decision(CaseAct.NOTE, remark="话" * 2001), now=REPLIED_AT, where="test")
        with access.engine.connect() as connection:
            sealed = connection.scalar(select(case_events.c.remark_sealed).order_by(case_events.c.id.desc()).limit(1))
            assert access.sealer.open_text(sealed, REMARK_SEAL) == "话" * 2000
            seen = preview(connection, Asked(layout_of(None, "civil_affairs"), "2026-01", "weihai-2022-15", EVERYTHING))
        pack = referrals.propose(access, officer, seen.asked, seen.content_sha256, now=SENT_AT, where="test")
        referrals.refuse(access, officer, pack, "因" * 5000, now=SENT_AT, where="test")
        with access.engine.connect() as connection:
            kept = connection.scalar(select(referral_acts.c.remark_sealed).where(referral_acts.c.remark_sealed.is_not(None)))
            assert access.sealer.open_text(kept, REMARK_SEAL) == "因" * 5000
        for display in ("长" * 64, "长" * 65):
            name = f"a{len(display)}"
            if len(display) == 64:
                add(access, operating_system_user(), NewAccount(name, display, [Role.OFFICER], EVERYTHING), now=SENT_AT, where="test")
                continue
            with pytest.raises(MonitorError, match="64"):
                add(access, operating_system_user(), NewAccount(name, display, [Role.OFFICER], EVERYTHING), now=SENT_AT, where="test")

"""Downloads: whose they are, what they hold, what is written down of them; each as an attempt that must fail."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from casebook import DISTRICTS, WEIHAI, fill
from door import Served, Visitor, inside, served
from office import Office
from sqlalchemy import select, update

from dashboard.lists import exports
from dashboard.lists.exports import Export
from monitor.access import accounts
from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sealing import Sealer
from monitor.access.sign_in import SignedIn
from monitor.base.errors import MonitorError, StoreError
from monitor.base.vocabulary import AuditAction, Permission, Role
from monitor.casework import tables
from monitor.casework.reading import listing, overview
from monitor.casework.reading.in_full import in_full
from monitor.reports import workbook
from monitor.reports.workbook import ALERT_COLUMNS, Cover, columns_in_full, write_xlsx, write_xlsx_in_full

HERE = Scope((DISTRICTS[0],))


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    office = Office(tmp_path)
    with served(office, monkeypatch) as found:
        yield found
    office.close()


def a_job(who: SignedIn, **given: Any) -> str:
    """A download left at the desk by somebody; its token."""
    job = Export(
        "预警名单.csv", "text/csv; charset=utf-8", who.actor.session or "", who.actor.scope, (Permission.EXPORT_PEOPLE,),
        lambda: iter([b"one,", b"two"]), "run", "screen:alerts", "核实情况：入户", {"rows": 2, "full": False},
    )
    return exports.desk.leave(replace(job, **given))


def written_down(door: Served) -> list[Any]:
    return [entry for entry in door.office.entries() if entry.action == AuditAction.EXPORTED]


def test_the_file_is_sent_once_kept_by_nobody_and_written_down(door: Served) -> None:
    who = door.office.member("wang.fang", Role.OFFICER, scope=HERE)
    token = a_job(who)
    answer = inside(door, who).get(f"/export/{token}")
    assert (answer.status, answer.body) == (200, b"one,two")
    assert answer.header("cache-control") == "no-store"
    assert "UTF-8''%E9%A2%84" in answer.header("content-disposition")
    entry, = written_down(door)
    assert (entry.actor, entry.object, entry.place, entry.purpose) == ("wang.fang", "run", "screen:alerts", "核实情况：入户")
    assert f'"sha256":"{sha256(b"one,two").hexdigest()}"' in entry.detail and '"bytes":7' in entry.detail and '"rows":2' in entry.detail
    again = inside(door, who).get(f"/export/{token}")
    assert again.status == 404
    assert "已经用过" in again.text
    assert again.header("cache-control") == "no-store"
    assert len(written_down(door)) == 1


def test_who_only_asks_about_a_file_does_not_spend_it(door: Served) -> None:
    """Programs that look at addresses send HEAD: no file goes out, so none is written down as gone out."""
    who = door.office.member("wang.fang", Role.OFFICER, scope=HERE)
    token = a_job(who)
    answer = inside(door, who).ask("HEAD", f"/export/{token}")
    assert (answer.status, answer.body) == (405, b"")
    assert written_down(door) == []
    assert inside(door, who).get(f"/export/{token}").body == b"one,two"


@pytest.mark.parametrize(
    "who", ["nobody", "another", "the same person elsewhere", "signed out", "disabled", "another role", "another scope", "narrower scope"]
)
def test_whoever_else_fetches_it_gets_nothing(door: Served, who: str) -> None:
    office = door.office
    owner = office.member("wang.fang", Role.OFFICER, scope=HERE)
    token = a_job(owner)
    visitor = inside(door, owner)
    if who == "nobody":
        visitor = Visitor(door)
    elif who == "another":
        visitor = inside(door, office.member("li.na", Role.DATA_MANAGER))
    elif who == "the same person elsewhere":
        visitor = inside(door, office.signed_in("wang.fang", "Kestrel-47-oboe", minute=1))
    elif who == "signed out":
        visitor.post("/logout", {})
        visitor = inside(door, owner)
    elif who == "disabled":
        accounts.disable(office.access, office.root, "wang.fang", now=office.at(2), where="command:test")
    elif who == "another role":
        accounts.set_roles(office.access, office.root, "wang.fang", [Role.AUDITOR], now=office.at(2), where="command:test")
    else:
        scope = Scope((DISTRICTS[1],)) if who == "another scope" else Scope((DISTRICTS[0],), ("东山镇",))
        accounts.set_scope(office.access, office.root, "wang.fang", scope, now=office.at(2), where="command:test")
    answer = visitor.get(f"/export/{token}")
    assert answer.status in (401, 403, 404), (answer.status, answer.text)
    assert b"one" not in answer.body
    assert written_down(door) == []


def test_whole_values_need_the_right_to_see_them_at_the_fetch_too(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    who = door.office.member("wang.fang", Role.OFFICER, scope=HERE)
    token = a_job(who, permissions=(Permission.EXPORT_PEOPLE, Permission.REVEAL))
    from monitor.access import roles

    monkeypatch.setitem(roles.PERMISSIONS, Permission.REVEAL, frozenset({Role.DATA_MANAGER}))
    assert inside(door, who).get(f"/export/{token}").status == 403


def test_a_token_in_the_wrong_hands_is_not_spent_for_its_owner(door: Served) -> None:
    owner = door.office.member("wang.fang", Role.OFFICER, scope=HERE)
    token = a_job(owner)
    assert inside(door, door.office.member("li.na", Role.OFFICER, scope=HERE)).get(f"/export/{token}").status == 404
    assert inside(door, owner).get(f"/export/{token}").status == 200


def test_what_cannot_be_written_down_is_not_handed_out(door: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    who = door.office.member("wang.fang", Role.OFFICER, scope=HERE)
    token = a_job(who)

    def refuse(*given: Any, **named: Any) -> None:
        raise RuntimeError("no audit")

    monkeypatch.setattr(type(door.office.access.audit), "append", refuse)
    with pytest.raises(RuntimeError, match="no audit"):
        inside(door, who).get(f"/export/{token}")


def test_a_list_that_cannot_be_made_is_a_sentence(door: Served) -> None:
    who = door.office.member("wang.fang", Role.OFFICER, scope=HERE)

    def refuse() -> Iterator[bytes]:
        raise MonitorError("名单行数与说明页不一致，请刷新页面后重新导出")

    answer = inside(door, who).get(f"/export/{a_job(who, chunks=refuse)}")
    assert (answer.status, answer.text) == (409, "名单行数与说明页不一致，请刷新页面后重新导出")
    assert written_down(door) == []


# --- whole names and numbers ----------------------------------------------------------------------


def sealed(office: Office) -> list[listing.AlertRow]:
    """Alerts of one run whose names and numbers are sealed as a run seals them: 样例<id> and a number made of the id."""
    sealer = Sealer(office.keys)
    with office.engine.begin() as connection:
        fill(connection, months=1, count=60, draft=False)
        for number in connection.scalars(select(tables.alerts.c.id)).all():
            connection.execute(
                update(tables.alerts).where(tables.alerts.c.id == number).values(
                    certno_sealed=sealer.seal_text(f"99100219600101{number:04d}", "casework/certno"),
                    name_sealed=sealer.seal_text(f"样例{number}", "casework/name") if number % 2 else None,
                )
            )
        run = overview.latest_run(connection, WEIHAI)
        assert run is not None
        return list(listing.alert_rows(connection, run.run_id))


COVER = Cover("名单", "文件", (), "run", date(2026, 1, 31), "2026-02-01T00:00:00+08:00", False, False, (), 0, 0, Office.at(Office, 0))  # type: ignore[arg-type]


def test_a_whole_list_opens_each_rows_own_name_and_number_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path)
    rows = sealed(office)
    monkeypatch.setattr(tempfile, "mkstemp", lambda *given, **named: pytest.fail("a temporary file"))
    monkeypatch.setattr(tempfile, "TemporaryDirectory", lambda *given, **named: pytest.fail("a temporary directory"))
    out = io.BytesIO()
    with office.engine.connect() as connection:
        opened = in_full(connection, iter(rows), Sealer(office.keys))
        assert write_xlsx_in_full(opened, out, replace(COVER, count=len(rows)), columns_in_full(ALERT_COLUMNS)) == len(rows)
    monkeypatch.undo()
    cover = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_name("说明").to_python()
    assert workbook.IN_FULL_NOTE in cover[-1] and not any("已脱敏" in str(cell) for line in cover for cell in line)
    head, *lines = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).get_sheet_by_name("名单").to_python()
    name, number = head.index("姓名"), head.index("证件号码")
    assert [line[number] for line in lines] == [f"99100219600101{row.id:04d}" for row in rows]
    assert [line[name] for line in lines] == [f"样例{row.id}" if row.id % 2 else "" for row in rows]
    masked = io.BytesIO()
    write_xlsx(rows, masked, replace(COVER, count=len(rows)))
    plain = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(masked.getvalue())).get_sheet_by_name("名单").to_python()
    for whole, usual in zip(lines, plain[1:], strict=True):
        assert [v for at, v in enumerate(whole) if at not in (name, number)] == [v for at, v in enumerate(usual) if at not in (name, number)]
    assert not any("99100219600101" in str(value) for line in plain for value in line)
    office.close()


def test_a_whole_list_cannot_be_opened_with_another_homes_keys(tmp_path: Path) -> None:
    office, other = Office(tmp_path / "one"), Office(tmp_path / "other")
    rows = sealed(office)
    with office.engine.connect() as connection, pytest.raises(StoreError, match="无法打开"):
        list(in_full(connection, iter(rows), Sealer(other.keys)))
    office.close()
    other.close()


def test_a_whole_list_has_its_limit() -> None:
    with pytest.raises(MonitorError, match="缩小筛选范围"):
        write_xlsx_in_full(iter(()), io.BytesIO(), replace(COVER, count=workbook.ROWS_IN_FULL + 1), ())


def test_everything_is_a_scope_of_its_own() -> None:
    """What the answer compares is the scope itself: everybody's is not any district's."""
    assert EVERYTHING not in (HERE, Scope(("",)))

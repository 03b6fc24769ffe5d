"""Lists to departments in both databases: four eyes, what was seen is what goes out, nothing changes once it is out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from caseload import Caseload, Said, actor
from office import Office
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from monitor.access.actor import Actor, operating_system_user
from monitor.access.scope import Scope
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import AuditAction, CaseAct, Role
from monitor.casework import referrals
from monitor.casework.layouts import layout_of
from monitor.casework.pack_tables import FIXED
from monitor.casework.reading.pack_listing import benchmarks, lines_in_full, pack_lines, pack_one, packs
from monitor.casework.referrals import PackFile
from monitor.casework.selection import Asked, PackError, Preview, preview
from monitor.casework.tables import referral_acts, referral_files, referral_lines, referral_packs
from monitor.policy.library import load_library
from monitor.reports.referral_pack import Occasion, make_files

LAYOUT = layout_of(None, "civil_affairs")
WHERE = "screen:referrals"
PROPOSER = actor(Role.OFFICER, account=1, name="li.na")
APPROVER = actor(Role.APPROVER, account=2, name="shen.he")


@pytest.fixture(params=["sqlite", "postgresql"])
def load(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caseload]:
    """Three people ready, one of them in another district, one excluded."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    office = Office(tmp_path_factory.mktemp("office"), url)
    made = Caseload(office, guarded=True)
    made.says("2026-01-31", {
        1: Said("new", burden=90_000_00), 2: Said("new"), 3: Said("new", district="371003"), 4: Said("new", burden=80_000_00),
    })
    for person in (1, 2, 3, 4):
        made.decide(person, CaseAct.REVIEW)
    for person in (1, 2, 3):
        made.decide(person, CaseAct.MARK_READY)
    made.decide(4, CaseAct.EXCLUDE, reason="well_off", remark="家庭有多套住房")
    yield made
    office.close()


def asked(*districts: str, month: str = "2026-01") -> Asked:
    return Asked(LAYOUT, month, "weihai-2022-15", Scope(districts))


def seen(load: Caseload, what: Asked | None = None) -> Preview:
    with load.office.engine.connect() as connection:
        return preview(connection, what or asked())


def propose(load: Caseload, by: Actor = PROPOSER, what: Asked | None = None) -> int:
    found = seen(load, what)
    return referrals.propose(
        load.office.access, by, found.asked, found.content_sha256, now=load.office.at(10), where=WHERE
    )


def hash_of(load: Caseload, pack_id: int) -> str:
    with load.office.engine.connect() as connection:
        return str(connection.execute(select(referral_packs.c.content_sha256).where(referral_packs.c.id == pack_id)).scalar_one())


def approve(load: Caseload, pack_id: int, by: Actor = APPROVER, sha256: str | None = None) -> str:
    return referrals.approve(
        load.office.access, by, LAYOUT, pack_id, sha256 or hash_of(load, pack_id), now=load.office.at(20), where=WHERE
    )


def files(load: Caseload, pack_id: int) -> list[PackFile]:
    access = load.office.access
    with load.office.engine.connect() as connection:
        pack = pack_one(connection, pack_id)
        assert pack is not None
        occasion = Occasion(
            load_library().get("weihai-2022-15"), seen(load).run.as_of, "样例文件", LAYOUT, "li.na", "shen.he", "2026-02-20",
            load.office.at(30), benchmarks(connection, pack_id),
        )
        return make_files(pack, occasion, lines_in_full(connection, access.sealer, pack_id))


def send(load: Caseload, pack_id: int, by: Actor = APPROVER, made: list[PackFile] | None = None) -> referrals.Sent:
    return referrals.send(
        load.office.access, by, LAYOUT, pack_id, made or files(load, pack_id), now=load.office.at(30), where=WHERE
    )


def sent(load: Caseload) -> int:
    pack_id = propose(load)
    approve(load, pack_id)
    send(load, pack_id)
    return pack_id


def test_what_is_on_the_screen_is_in_the_files_and_in_the_audit(load: Caseload) -> None:
    found = seen(load)
    assert [line.case_id for line in found.lines] == [load.of(1).id, load.of(2).id, load.of(3).id]  # by excess
    assert (found.news, found.left_out, found.excess_fen) == ({"new": 3}, {"excluded": 1}, 50_000_00)
    pack_id = propose(load)
    assert approve(load, pack_id) == "民政-2026-001"
    made = files(load, pack_id)
    assert [file.name for file in made] == [
        "民政-2026-001.xlsx", "民政-2026-001.csv", "民政-2026-001-封面.csv"
    ]
    assert send(load, pack_id, made=made).moved == 3
    with load.office.engine.connect() as connection:
        lines, total = pack_lines(connection, pack_id)
        kept = referrals.files_of(connection, load.office.access, pack_id)
    assert (len(lines), total) == (3, 3)
    assert kept == made, "the bytes handed over are kept"
    book = CalamineWorkbook.from_filelike(BytesIO(kept[0].content))
    listed = book.get_sheet_by_name("名单").to_python()
    assert book.sheet_names == ["封面", "名单"]
    headings = listed[0]
    assert [row[headings.index("证件号码")] for row in listed[1:]] == [f"99010119500101{n:04d}" for n in (1, 2, 3)]
    assert all(isinstance(row[headings.index("证件号码")], str) for row in listed[1:]), "text: no spreadsheet rounds it"
    cover = {row[0]: row[1] for row in book.get_sheet_by_name("封面").to_python() if row[0]}
    assert (cover["名单编号"], cover["人数"], cover["超出合计（元）"]) == ("民政-2026-001", "3", "50,000.00")
    assert cover["内容校验值（SHA-256）"] == found.content_sha256
    assert (cover["提出人"], cover["审核人"]) == ("li.na", "shen.he")
    text = kept[1].content.decode("gb18030").splitlines()
    assert len(text) == 1 + 3
    assert '\t990101195001010001' in text[1]
    entries = load.office.entries(action=AuditAction.REFERRED)
    details = [json.loads(entry.detail) for entry in entries]
    assert [detail["to_state"] for detail in details] == ["proposed", "approved", "sent"]
    assert {detail["people"] for detail in details} == {3}
    assert {detail["content_sha256"] for detail in details} == {found.content_sha256}
    assert details[-1]["rows"] == details[-1]["moved"] == 3
    assert [load.of(n).state for n in (1, 2, 3, 4)] == ["sent", "sent", "sent", "excluded"]
    assert load.office.verdict().broken is None
    # Nobody a second time without news.
    assert seen(load, asked(month="2026-02")).left_out == {"excluded": 1, "no_news": 3}


def test_a_second_person_approves(load: Caseload) -> None:
    pack_id = propose(load)
    for approver, why in (
        (actor(Role.OFFICER, Role.APPROVER, account=1, name="li.na"), "另一个人"),
        (operating_system_user(), "以账号签名"),
        (actor(Role.OFFICER, account=3), "没有“审核推送”的权限"),
        (actor(Role.APPROVER, account=2, scope=Scope(("371002",))), "不在您的范围内"),
    ):
        with pytest.raises(AccessError, match=why):
            approve(load, pack_id, approver)
    with load.office.engine.connect() as connection:
        pack = pack_one(connection, pack_id)
    assert pack is not None and pack.state == "proposed"


def test_who_acts_without_an_account_proposes_nothing(load: Caseload) -> None:
    with pytest.raises(AccessError, match="以账号签名"):
        propose(load, operating_system_user())
    with pytest.raises(AccessError, match="没有“办理”的权限"):
        propose(load, APPROVER)


def test_the_database_wants_a_second_person_too(load: Caseload) -> None:
    pack_id = propose(load)
    office, digest = load.office, hash_of(load, pack_id)
    for account, saw in ((None, None), (1, digest), (None, digest), (2, "what somebody else saw")):
        with pytest.raises(DatabaseError, match=r"second person"), office.engine.begin() as connection:
            if saw is not None:
                act = {"pack_id": pack_id, "at": "", "actor": "x", "account": account, "to_state": "approved"}
                connection.execute(insert(referral_acts), {**act, "content_sha256": saw})
            connection.execute(update(referral_packs).values(state="approved", year=2026, serial=1))
    with pytest.raises(DatabaseError, match=r"goes one way"):
        office.sql("UPDATE referral_packs SET state = 'sent'")
    assert approve(load, pack_id)


def test_nothing_of_a_sent_list_changes(load: Caseload) -> None:
    sent(load)
    for statement in (
        "UPDATE referral_lines SET excess_fen = 1", "UPDATE referral_lines SET certno_masked = '1'", "DELETE FROM referral_lines",
        "UPDATE referral_packs SET content_sha256 = ''", "UPDATE referral_packs SET people = 1", "DELETE FROM referral_packs",
        "UPDATE referral_packs SET serial = 9", "UPDATE referral_packs SET state = 'proposed'", "DELETE FROM referral_acts",
        "UPDATE referral_acts SET actor = 'x'", "DELETE FROM referral_files", "UPDATE referral_files SET sha256 = ''",
        "DELETE FROM referral_contents", "UPDATE referral_packs SET sent_at = 'x'",
        "INSERT INTO referral_packs SELECT * FROM referral_packs",
    ):
        with pytest.raises(DatabaseError):
            load.office.sql(statement)
            pytest.fail(statement)
    if load.office.engine.dialect.name == "postgresql":  # SQLite has no such statement
        for table in FIXED:
            with pytest.raises(DatabaseError, match="keeps what was told"):
                load.office.sql(f"TRUNCATE {table} CASCADE")


def test_what_was_previewed_is_what_is_proposed(load: Caseload) -> None:
    found = seen(load)
    load.decide(2, CaseAct.SEND_BACK)
    with pytest.raises(PackError, match="自预览以来有变化，现为 2 人"):
        referrals.propose(load.office.access, PROPOSER, found.asked, found.content_sha256, now=load.office.at(9), where=WHERE)


def test_what_was_proposed_is_what_is_approved(load: Caseload) -> None:
    pack_id = propose(load)
    load.decide(2, CaseAct.SEND_BACK)
    with pytest.raises(PackError, match=r"新增 0 人，退出 1 人，内容不同 0 人"):
        approve(load, pack_id)
    load.decide(2, CaseAct.MARK_READY)
    with pytest.raises(PackError, match="不是同一份"):
        approve(load, pack_id, sha256="0" * 64)
    approve(load, pack_id)


def test_what_was_approved_is_what_is_sent(load: Caseload) -> None:
    pack_id = propose(load)
    approve(load, pack_id)
    made = files(load, pack_id)
    load.says("2026-01-31", {1: Said("raised", burden=95_000_00), 2: Said("continuing"), 3: Said("continuing", district="371003")})
    with pytest.raises(PackError, match="内容不同 3 人；其间有新的运行"):
        send(load, pack_id, made=made)
    assert load.of(1).state == "ready"
    referrals.refuse(load.office.access, PROPOSER, pack_id, "数字变了", now=load.office.at(40), where=WHERE)
    again = propose(load)
    # The number once given is gone: lists are numbered without two of a kind.
    assert approve(load, again) == "民政-2026-002"


def test_files_with_other_people_do_not_go_out(load: Caseload) -> None:
    pack_id = propose(load)
    approve(load, pack_id)
    made = files(load, pack_id)
    with pytest.raises(PackError, match="行数与之不符"):
        send(load, pack_id, made=[replace(made[0], rows=2), *made[1:]])
    assert load.of(1).state == "ready"


def test_a_layout_that_changed_meanwhile_is_not_approved(load: Caseload) -> None:
    pack_id = propose(load)
    with pytest.raises(PackError, match="推送版式 civil_affairs 在提出之后有改动"):
        referrals.approve(
            load.office.access, APPROVER, replace(LAYOUT, sha256="other"), pack_id, hash_of(load, pack_id), now=load.office.at(20),
            where=WHERE,
        )


def test_recalled_until_received(load: Caseload) -> None:
    access, at = load.office.access, load.office.at
    first = sent(load)
    with pytest.raises(PackError, match="须写明说明"):
        referrals.recall(access, APPROVER, first, " ", now=at(40), where=WHERE)
    assert referrals.recall(access, APPROVER, first, "发错部门", now=at(40), where=WHERE) == 3
    assert [load.of(n).state for n in (1, 2, 3)] == ["ready"] * 3
    second = sent(load)
    with load.office.engine.connect() as connection:
        assert [pack.number for pack in packs(connection)] == ["民政-2026-002", "民政-2026-001"]
    assert referrals.receive(access, actor(Role.DATA_MANAGER, account=3), second, now=at(50), where=WHERE) == 3
    with pytest.raises(PackError, match="现为“已签收”，不能撤回"):
        referrals.recall(access, APPROVER, second, "太晚", now=at(60), where=WHERE)
    with pytest.raises(PackError, match="现为“已撤回”，不能签收"):
        referrals.receive(access, PROPOSER, first, now=at(60), where=WHERE)


def test_two_approvers_at_once(load: Caseload) -> None:
    pack_id = propose(load)
    digest = hash_of(load, pack_id)
    results: list[str] = []
    ready = threading.Barrier(2)

    def one(by: Actor) -> None:
        ready.wait()
        try:
            results.append(approve(load, pack_id, by, digest))
        except PackError as refusal:
            results.append(refusal.sentence)

    threads = [threading.Thread(target=one, args=(actor(Role.APPROVER, account=n, name=f"shen.{n}"),)) for n in (7, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.sort(key=len)
    assert results[0] == "民政-2026-001"
    assert "现为“已批准”，不能批准" in results[1] and "由 shen." in results[1]
    with load.office.engine.connect() as connection:
        acts = connection.scalars(select(referral_acts.c.to_state).where(referral_acts.c.pack_id == pack_id)).all()
    assert sorted(acts) == ["approved", "proposed"]


def test_each_district_its_own(load: Caseload) -> None:
    own = actor(Role.OFFICER, account=5, name="chen", scope=Scope(("371003",)))
    assert referrals.narrowed(own, ()) == Scope(("371003",))
    with pytest.raises(AccessError, match="不在您的范围内"):
        referrals.narrowed(own, ("371002",))
    pack_id = propose(load, own, asked("371003"))
    # Whoever stands in a list on its way stands in no second one.
    assert seen(load).left_out == {"excluded": 1, "waiting": 1}
    with load.office.engine.connect() as connection:
        assert [pack.people for pack in packs(connection, Scope(("371003",)))] == [1]
        assert packs(connection, Scope(("371002",))) == []
        pack = pack_one(connection, pack_id, Scope(("3710",)))
        assert pack is not None and pack.whole
    other = propose(load)
    with load.office.engine.connect() as connection:
        narrow = pack_one(connection, other, Scope(("371002",)))
        assert narrow is not None and not narrow.whole and narrow.in_scope == 2


def test_news_goes_out_the_next_month(load: Caseload) -> None:
    sent(load)
    load.says("2026-02-28", {
        1: Said("continuing", burden=90_000_00), 2: Said("raised", burden=75_000_00), 3: Said("cleared", burden=10_000_00, reason="correction"),
    })
    found = seen(load, asked(month="2026-02"))
    assert found.news == {"back_under": 1, "raised": 1}
    assert [line.case_id for line in found.lines] == [load.of(2).id, load.of(3).id]
    assert found.excess_fen == 15_000_00, "who is back under the line has no excess"
    with pytest.raises(PackError, match="已有截至 2026-02-28 的运行"):
        seen(load, asked(month="2026-01"))


def test_a_file_that_is_not_what_was_sent_is_not_given(load: Caseload) -> None:
    pack_id = sent(load)
    access = load.office.access
    load.office.without_pack_guards()
    with load.office.engine.begin() as connection:
        connection.execute(update(referral_files).values(sha256="0" * 64))
        with pytest.raises(PackError, match="校验值不符"):
            referrals.files_of(connection, access, pack_id)
        connection.execute(delete(referral_lines).where(referral_lines.c.position == 1))
    with load.office.engine.connect() as connection:
        rest = pack_one(connection, pack_id)
    assert rest is not None
    with pytest.raises(MonitorError, match="行数与之不符"):
        files(load, pack_id)


def test_a_list_longer_than_a_sheet_is_refused_not_cut(load: Caseload) -> None:
    pack_id = propose(load)
    approve(load, pack_id)
    with load.office.engine.connect() as connection:
        pack = pack_one(connection, pack_id)
    assert pack is not None
    occasion: Any = Occasion(
        load_library().get("weihai-2022-15"), seen(load).run.as_of, "", LAYOUT, "", "", "", load.office.at(0), ()
    )
    with pytest.raises(MonitorError, match="不会截断"):
        make_files(replace(pack, people=1_048_576), occasion, [])

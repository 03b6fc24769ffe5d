"""Who is admitted without a deposit: by each text's categories on a day; the list leaves only proposed, approved by a second person, audited."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import python_calamine
from bureau import Bureau, certno
from postgres import copy, enter
from sentlist import opened, signer
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError
from tables import read_table

from monitor.__main__ import main
from monitor.access.audit import Asked as Audited
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import AccessError, PolicyError, StoreError
from monitor.base.settings import Home
from monitor.base.vocabulary import AuditAction, Role
from monitor.casework import referrals
from monitor.casework.layouts import HOSPITALS, no_deposit_layout
from monitor.casework.people_lists import PeopleAsked, preview_people
from monitor.casework.reading.pack_listing import pack_one, packs
from monitor.casework.reading.pack_people import people_in_full, people_of_pack
from monitor.casework.reading.query import PageQuery
from monitor.casework.selection import PackError
from monitor.casework.tables import CERTNO_SEAL, pack_people, referral_packs
from monitor.entitle.no_deposit import no_deposit
from monitor.policy.library import load_library
from monitor.reports.no_deposit import people_files, people_occasion
from monitor.store.home import Store

NOW = datetime.fromisoformat("2025-07-10T09:00:00+08:00")
DAY = date(2025, 7, 1)
OFFICER, APPROVER = signer(Role.OFFICER, 1), signer(Role.APPROVER, 2)

#: Gansu 六（十三） and Hebei 六（三） name 低保对象、特困人员, Weihai 四（二） 返贫致贫人口 besides (orphans as tekun, 二（一）), Inner Mongolia
#: 二（十八） 特困人员、低保对象; Dongyang says nothing.
NAMED = """
| category            | weihai | hebei | gansu | inner mongolia |
|---------------------|--------|-------|-------|----------------|
| tekun               | yes    | yes   | yes   | yes            |
| orphan              | yes    |       |       |                |
| dibao               | yes    | yes   | yes   | yes            |
| returned_to_poverty | yes    |       |       |                |
| monitored_sudden    |        |       |       |                |
| dibao_marginal      |        |       |       |                |
| illness_poor        |        |       |       |                |
"""
TEXTS = {
    "weihai": ("weihai-2022-15", "371002"), "hebei": ("hebei-city-2022", "130602"), "gansu": ("gansu-2022-23", "620102"),
    "inner mongolia": ("inner-mongolia-2022-draft", "150102"),
}
#: In force on 1 July 2025: first and last day belong to it.
DAYS = """
| begin      | end        | on the list |
|------------|------------|-------------|
| 2025-07-01 |            | yes         |
| 2025-07-02 |            |             |
| 2025-06-30 | 2025-07-01 | yes         |
| 2025-01-01 | 2025-06-30 |             |
| 2025-01-01 | 2025-07-02 | yes         |
"""


def listed(store: Store, document: str, on: date = DAY, **given: Any) -> list[tuple[str, str]]:
    return [(one.certno, one.category) for one in no_deposit(store, load_library().get(document), on, **given).people]


@pytest.mark.parametrize("text", list(TEXTS))
def test_the_categories_each_text_names(tmp_path: Path, text: str) -> None:
    document, district = TEXTS[text]
    bureau, rows = Bureau(tmp_path), read_table(NAMED)
    bureau.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}号", "insu_admdvs": district} for n in range(len(rows))))
    bureau.identities(*({"certno": certno(n), "category": row["category"], "begin": "2025-01-01"} for n, row in enumerate(rows)))
    expected = {(certno(n), row["category"]) for n, row in enumerate(rows) if row[text]}
    found = no_deposit(bureau.store(), load_library().get(document), DAY)
    assert {(one.certno, one.category) for one in found.people} == expected
    assert any("首诊转诊" in sentence and "核对" in sentence for sentence in found.conditions)


def test_a_text_that_says_nothing(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.identities({"certno": certno(1), "category": "dibao", "begin": "2025-01-01"})
    with pytest.raises(PolicyError, match="没有写先诊疗后付费"):
        listed(bureau.store(), "dongyang-2020-24")


def test_the_day(tmp_path: Path) -> None:
    bureau, rows = Bureau(tmp_path), read_table(DAYS)
    bureau.identities(*(
        {"certno": certno(n), "category": "dibao", "begin": row["begin"], "end": row["end"]} for n, row in enumerate(rows)
    ))
    assert {number for number, _ in listed(bureau.store(), "weihai-2022-15")} == {
        certno(n) for n, row in enumerate(rows) if row["on the list"]
    }


def test_who_is_on_it_once_and_who_is_not(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.people(
        {"certno": certno(1), "psn_no": "P1", "psn_name": "甲", "insu_admdvs": "371002", "town": "甲镇"},
        {"certno": certno(2), "psn_no": "P2", "psn_name": "乙", "insu_admdvs": "110101"},
        {"certno": certno(3), "psn_no": "P3", "psn_name": "丙", "insu_admdvs": "371002", "surv_stas": "2"},
    )
    bureau.identities(
        {"certno": certno(1), "category": "dibao", "begin": "2025-01-01"}, {"certno": certno(1), "category": "tekun", "begin": "2025-06-01"},
        {"certno": certno(2), "category": "dibao", "begin": "2025-01-01"}, {"certno": certno(3), "category": "dibao", "begin": "2025-01-01"},
        {"certno": certno(4), "category": "dibao", "begin": "2025-01-01"},
    )
    found = no_deposit(bureau.store(), load_library().get("weihai-2022-15"), DAY)
    assert {(one.certno, one.category, one.in_register) for one in found.people} == {
        (certno(1), "tekun", True), (certno(4), "dibao", False),
    }
    assert found.aside == {"deceased": 1, "elsewhere": 1}
    assert listed(bureau.store(), "weihai-2022-15", prefixes=["371002"], towns=["甲镇"]) == [(certno(1), "tekun")]
    assert listed(bureau.store(), "weihai-2022-15", prefixes=["371083"]) == []


def test_without_any_identity_list(tmp_path: Path) -> None:
    bureau = Bureau(tmp_path)
    bureau.people({"certno": certno(1), "psn_no": "P1"})
    with pytest.raises(StoreError, match="还没有导入过身份名单"):
        listed(bureau.store(), "weihai-2022-15")


# --- the list that leaves the bureau ----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three people with an identity in two districts, one of them with a name that is a formula."""
    directory = tmp_path_factory.mktemp("template")
    if request.param == "postgresql":
        (directory / "database").write_text(request.getfixturevalue("postgres").database(), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        enter(directory, patch)
        bureau = Bureau(directory)
        bureau.people(*(
            {"certno": certno(n), "psn_no": f"P{n}", "psn_name": name, "insu_admdvs": district, "town": "甲镇"}
            for n, name, district in ((1, "样例1号", "371002"), (2, "@SUM(1)", "371002"), (3, "样例3号", "371083"))
        ))
        bureau.identities(*({"certno": certno(n), "category": "dibao", "begin": "2025-01-01"} for n in (1, 2, 3)))
    return directory


@pytest.fixture
def home(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    directory = tmp_path / "office"
    copy(template, directory)
    enter(directory, monkeypatch)
    return Home(directory / "home")


def asked(store: Store, scope: Scope = EVERYTHING) -> PeopleAsked:
    return PeopleAsked(store, no_deposit_layout(None), load_library().get("weihai-2022-15"), DAY, scope)


def proposed(home: Home, scope: Scope = EVERYTHING, by: Any = OFFICER) -> int:
    with opened(home, NOW) as (store, access):
        seen = preview_people(asked(store, scope))
        return referrals.propose(access, by, seen.asked, seen.content_sha256, now=NOW, where="test")


def approved(home: Home, pack_id: int, by: Any = APPROVER) -> str:
    with opened(home, NOW) as (store, access):
        with access.engine.connect() as connection:
            pack = pack_one(connection, pack_id)
        assert pack is not None
        source = referrals.source_of(store, HOSPITALS)
        return referrals.approve(access, by, source, pack_id, pack.content_sha256, now=NOW, where="test")


def sent(home: Home, pack_id: int, by: Any = APPROVER) -> list[referrals.PackFile]:
    with opened(home, NOW) as (store, access):
        source = referrals.source_of(store, HOSPITALS)
        assert isinstance(source, referrals.PeopleSource)
        with access.engine.connect() as connection:
            pack = pack_one(connection, pack_id)
            assert pack is not None
            occasion = people_occasion(access, pack, source.layout, NOW)
            files = people_files(pack, occasion, people_in_full(connection, access.sealer, pack_id))
        referrals.send(access, by, source, pack_id, files, now=NOW, where="test")
        with access.engine.connect() as connection:
            return referrals.files_of(connection, access, pack_id)


def cells(content: bytes, sheet: str) -> list[list[Any]]:
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(sheet).to_python()


def test_it_goes_out_by_two_people_and_every_count_is_the_same(home: Home) -> None:
    pack_id = proposed(home)
    with pytest.raises(PackError, match="不能发出"):
        with_files(home, pack_id)
    for by, why in ((replace(APPROVER, account=1), "另一个人批准"), (OFFICER, "审核推送"), (replace(APPROVER, account=None), "须以账号签名")):
        with pytest.raises(AccessError, match=why):
            approved(home, pack_id, by)
    assert approved(home, pack_id) == "定点医疗机构-2025-001"
    book, listed_as, cover = sent(home, pack_id)
    assert [file.name for file in (book, listed_as, cover)] == [
        "定点医疗机构-2025-001.xlsx", "定点医疗机构-2025-001.csv", "定点医疗机构-2025-001-封面.csv",
    ]
    heading, *rows = cells(book.content, "名单")
    assert heading[2:5] == ["姓名", "证件号码", "身份"] and [row[3] for row in rows] == [certno(n) for n in (1, 2, 3)]
    assert rows[1][2] == "@SUM(1)", "a text, no formula"
    lines = list(csv.reader(io.StringIO(listed_as.content.decode("gb18030"))))
    assert [row[3] for row in lines[1:]] == [f"\t{certno(n)}" for n in (1, 2, 3)] and lines[2][2] == "'@SUM(1)"
    told = dict(csv.reader(io.StringIO(cover.content.decode("gb18030"))))
    assert (told["人数"], told["名单日期"], told["提出人"], told["审核人"]) == ("3", "2025-07-01", "account.1", "account.2")
    assert "返贫致贫人口在市域内定点医疗机构住院" in told["原文"]
    with opened(home, NOW) as (_, access), access.engine.connect() as connection:
        kept = connection.scalar(select(func.count()).select_from(pack_people))
        sealed = connection.scalars(select(pack_people.c.certno_sealed).order_by(pack_people.c.position))
        assert [access.sealer.open_text(one, CERTNO_SEAL) for one in sealed] == [certno(n) for n in (1, 2, 3)]
        entries = list(access.audit.entries(connection, Audited(action=AuditAction.REFERRED)))
        states = [json.loads(entry.detail)["to_state"] for entry in entries]
        assert (kept, states, json.loads(entries[-1].detail)["rows"]) == (3, ["proposed", "approved", "sent"], 3)
        assert not any(certno(n) in entry.detail for n in (1, 2, 3) for entry in entries)
        assert access.audit.verify(connection).broken is None
        assert [pack.state for pack in packs(connection)] == ["sent"]
        # What went out does not change.
        with pytest.raises(DatabaseError), connection.begin_nested():
            connection.execute(pack_people.update().values(category="tekun"))


def with_files(home: Home, pack_id: int) -> None:
    """Sent although nobody approved: the files of the proposal."""
    with opened(home, NOW) as (store, access):
        source = referrals.source_of(store, HOSPITALS)
        referrals.send(
            access, APPROVER, source, pack_id, [referrals.PackFile("x.csv", 3, b"x")], now=NOW, where="test"
        )


def test_a_list_that_has_changed_is_approved_and_sent_by_nobody(home: Home) -> None:
    first, second = proposed(home), proposed(home)
    approved(home, second)
    Bureau(home.path.parent).identities({"certno": certno(9), "category": "tekun", "begin": "2025-01-01"})
    with pytest.raises(PackError, match="提出时 3 人，按现在的身份名单和登记为 4 人；没有批准"):
        approved(home, first)
    with pytest.raises(PackError, match="没有发出"):
        sent(home, second)
    with opened(home, NOW) as (_, access):
        referrals.refuse(access, APPROVER, first, "名单已旧", now=NOW, where="test")
        with access.engine.connect() as connection:
            assert [pack.state for pack in packs(connection)] == ["approved", "refused"]


def test_another_districts_officer(home: Home) -> None:
    here, next_door = Scope(("371002",)), Scope(("371083",))
    pack_id = proposed(home, here, replace(OFFICER, scope=here))
    with opened(home, NOW) as (store, access), access.engine.connect() as connection:
        assert [one.certno for one in preview_people(asked(store, next_door)).lines] == [certno(3)]
        assert packs(connection, next_door) == [] and pack_one(connection, pack_id, next_door) is None
        assert people_of_pack(connection, pack_id, PageQuery(scope=next_door)) == ((), 0)
        assert people_of_pack(connection, pack_id, PageQuery(scope=here))[1] == 2
        assert connection.scalar(select(referral_packs.c.people)) == 2
    with pytest.raises(AccessError, match="不在您的范围内"):
        approved(home, pack_id, replace(APPROVER, scope=next_door))


def test_the_command(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*given: str) -> str:
        main(["--home", str(home.path), "no-deposit", "--document", "weihai-2022-15", "--on", "2025-07-01", *given])
        return capsys.readouterr().out

    rows = list(csv.DictReader(io.StringIO(said("--format", "csv"))))
    assert [(row["certno"], row["category"], row["since"], row["until"]) for row in rows] == [
        (certno(n), "dibao", "2025-01-01", "") for n in (1, 2, 3)
    ]
    told = json.loads(said("--format", "json"))
    assert (told["total"], told["by_category"], told["clause"]) == (3, {"dibao": 3}, "四（二）")
    assert len(told["people"]) == 3 and told["conditions"][0].startswith("经基层首诊转诊")
    assert said().rstrip().endswith("合计：3 人")
    assert len(list(csv.DictReader(io.StringIO(said("--format", "csv", "--district", "371083"))))) == 1
    with opened(home, NOW) as (_, access), access.engine.connect() as connection:
        shown = list(access.audit.entries(connection, Audited(action=AuditAction.EXPORTED)))
        shown += list(access.audit.entries(connection, Audited(action=AuditAction.SHOWN)))
    assert any("no_deposit" in entry.object for entry in shown)


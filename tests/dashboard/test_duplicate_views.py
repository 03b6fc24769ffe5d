"""The page about settlements that may be one under two ids: who sees it, who decides; what a run says of them above its figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from bureau import Bureau, certno, settlement
from streamlit.testing.v1 import AppTest
from test_views import page, texts
from viewers import Looking

from dashboard.casework import duplicates
from dashboard.door.access import access
from monitor.access.audit import Asked
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import AccessError
from monitor.base.vocabulary import AuditAction, Role
from monitor.review.duplicates import number_copies
from monitor.store import manifest as manifests
from monitor.store.home import writing

VIEW = "views/duplicates.py"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def bureau(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """Two settlements of one second, the second exported with its region in front: 70,000 together, over a line only so."""
    made = Bureau(tmp_path)
    monkeypatch.setenv("MONITOR_HOME", str(made.home.path))
    made.incomes()
    one = {"certno": certno(1), "psn_no": "P1", "psn_name": "样甲", "psn_part_amt": "35000", "setl_time": "2025-05-05 10:23:11"}
    made.settlements(settlement(setl_id="S001", **one), settlement(setl_id="37100S001", insu_admdvs="371003", **one))
    made.run()
    give_numbers(made)
    return made


def give_numbers(made: Bureau) -> None:
    with writing(made.home, "test") as store:
        number_copies(store)


def words(bureau: Bureau) -> list[tuple[bool | None, str]]:
    known = manifests.read(bureau.home.manifest)
    assert known is not None
    return [(record.same, record.by) for record in known.duplicates]


def refused() -> list[tuple[str, str]]:
    """What was tried and refused, and where, as the audit has it."""
    with access().engine.connect() as connection:
        return [(one.object, one.place) for one in access().audit.entries(connection, Asked(action=AuditAction.REFUSED))]


def settle(app: AppTest, button: str, reason: str) -> AppTest:
    app.text_input(key="duplicate-reason").set_value(reason)
    app.button(key=button).click().run()
    assert not app.exception, app.exception
    return app


def test_both_are_shown_masked_and_a_data_manager_decides(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER, name="wu")
    app = page(VIEW)
    shown = texts(app)
    for said in ("D1", "待认定 1 笔，其中 1 笔不计后本人不再越线", "70,000.00 → 35,000.00，不再越线", "37100S001", "同一人同一秒同一金额",
                 "两笔都计入", "威政办发〔2022〕15号"):
        assert said in shown
    assert certno(1) not in shown and "样甲" not in shown
    settle(app, "duplicate-same", "")
    assert "须写明理由" in app.error[0].value and words(bureau) == []
    settle(app, "duplicate-same", "平台核实为重复上传")
    assert words(bureau) == [(True, "wu")]
    assert "认定重复" in texts(app) and "平台核实为重复上传" in texts(app)
    settle(app, "duplicate-undo", "弄错了")
    settle(app, "duplicate-distinct", "两次住院")
    assert words(bureau) == [(True, "wu"), (None, "wu"), (False, "wu")] and "认定不重复" in texts(app)


def test_nobody_overrules_a_word_they_have_not_seen(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER, name="wu")
    first, second = page(VIEW), page(VIEW)
    settle(first, "duplicate-same", "平台核实为重复上传")
    settle(second, "duplicate-distinct", "两次住院")
    assert "D1 的认定在您打开页面之后有变化，现为“认定重复”（由 wu 于 " in second.error[0].value
    assert words(bureau) == [(True, "wu")]
    settle(second, "duplicate-distinct", "两次住院")
    assert words(bureau) == [(True, "wu"), (False, "wu")]


def test_looking_numbers_nothing_and_the_button_does(bureau: Bureau, looking: Looking) -> None:
    """What somebody merely looks at stays as it is: a number is given by an act, once and for good."""
    one = {"certno": certno(2), "psn_no": "P2", "psn_name": "样乙", "psn_part_amt": "40000", "setl_time": "2025-06-06 09:00:00"}
    bureau.settlements(settlement(setl_id="S002", **one), settlement(setl_id="37100S002", **one))
    before = bureau.home.manifest.read_bytes()
    for role in (Role.OFFICER, Role.AUDITOR, Role.DATA_MANAGER):
        looking.become(role)
        app = page(VIEW)
        assert list(app.dataframe[0].value["number"]) == ["D1", ""] and "1 个是新发现的" in texts(app)
        assert (role is Role.DATA_MANAGER) == any(button.key == "duplicate-give-numbers" for button in app.button)
    assert bureau.home.manifest.read_bytes() == before
    assert [option[:2] for option in app.selectbox(key="duplicate-number").options] == ["D1"], "only what has a number is decided"
    app.button(key="duplicate-give-numbers").click().run()
    assert not app.exception and list(app.dataframe[0].value["number"]) == ["D1", "D2"]
    assert "新发现" not in texts(app)


def test_whoever_may_not_decide_numbers_nothing(bureau: Bureau, looking: Looking) -> None:
    actor, before = looking.become(Role.OFFICER), bureau.home.manifest.read_bytes()
    with pytest.raises(AccessError):
        duplicates.give_numbers(actor)
    assert bureau.home.manifest.read_bytes() == before
    assert refused() == [("duplicates", duplicates.WHERE)]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER, Role.AUDITOR])
def test_others_look_and_do_not_decide(role: Role, bureau: Bureau, looking: Looking) -> None:
    looking.become(role)
    app = page(VIEW)
    assert "D1" in texts(app) and not [button for button in app.button if (button.key or "").startswith("duplicate-")]


@pytest.mark.parametrize(
    ("districts", "register", "seen", "half"),
    [((), "", True, False), (("371002", "371003"), "", True, False), (("371002",), "", False, True), (("371004",), "", False, False),
     (("371002",), "371002", True, False), (("371003",), "371002", False, False)],
)
def test_another_district_sees_what_is_its_own(
    districts: tuple[str, ...], register: str, seen: bool, half: bool, bureau: Bureau, looking: Looking
) -> None:
    if register:
        bureau.people({"certno": certno(1), "psn_no": "P1", "psn_name": "样甲", "insu_admdvs": register})
    looking.become(Role.DATA_MANAGER, Scope(districts=districts) if districts else EVERYTHING)
    shown = texts(page(VIEW))
    assert ("D1" in shown, "另有 1 笔疑似重复有一边在您的范围之外" in shown) == (seen, half)
    assert seen or "35,000" not in shown


def test_who_decides_must_see_both_sides(bureau: Bureau, looking: Looking) -> None:
    """The scope of the click counts, not that of the page it was clicked on."""
    looking.become(Role.DATA_MANAGER)
    app = page(VIEW)
    looking.within(Scope(districts=("371002",)))
    settle(app, "duplicate-same", "平台核实为重复上传")
    assert "不都在账号" in app.error[0].value and words(bureau) == []
    assert refused() == [("duplicate:D1", duplicates.WHERE)]


def test_above_the_figures_stands_how_many_wait(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER)
    said = "有 1 笔结算疑似重复而未认定，涉及 1 人，其中 1 人不计这些就不再越线"
    assert any(said in info.value for info in page("views/overview.py").info)
    looking.become(Role.DATA_MANAGER, Scope(districts=("371004",)))
    app = page("views/overview.py")
    assert not any("疑似重复" in one.value for one in (*app.info, *app.warning)), "counted over the whole region"


def test_on_the_page_of_the_person(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER)
    # The only alert of a new database.
    app = page("views/person.py", alert="1")
    (said,) = [one.value for one in app.warning if "疑似重复" in one.value]
    assert "37100S001" in said and "S001" in said and "尚未认定，仍计入" in said and "“重复结算”" in said
    settle(page(VIEW), "duplicate-distinct", "两次住院")
    bureau.run()
    # The earlier run's page stays as it was known then; this is the second run's.
    assert not [one for one in page("views/person.py", alert="2").warning if "疑似重复" in one.value]


def test_nothing_to_decide(tmp_path: Path, home: Path, looking: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Bureau(tmp_path)
    monkeypatch.setenv("MONITOR_HOME", str(made.home.path))
    made.incomes()
    looking.become(Role.DATA_MANAGER)
    assert "没有疑似重复的结算" in texts(page(VIEW))

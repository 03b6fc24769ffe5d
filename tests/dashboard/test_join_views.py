"""The page about numbers that may be one person: who sees it, who decides, what is asked twice; and what a run says above its figures."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from bureau import Bureau, settlement
from streamlit.testing.v1 import AppTest
from test_views import page, texts
from viewers import Looking

from dashboard.casework import joins
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.errors import AccessError
from monitor.base.vocabulary import Role
from monitor.intake.identity_number import check_character
from monitor.store import manifest as manifests

VIEW = "views/joins.py"


def resident(order: int) -> str:
    first = f"99010119700505{order:03d}"
    return first + check_character(first)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def bureau(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """A man's and a woman's number under one psn_no, the second insured in the next district: 80,000 together."""
    made = Bureau(tmp_path)
    monkeypatch.setenv("MONITOR_HOME", str(made.home.path))
    made.incomes()
    made.settlements(
        settlement(setl_id="S1", psn_no="P1", psn_name="样甲", certno=resident(1), psn_part_amt="40000", setl_time="2025-01-01"),
        settlement(setl_id="S2", psn_no="P1", psn_name="样甲", certno=resident(2), psn_part_amt="40000", setl_time="2025-01-02",
                   insu_admdvs="371003"),
    )
    made.run()
    return made


def words(bureau: Bureau) -> list[tuple[bool | None, str]]:
    known = manifests.read(bureau.home.manifest)
    assert known is not None
    return [(record.together, record.by) for record in known.joins]


def settle(app: AppTest, button: str, reason: str, *, twice: bool = False) -> AppTest:
    app.text_input(key="join-reason").set_value(reason)
    app.checkbox(key="join-twice").set_value(twice)
    app.button(key=button).click().run()
    assert not app.exception, app.exception
    return app


def test_both_sides_and_together_masked(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER)
    shown = texts(page(VIEW))
    for said in ("J1", "待认定 1 对，其中 1 对合计将越线", "40,000.00", "80,000.00", "性别不同", "威政办发〔2022〕15号"):
        assert said in shown
    assert resident(1) not in shown and "样甲" not in shown


def test_a_data_manager_decides_and_says_it_twice(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER, name="wu")
    app = page(VIEW)
    settle(app, "join-do", "")
    assert "须写明理由" in app.error[0].value
    settle(app, "join-do", "核对过出生证明")
    assert "性别不同" in app.error[0].value and words(bureau) == []
    settle(app, "join-do", "核对过出生证明", twice=True)
    assert words(bureau) == [(True, "wu")]
    assert "认定同人" in texts(app) and "核对过出生证明" in texts(app)
    settle(app, "join-apart", "弄错了")
    assert words(bureau) == [(True, "wu"), (False, "wu")]
    settle(app, "join-undo", "还要再核对")
    assert words(bureau)[2:] == [(None, "wu")] and "J1 的认定已收回" in app.success[0].value
    assert "待认定 1 对" in texts(app) and "还要再核对" not in texts(app), "nobody's word holds"


def test_nobody_overrules_a_word_they_have_not_seen(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER, name="wu")
    first, second = page(VIEW), page(VIEW)
    settle(first, "join-do", "核对过出生证明", twice=True)
    settle(second, "join-do", "也核对过", twice=True)
    assert not second.error, "the same word is no other"
    stale = page(VIEW)
    settle(first, "join-undo", "弄错了")
    settle(stale, "join-apart", "另有其人")
    assert "J1 的认定在您打开页面之后有变化，现为“待认定”；没有认定" in stale.error[0].value
    assert words(bureau) == [(True, "wu"), (None, "wu")]
    # Shown anew by the refusal: now it was seen.
    settle(stale, "join-apart", "另有其人")
    assert words(bureau)[2:] == [(False, "wu")]


def test_looking_numbers_nothing_and_the_button_does(bureau: Bureau, looking: Looking) -> None:
    """A run numbers the pairs it knew; what came since has no number until somebody gives it one."""
    bureau.settlements(
        settlement(setl_id="S3", psn_no="P2", psn_name="样乙", certno=resident(3), psn_part_amt="100", setl_time="2025-01-03"),
        settlement(setl_id="S4", psn_no="P2", psn_name="样乙", certno=resident(5), psn_part_amt="100", setl_time="2025-01-04"),
    )
    before = bureau.home.manifest.read_bytes()
    for role in (Role.AUDITOR, Role.DATA_MANAGER):
        looking.become(role)
        app = page(VIEW)
        assert list(app.dataframe[0].value["number"]) == ["J1", ""] and "1 个是新发现的" in texts(app)
        assert (role is Role.DATA_MANAGER) == any(button.key == "join-give-numbers" for button in app.button)
    assert bureau.home.manifest.read_bytes() == before
    assert [option[:2] for option in app.selectbox(key="join-number").options] == ["J1"]
    app.button(key="join-give-numbers").click().run()
    assert not app.exception and list(app.dataframe[0].value["number"]) == ["J1", "J2"]
    actor = looking.become(Role.OFFICER)
    with pytest.raises(AccessError):
        joins.give_numbers(actor)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.APPROVER, Role.AUDITOR])
def test_others_look_and_do_not_decide(role: Role, bureau: Bureau, looking: Looking) -> None:
    looking.become(role)
    app = page(VIEW)
    assert "J1" in texts(app) and not [button for button in app.button if (button.key or "").startswith("join-")]


@pytest.mark.parametrize(
    ("districts", "seen", "half"), [((), True, False), (("371002", "371003"), True, False), (("371002",), False, True), (("371004",), False, False)],
)
def test_another_district_sees_what_is_its_own(
    districts: tuple[str, ...], seen: bool, half: bool, bureau: Bureau, looking: Looking
) -> None:
    looking.become(Role.DATA_MANAGER, Scope(districts=districts) if districts else EVERYTHING)
    shown = texts(page(VIEW))
    assert ("J1" in shown, "另有 1 对号码有一边在您的范围之外" in shown) == (seen, half)
    assert seen or "40,000" not in shown


def test_above_the_figures_stands_what_the_run_cannot_know(bureau: Bureau, looking: Looking) -> None:
    looking.become(Role.DATA_MANAGER)
    app = page("views/overview.py")
    assert any("没有导入过任何身份名单" in warning.value for warning in app.warning)
    assert any("1 对号码可能是同一人而未认定，其中 1 对合计将越线" in info.value for info in app.info)


def test_nothing_to_decide(tmp_path: Path, home: Path, looking: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Bureau(tmp_path)
    monkeypatch.setenv("MONITOR_HOME", str(made.home.path))
    made.incomes()
    looking.become(Role.DATA_MANAGER)
    assert "没有需要认定的号码" in texts(page(VIEW))
    assert json.loads(made.home.manifest.read_text())["pairs"] == []

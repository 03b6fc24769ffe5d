"""医药机构 and 年度评价 over a real home: what stands there, for whom, and what is said where there is nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import python_calamine
import streamlit as st
from bureau import LIBRARY, Bureau, certno, settlement
from streamlit.testing.v1 import AppTest
from viewers import Looking

from dashboard.door import access
from dashboard.lists import exports
from monitor.access.scope import Scope
from monitor.actions.entitlements import entitled_store
from monitor.base.vocabulary import Permission, Role
from monitor.casework.sync import synchronise
from monitor.store.home import writing

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bureau(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    monkeypatch.setenv("MONITOR_HOME", str(made.home.path))
    made.incomes()
    made.people(*({"certno": certno(n), "psn_no": f"P{n}", "psn_name": f"样例{n}号", "insu_admdvs": place}
                  for n, place in ((1, "371002"), (2, "371083"))))
    made.identities({"certno": certno(1), "category": "dibao"})
    made.settlements(
        settlement(setl_id="S1", certno=certno(1), psn_part_amt="700", maf_pay="300", fixmedins_code="A", fixmedins_name="甲*院", hosp_lv="05"),
        settlement(setl_id="S2", certno=certno(2), psn_part_amt="70000", insu_admdvs="371083", fixmedins_code="B", fixmedins_name="乙院",
                   hosp_lv="05", fulamt_ownpay_amt="7000"),
    )
    access._access.cache_clear()
    yield made
    access._access.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()


def shown(view: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=120)
    app.switch_page(f"views/{view}.py").run()
    assert not app.exception, app.exception
    return app


def words(app: AppTest) -> str:
    parts = [str(one.value) for kind in (app.header, app.subheader, app.markdown, app.caption, app.warning) for one in kind]
    return "\n".join([*parts, *(frame.value.to_string() for frame in app.dataframe)]).replace("\\", "")


def ran(bureau: Bureau, document: str = "weihai-2022-15", **options: bool) -> None:
    bureau.run(document, **options)
    with writing(bureau.home, "test") as store:
        synchronise(store)


@pytest.mark.parametrize("role", [Role.DATA_MANAGER, Role.POLICY_MANAGER, Role.OFFICER, Role.APPROVER, Role.AUDITOR])
@pytest.mark.parametrize("view", ["institutions", "evaluation"])
def test_each_role_that_sees_figures_sees_them(bureau: Bureau, looking: Looking, role: Role, view: str) -> None:
    ran(bureau)
    looking.become(role)
    said = words(shown(view))
    assert certno(1) not in said and "样例1号" not in said
    if view == "institutions":
        assert "甲*院" in said and "乙院" in said and "30.00%" not in said
        assert "10.00%／5.00%" in said and "0.00%／5.00%" in said and "四（二）" in said
    else:
        assert "五（一）" in said and "监测预警" in said and "monitor audit-coverage" in said and "缺少" in said


def test_looking_at_an_evaluation_works_nothing_out(bureau: Bureau, looking: Looking) -> None:
    """What hangs on the run's entitlements is said to be missing, and comes once somebody has had them worked out."""
    ran(bureau)
    before = bureau.home.manifest.read_bytes()
    said = words(shown("evaluation"))
    assert "本次运行还没有计算医疗救助待遇；请在“应享未享”页计算" in said and "能计算的人" not in said
    assert bureau.home.manifest.read_bytes() == before and not bureau.home.entitled.exists()
    entitled_store(bureau.home, None, LIBRARY)
    assert "能计算的人" in words(shown("evaluation"))


def test_an_officer_of_a_district_sees_its_peoples_institutions_and_no_evaluation(bureau: Bureau, looking: Looking) -> None:
    ran(bureau)
    looking.become(Role.OFFICER, Scope(("371002",)))
    said = words(shown("institutions"))
    assert "甲*院" in said and "乙院" not in said
    looking.become(Role.OFFICER, Scope(("371083",)), "other")
    assert "乙院" in words(shown("institutions"))
    assert "只看部分区县" in words(shown("evaluation"))


def test_a_month_narrows_the_institutions_and_an_empty_one_says_so(bureau: Bureau, looking: Looking) -> None:
    ran(bureau)
    app = shown("institutions")
    app.selectbox(key="institution-month").set_value("2025-03").run()
    assert not app.exception and "甲*院" in words(app)
    app.selectbox(key="institution-month").set_value("2025-02").run()
    assert not app.exception and "没有任何结算数据" in words(app)
    app.selectbox(key="institution-month").set_value(None).run()
    app.selectbox(key="institution-level").set_value("三级").run()
    assert not app.exception and "这一级别没有机构" in words(app)


def test_without_a_run_both_say_what_to_do(home: Path, looking: Looking) -> None:
    for view in ("institutions", "evaluation"):
        assert "还没有运行结果" in words(shown(view))


def test_a_drafts_list_is_looked_at_by_any_department_it_names_and_goes_nowhere(bureau: Bureau, looking: Looking) -> None:
    """Inner Mongolia 二（十二）: health and the disabled federation are offered where the text names them."""
    bureau.incomes({"region": "150100", "residents": "rural"})
    bureau.settlements(settlement(setl_id="I1", certno=certno(7), psn_part_amt="90000", insu_admdvs="150102"))
    ran(bureau, "inner-mongolia-2022-draft", trial=True)
    looking.become(Role.OFFICER)
    app = shown("referrals")
    offered = app.selectbox(key="referral-department")
    assert offered.options == ["民政", "残联", "卫生健康", "乡村振兴（农业农村）"]
    assert "试运行，只能查看" in app.selectbox(key="referral-document").options[0]
    offered.set_value("health")
    app.text_input(key="referral-month").set_value("2025-12")
    next(button for button in app.button if button.key == "referral-preview").click().run()
    assert not app.exception and not app.error
    assert next(metric.value for metric in app.metric if metric.label == "人数") == "1 人"
    assert "试运行，只供查看，不能推送" in words(app) and "referral-propose" not in {button.key for button in app.button}


def test_departments_no_document_names_are_not_offered(bureau: Bureau, looking: Looking) -> None:
    ran(bureau)
    looking.become(Role.OFFICER)
    assert shown("referrals").selectbox(key="referral-department").options == ["民政", "乡村振兴（农业农村）"]


def lists(view: str, monkeypatch: pytest.MonkeyPatch, kind: str, **chosen: str) -> exports.Export:
    """What a press on a list's download leaves."""
    left: list[exports.Export] = []
    monkeypatch.setattr(exports.desk, "leave", lambda export: left.append(export) or "token")
    app = shown(view)
    for key, value in chosen.items():
        app.selectbox(key=f"institution-{key}").set_value(value).run()
    app.selectbox(key="institution-export-purpose").set_value("verify")
    app.button(key=f"institution-{kind}").click().run()
    assert not app.exception and not app.error
    (export,) = left
    return export


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_institutions_shown_are_taken_along(bureau: Bureau, looking: Looking, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    ran(bureau)
    looking.become(Role.OFFICER, Scope(("371083",)))
    export = lists("institutions", monkeypatch, kind)
    assert (export.object, export.where, export.permissions) == (
        "institutions:weihai-2022-15", "screen:institutions", (Permission.EXPORT_PEOPLE,)
    )
    assert export.scope == Scope(("371083",)) and export.detail["rows"] == 1 and export.purpose == "核实情况"
    content = b"".join(export.chunks())
    if kind == "csv":
        (row,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
        assert (row["医药机构"], row["医疗费用（元）"], row["目录外费用占比"]) == ("乙院", "70000.00", "10.00%")
        assert row["目录外费用占比（同级别中位数）"] == "10.00%" and row["高于同级别中位数"] == ""
    else:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        head, row = book.get_sheet_by_name("名单").to_python()
        assert dict(zip(head, row, strict=True))["目录外费用占比"] == pytest.approx(0.1)
        said = dict(line[:2] for line in book.get_sheet_by_name("说明").to_python() if len(line) > 1)
        assert said["医药机构（家）"] == "1" and "只按您范围内参保人的结算计算" in said["说明"] and "已脱敏" not in said["说明"]


def test_who_only_looks_takes_no_institutions_along(bureau: Bureau, looking: Looking) -> None:
    ran(bureau)
    for role in (Role.AUDITOR, Role.POLICY_MANAGER):
        looking.become(role)
        assert not [button for button in shown("institutions").button if button.key in ("institution-csv", "institution-xlsx")]

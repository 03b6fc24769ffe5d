"""资助参保: the month's list with its totals, the gaps and both 100 %, as an officer sees them; masked, within a scope, exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from bureau import Bureau, certno, settlement
from streamlit.testing.v1 import AppTest
from test_views import page, texts
from viewers import Looking

from dashboard.lists import exports
from monitor.access.scope import Scope
from monitor.actions.entitlements import entitled_store
from monitor.base.vocabulary import Role
from monitor.policy.library import load_library

VIEW = "views/premiums.py"


def filled(directory: Path) -> Bureau:
    """Hebei, 2025: tekun, dibao in two districts, one not insured, one in no register; 360 of 400 paid for one."""
    made = Bureau(directory)
    made.incomes({"region": "130000", "residents": "rural"}, {"region": "130600"})
    made.people(
        {"psn_no": "P1", "psn_name": "样例一", "certno": certno(1), "insu_admdvs": "130602", "town": "甲镇"},
        {"psn_no": "P2", "psn_name": "样例二", "certno": certno(2), "insu_admdvs": "130602", "town": "乙镇", "psn_insu_stas": "2"},
        {"psn_no": "P3", "psn_name": "样例三", "certno": certno(3), "insu_admdvs": "130606", "town": "丙镇"},
    )
    made.identities({"certno": certno(1), "category": "tekun"}, {"certno": certno(2), "category": "dibao"},
                    {"certno": certno(3), "category": "dibao", "begin": "2025-05-01"}, {"certno": certno(4), "category": "dibao"})
    made.settlements(settlement(setl_id="S", certno=certno(1), psn_part_amt=100, insu_admdvs="130602", setl_time="2025-02-01"))
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("premiums")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        made = filled(directory)
        made.parameters("hebei-city-2022", **{"premium.standard.2025": "400.00", "premium.fiscal.2025": "700.00"})
        entitled_store(made.home, made.run("hebei-city-2022", "2025-05-31").run, load_library())
    return directory


@pytest.fixture
def run(whole: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MONITOR_HOME", str(whole / "home"))
    monkeypatch.setenv("MONITOR_KEYS", str(whole / "keys"))
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


def month(app: AppTest, chosen: str) -> None:
    (box,) = [one for one in app.selectbox if one.label == "名单月份"]
    box.set_value(chosen).run()


def test_the_months_list_with_its_totals(run: None, looking: Looking) -> None:
    app = page(VIEW)
    assert {metric.label: metric.value for metric in app.metric} == {
        "人数": "4 人", "资助个人缴费（元）": "1,480.00", "财政补助（元）": "2,800.00", "合计（元）": "4,280.00",
    }
    by_category, by_place, people = (frame.value for frame in app.dataframe[:3])
    assert dict(zip(by_category["key"], by_category["total"], strict=True)) == {"特困人员": 1100, "低保对象": 3180}
    assert list(by_place["key"]) == ["竞秀区 乙镇（130602）", "竞秀区 甲镇（130602）", "莲池区 丙镇（130606）", "地区不详"]
    assert sorted(people["amount"]) == [360, 360, 360, 400]
    assert list(people["state"]).count("新增") == 1
    assert certno(1) not in texts(app) and "样例一" not in texts(app)
    assert f"{certno(1)[:4]}**********{certno(1)[-4:]}" in set(people["certno"])
    assert [(object_, where) for _, object_, where, _, _ in looking.noted if object_.startswith("premiums")] == [
        ("premiums:hebei-city-2022:2025-05", "screen:premiums")
    ]


def test_another_month_and_a_scope(run: None, looking: Looking) -> None:
    looking.become(Role.OFFICER, Scope(districts=("130606",)))
    app = page(VIEW)
    assert {metric.label: metric.value for metric in app.metric}["人数"] == "1 人"
    assert "不在参保登记中（在名单" not in texts(app)
    month(app, "2025-04")
    assert not app.exception
    assert "这个月没有应资助参保的人" in texts(app)
    app.segmented_control(key="premium-part").set_value("months").run()
    assert "只给全范围的人看" in texts(app)


def test_a_year_without_a_standard_says_the_command(run: None) -> None:
    app = page(VIEW)
    month(app, "2026-01")
    assert not app.exception
    # Hebei's text ends with 2025.
    assert "名单还不能列出" in texts(app) and "已失效" in texts(app)


def test_what_is_said_of_months_is_said_once(run: None) -> None:
    """Nothing was run before May: four months say so, in one line below the table, whole."""
    app = page(VIEW)
    app.segmented_control(key="premium-part").set_value("months").run()
    assert not app.exception
    said = [caption.value.replace("\\", "") for caption in app.caption]
    assert "2025-01 至 2025-04：该月没有运行，医疗救助不详" in said
    assert sum("该月没有运行" in one for one in said) == 1 and "note" not in app.dataframe[0].value.columns


def test_the_gaps_and_the_months(run: None) -> None:
    app = page(VIEW)
    app.segmented_control(key="premium-part").set_value("gaps").run()
    assert not app.exception
    assert sorted(app.dataframe[0].value["state"]) == ["不在参保登记中", "漏保：登记为未参保"]
    app.segmented_control(key="premium-part").set_value("months").run()
    assert not app.exception
    months = app.dataframe[0].value
    assert list(months["month"]) == ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05"]
    assert list(months["entitled"]) == ["3", "3", "3", "3", "4"]


def test_what_is_exported_is_what_is_shown(run: None, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[exports.Export] = []
    monkeypatch.setattr(exports.desk, "leave", lambda export: left.append(export) or "token")
    app = page(VIEW)
    app.multiselect(key="premium-categories").set_value(["tekun"])
    app.button(key="premium-apply").click().run()
    app.selectbox(key="premium-export-purpose").set_value("verify")
    for kind in ("csv", "xlsx"):
        app.button(key=f"premium-{kind}").click().run()
    assert not app.exception
    lines = b"".join(left[0].chunks()).decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[1].startswith(f"样*,{certno(1)[:4]}**********{certno(1)[-4:]},特困人员,居民,竞秀区（130602）,甲镇,继续,全额资助,400.00")
    assert b"".join(left[1].chunks()).startswith(b"PK")
    assert (left[0].object, left[0].where) == ("premiums:hebei-city-2022:2025-05", "screen:premiums")
    assert left[0].detail["rows"] == 1 and left[0].detail["full"] is False


def test_nothing_recorded_says_what_to_record(tmp_path: Path, home: Path) -> None:
    filled(tmp_path).run("hebei-city-2022", "2025-05-31")
    assert "monitor parameter hebei-city-2022 premium.standard.2025=金额" in texts(page(VIEW))
    st.cache_resource.clear()
    st.cache_data.clear()


def test_the_person_page_shows_the_terms_of_critical_illness_insurance() -> None:
    def script() -> None:
        from decimal import Decimal as D

        from dashboard.person.entitlement import _insurance
        from monitor.entitle.insurance_told import InsuranceSum, InsuranceTold, SegmentPaid, TermsHeld

        _insurance(InsuranceTold("", InsuranceSum(
            base=D("50000"), drug_base=D(0), segments_due=D("31000"), drugs_due=D(0), expected=D("31000"), paid=D(0),
            base_working="1 ＋ 1 ＝ 2",
            segments=(SegmentPaid(D("10000"), None, D("0.65"), D("20000"), D("13000"), True, D("30000")),),
            terms=(
                TermsHeld(False, D("20000"), None, D("50000"), "起付标准 20,000.00 元"),
                TermsHeld(True, D("10000"), None, D("30000"), "倾斜：起付标准 20,000.00 × 50% ＝ 10,000.00 元"),
            ),
            drugs_working="", clause="三（三）", quote="起付线降低50%", readings=(),
        )))

    app = AppTest.from_function(script).run()
    assert not app.exception
    shown = texts(app)
    assert "普通待遇（合规费用 50,000.00 元）：起付标准 20,000.00 元" in shown
    assert "倾斜待遇（合规费用 30,000.00 元）：倾斜：起付标准 20,000.00 × 50% ＝ 10,000.00 元" in shown

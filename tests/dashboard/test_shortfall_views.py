"""应享未享: the page of people due more than was paid, and the person page's part on assistance, over a real home."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from bureau import Bureau, certno, settlement
from streamlit.testing.v1 import AppTest
from test_views import page, texts

from dashboard.lists import exports
from monitor.actions.entitlements import entitled_store
from monitor.policy.library import load_library

VIEW = "views/shortfall.py"


def filled(directory: Path) -> Bureau:
    """Three people due more than was paid, one who got everything, one under other rules, one ordinary."""
    made = Bureau(directory)
    made.incomes()
    made.people(*({"psn_no": f"P{n}", "psn_name": f"样例{n}", "certno": certno(n), "town": "样例镇"} for n in range(1, 7)))
    made.identities(
        {"certno": certno(1), "category": "dibao"}, {"certno": certno(2), "category": "dibao_marginal"},
        {"certno": certno(3), "category": "illness_poor"}, {"certno": certno(4), "category": "dibao"},
        {"certno": certno(5), "category": "other_hardship"},
    )
    made.settlements(
        settlement(setl_id="S1", certno=certno(1), psn_part_amt=30000, setl_time="2025-04-01"),
        settlement(setl_id="S2", certno=certno(2), psn_part_amt=30000, setl_time="2025-05-31"),
        settlement(setl_id="S3", certno=certno(3), psn_part_amt=30000, setl_time="2025-07-01"),
        settlement(setl_id="S4", certno=certno(4), psn_part_amt=300, maf_pay=700),
        settlement(setl_id="S5", certno=certno(5), psn_part_amt=30000),
        settlement(setl_id="S6", certno=certno(6), psn_part_amt=70000),
    )
    made.none("applications")
    return made


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a home whose run has its entitlements; made once, only looked at."""
    directory = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MONITOR_KEYS", str(directory / "keys"))
        made = filled(directory)
        entitled_store(made.home, made.run().run, load_library())
    return directory


@pytest.fixture
def run(whole: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MONITOR_HOME", str(whole / "home"))
    monkeypatch.setenv("MONITOR_KEYS", str(whole / "keys"))
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_a_run_without_entitlements_says_so_and_works_them_out(tmp_path: Path, home: Path) -> None:
    filled(tmp_path).run()
    app = page(VIEW)
    assert "还没有计算医疗救助待遇" in texts(app)
    app.button(key="due-work-out").click().run()
    assert not app.exception
    assert metrics(app)["应享大于已享"] == "3 人"
    st.cache_resource.clear()
    st.cache_data.clear()


def test_the_page_lists_who_is_due_more_and_why(run: None) -> None:
    app = page(VIEW)
    assert metrics(app) == {
        "文件认定的救助对象": "5 人", "应享大于已享": "3 人", "差额合计": "5.28 万元", "已预警而没有救助标准": "1 人",
    }
    frame = app.dataframe[0].value
    assert list(frame["shortfall"]) == [23800, 17000, 12000]
    assert list(frame["due_reason"]) == ["结算时未救助", "结算时未救助", "尚未申请"]
    assert list(frame["category"]) == ["低保对象", "低保边缘家庭成员", "因病致贫重病患者"]
    assert frame["certno"][0] == f"{certno(1)[:4]}**********{certno(1)[-4:]}"
    assert not {"person", "certno_sealed", "id"} & set(frame.columns)
    assert certno(1) not in texts(app)


def test_the_list_is_filtered_and_exported(run: None, monkeypatch: pytest.MonkeyPatch) -> None:
    left: list[exports.Export] = []
    monkeypatch.setattr(exports.desk, "leave", lambda export: left.append(export) or "token")
    app = page(VIEW)
    app.multiselect(key="due-reasons").set_value(["not_settled", "no_application"])
    app.multiselect(key="due-months").set_value(["2025-05"])
    app.button(key="due-apply").click().run()
    assert list(app.dataframe[0].value["category"]) == ["低保边缘家庭成员"]
    app.selectbox(key="due-export-purpose").set_value("verify")
    for kind in ("csv", "xlsx"):
        app.button(key=f"due-{kind}").click().run()
    assert not app.exception
    content = b"".join(left[0].chunks()).decode("utf-8-sig")
    assert left[0].name.startswith("应享未享_2025-12-31_")
    assert content.splitlines()[1].split(",")[:8] == [
        "样*", f"{certno(2)[:4]}**********{certno(2)[-4:]}", "低保边缘家庭成员", "居民", "环翠区（371002）", "样例镇", "直接救助", "结算时未救助",
    ]
    assert b"".join(left[1].chunks()).startswith(b"PK")


def test_a_category_and_a_number_find_one_person(run: None) -> None:
    app = page(VIEW)
    app.multiselect(key="due-categories").set_value(["dibao"])
    app.selectbox(key="due-search-kind").set_value("certno")
    app.text_input(key="due-search").set_value(certno(1))
    app.button(key="due-apply").click().run()
    assert list(app.dataframe[0].value["shortfall"]) == [23800]
    app.multiselect(key="due-categories").set_value(["illness_poor"])
    app.button(key="due-apply").click().run()
    assert "没有符合条件的人员" in texts(app)


def test_a_person_of_the_list_is_explained_with_every_step(run: None) -> None:
    shown = texts(page("views/person.py", due="1"))
    for said in (
        "应享 21,000.00 ＋ 2,800.00 ＝ 23,800.00；已享 0.00；差额 max(0, 23,800.00 − 0.00) ＝ 23,800.00",
        "0.7 × max(0, 30,000.00 − 0.00)", "min(70,000.00, 21,000.00)", "max(0, 30,000.00 − 21,000.00 − 5,000.00)",
        "min(20,000.00, 0.7 × 4,000.00)", "二（三）3", "年度累计救助限额 7 万元", "差额原因：结算时未救助", "参保地市内，不须转诊",
        "文件没有一条规则覆盖其身份与险种",
    ):
        assert said in shown, said
    assert certno(1) not in shown


@pytest.mark.parametrize(
    ("number", "said"),
    [(4, "应享 700.00 ＝ 700.00；已享 700.00；差额 max(0, 700.00 − 700.00) ＝ 0.00"), (5, "按其他规定执行"),
     (6, "文件没有把此人认作医疗救助对象")],
)
def test_anybody_can_be_looked_up_by_number(run: None, number: int, said: str) -> None:
    app = page(VIEW)
    app.text_input(key="due-number").set_value(certno(number))
    app.button(key="due-look-up-button").click().run()
    assert not app.exception
    shown = texts(app)
    assert said in shown
    assert certno(number) not in shown and certno(number) not in str(dict(app.query_params))


def test_a_number_nobody_knows_is_a_sentence(run: None) -> None:
    app = page(VIEW)
    app.text_input(key="due-number").set_value("991002190001010000")
    app.button(key="due-look-up-button").click().run()
    assert "没有该证件号码" in app.error[0].value

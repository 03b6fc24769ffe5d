"""Every page, empty and full: what an officer reads on it, and what must never be on it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from casebook import DRAFT, WEIHAI, blind, database
from explained import explained
from sqlalchemy import Connection, Engine
from streamlit.testing.v1 import AppTest

from dashboard.charts import burden
from dashboard.lists import exports
from dashboard.queries import people_lists, somebody
from dashboard.text import show
from monitor.base.errors import StoreError
from monitor.base.settings import policies_directory
from monitor.casework.reading import listing, overview
from monitor.casework.reading.narrowing import Filters
from monitor.casework.reading.overview import ACTIVE_STATES, Bin
from monitor.casework.reading.query import ListQuery

ROOT = Path(__file__).resolve().parents[2]
TOLD = json.loads((Path(__file__).parent / "explanation.json").read_text(encoding="utf-8"))
VIEWS = ["views/overview.py", "views/alerts.py", "views/set_aside.py", "views/person.py"]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Engine]]:
    home = tmp_path_factory.mktemp("full")
    engine = database(home / "casework.sqlite", months=6, count=400)
    yield home, engine
    engine.dispose()


@pytest.fixture
def connection(full: tuple[Path, Engine], monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    """A home with runs in it, and the explanation everybody gets."""
    monkeypatch.setenv("MONITOR_HOME", str(full[0]))
    monkeypatch.setattr(somebody, "explanation", lambda run_id, person: explained(TOLD))
    monkeypatch.setattr(people_lists, "_searched_hash", lambda kind, text: blind(text))
    with full[1].connect() as opened:
        yield opened
    st.cache_resource.clear()
    st.cache_data.clear()


def page(view: str, **query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "dashboard" / "main.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    if view != VIEWS[0]:
        app.switch_page(view)
    app.run()
    assert not app.exception, app.exception
    assert not [error for error in app.error if "页面出错" in error.value]
    return app


def texts(app: AppTest) -> str:
    """Everything on the page that is text, tables included."""
    found: list[str] = []
    for kind in (app.header, app.subheader, app.markdown, app.caption, app.warning, app.error, app.code):
        found.extend(str(element.value) for element in kind)
    found.extend(f"{metric.label} {metric.value} {metric.delta}" for metric in app.metric)
    found.extend(frame.value.to_string() for frame in (*app.dataframe, *app.table))
    return "\n".join(found).replace("\\", "")


def latest(connection: Connection) -> str:
    run = overview.latest_run(connection, WEIHAI)
    assert run is not None
    return run.run_id


# --- nothing yet ----------------------------------------------------------------------------------


@pytest.mark.parametrize("view", VIEWS[:3])
def test_without_a_run_a_page_says_what_to_do(home: Path, view: str) -> None:
    shown = texts(page(view))
    assert "还没有运行结果" in shown
    assert "monitor run --document" in shown
    assert not home.exists(), "looking makes nothing"


def test_without_a_person_the_page_says_so(home: Path) -> None:
    assert "尚未选择人员" in texts(page("views/person.py"))


# --- overview -------------------------------------------------------------------------------------


def test_overview_shows_the_figures_of_the_latest_official_run(connection: Connection) -> None:
    app = page("views/overview.py")
    found = overview.overview(connection, latest(connection))
    metrics = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    now, before = found.trend[-1], found.trend[-2]
    assert metrics["预警总数"] == (f"{now.flagged:,} 人", str(now.flagged - before.flagged))
    assert metrics["新增"][0] == f"{now.states['new']:,} 人"
    assert metrics["越线但无适用规则"][0] == f"{found.uncovered} 人"
    assert metrics["区外参保、已死亡"][0] == f"{found.outside_region + found.deceased} 人"
    shown = texts(app)
    for said in (
        "威海市", "正式", "数据截至 2026-06-30", "已知时点 2026-06-28 23:59", "最近一笔结算 2026-06-28",
        "各次运行的预警人数", "按首次越线月份", "按身份", "按参保地", "负担与基准之比的分布", "读入行数",
        "627,600 行", "1,572 行", "630 行",
    ):  # fmt: skip
        assert said in shown


def test_overview_labels_a_trial(connection: Connection) -> None:
    app = page("views/overview.py")
    app.selectbox(key="document").set_value(DRAFT).run()
    assert not app.exception
    assert "试运行" in app.warning[0].value
    assert "征求意见稿" in texts(app)


def test_overview_says_when_a_benchmark_is_last_years(connection: Connection) -> None:
    app = page("views/overview.py")
    january = next(run for run in overview.runs(connection) if run.provisional and run.official)
    app.selectbox(key=f"run-{WEIHAI}").set_value(january.run_id).run()
    assert "暂用上年基准" in app.warning[0].value
    assert next(metric for metric in app.metric if metric.label == "预警总数").delta == ""


def test_another_kind_draws_another_distribution(connection: Connection) -> None:
    app = page("views/overview.py")
    app.segmented_control(key="distribution-kind").set_value("poverty_due_to_illness").run()
    assert not app.exception


def test_the_overview_speaks_of_the_documents_own_bands(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "虚线为基准的 50%、100%、150%。" in texts(page("views/overview.py"))
    directory = tmp_path / "policies"
    shutil.copytree(policies_directory(), directory)
    file = directory / f"{WEIHAI}.toml"
    file.write_text(file.read_text(encoding="utf-8").replace("bands = [50, 100, 150]", "bands = [80, 120]"), encoding="utf-8")
    monkeypatch.setenv("MONITOR_POLICIES", str(directory))
    app = page("views/overview.py")
    assert "虚线为基准的 80%、120%。" in texts(app)
    assert next(metric for metric in app.metric if metric.label == "升档").help == "上次已预警，本次越过更高一档（基准的 80%、120%）。"


def test_the_distribution_marks_the_documents_own_bands() -> None:
    bins = [Bin("return_to_poverty", percent, 1) for percent in (75, 80, 120, 300)]
    figure = burden.distribution(bins, "return_to_poverty", (80, 120))
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [80, 120]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["80%", "120%"]
    assert figure["data"][0]["marker"]["color"] == ["#B9C6D6", "#D5793F", "#A93A26", "#A93A26"]
    shipped = burden.distribution(bins, "return_to_poverty", (50, 100, 150))
    assert shipped["data"][0]["marker"]["color"] == ["#E2B27A", "#E2B27A", "#D5793F", "#A93A26"]


# --- alerts ---------------------------------------------------------------------------------------


def counted(app: AppTest) -> str:
    return next(element.value for element in app.markdown if "人次" in element.value)


def test_alerts_are_masked_and_counted(connection: Connection) -> None:
    app = page("views/alerts.py")
    expected = listing.alert_page(connection, latest(connection), ListQuery(Filters(states=ACTIVE_STATES)))
    assert f"共 **{expected.total:,}** 人次" in counted(app)
    frame = app.dataframe[0].value
    assert list(frame["certno"]) == [row.certno_masked for row in expected.rows]
    assert [int(amount * 100) for amount in frame["excess"]] == [row.excess_fen for row in expected.rows]
    assert not {"person", "certno_sealed", "id"} & set(frame.columns)


def test_alerts_are_filtered_by_the_form(connection: Connection) -> None:
    app = page("views/alerts.py")
    app.multiselect(key="alerts-kinds").set_value(["return_to_poverty"])
    app.multiselect(key="alerts-states").set_value(["new"])
    app.text_input(key="alerts-excess-from").set_value("1,000.00")
    app.button(key="alerts-apply").click().run()
    filters = Filters(kinds=("return_to_poverty",), states=("new",), excess_from=100_000)
    expected = listing.alert_page(connection, latest(connection), ListQuery(filters))
    assert f"共 **{expected.total:,}** 人次" in counted(app)
    assert set(app.dataframe[0].value["kind"]) == {"因病返贫"}
    app.button(key="alerts-clear").click().run()
    everything = listing.alert_page(connection, latest(connection), ListQuery(Filters(states=ACTIVE_STATES)))
    assert f"共 **{everything.total:,}** 人次" in counted(app)


def test_a_search_stays_out_of_the_address(connection: Connection) -> None:
    app = page("views/alerts.py")
    wanted = app.dataframe[0].value["certno"][0][-4:]
    app.selectbox(key="alerts-search-kind").set_value("last4")
    app.text_input(key="alerts-search").set_value(wanted)
    app.button(key="alerts-apply").click().run()
    assert {number[-4:] for number in app.dataframe[0].value["certno"]} == {wanted}
    assert wanted not in str(dict(app.query_params))


def test_nobody_found_is_said_and_cannot_be_exported(connection: Connection) -> None:
    app = page("views/alerts.py")
    app.text_input(key="alerts-search").set_value("991002190001010000")
    app.button(key="alerts-apply").click().run()
    assert "没有符合条件的人员" in texts(app)
    assert not app.dataframe
    assert app.button(key="alerts-csv").disabled


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [("五千", "", "应填金额"), ("nan", "", "应填金额"), ("1e999", "", "应填金额"), ("200", "100", "应小于或等于")],
)
def test_a_wrong_amount_is_refused_in_a_sentence(connection: Connection, low: str, high: str, sentence: str) -> None:
    app = page("views/alerts.py")
    app.text_input(key="alerts-excess-from").set_value(low)
    app.text_input(key="alerts-excess-to").set_value(high)
    app.button(key="alerts-apply").click().run()
    assert not app.exception
    assert sentence in app.error[0].value


def test_missing_keys_are_a_sentence_not_a_traceback(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(kind: str, text: str) -> str:
        raise StoreError("找不到密钥文件")

    monkeypatch.setattr(people_lists, "_searched_hash", refuse)
    app = page("views/alerts.py")
    app.text_input(key="alerts-search").set_value("王样例")
    app.button(key="alerts-apply").click().run()
    assert app.error[0].value == "找不到密钥文件"


def test_the_list_is_sorted_and_cut_by_the_database(connection: Connection) -> None:
    app = page("views/alerts.py")
    app.selectbox(key="alerts-sort").set_value(("burden", False)).run()
    app.selectbox(key="alerts-size").set_value(20).run()
    expected = listing.alert_page(
        connection, latest(connection), ListQuery(Filters(states=ACTIVE_STATES), "burden", False, size=20))
    assert list(app.dataframe[0].value["certno"]) == [row.certno_masked for row in expected.rows]
    assert "第 1–20 条" in counted(app)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_download_is_what_the_page_counts(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    left: list[exports.Export] = []
    monkeypatch.setattr(exports.desk, "leave", lambda export: left.append(export) or "token")
    app = page("views/alerts.py")
    app.multiselect(key="alerts-categories").set_value(["ordinary"])
    app.button(key="alerts-apply").click().run()
    app.selectbox(key="alerts-export-purpose").set_value("verify")
    app.button(key=f"alerts-{kind}").click().run()
    assert not app.exception
    content = b"".join(left[0].chunks())
    assert left[0].name.startswith("预警名单_2026-06-30_")
    assert left[0].name.endswith(f".{kind}")
    if kind == "csv":
        expected = listing.alert_page(
            connection, latest(connection), ListQuery(Filters(states=ACTIVE_STATES, categories=("ordinary",))))
        assert content.count(b"\r\n") - 1 == expected.total
    else:
        assert content.startswith(b"PK")


# --- people set aside -----------------------------------------------------------------------------


def test_people_set_aside_are_shown_with_their_reason(connection: Connection) -> None:
    app = page("views/set_aside.py")
    expected = listing.set_aside_page(connection, latest(connection))
    assert f"共 **{expected.total}** 人次" in counted(app)
    reason = expected.rows[0].reason
    app.multiselect(key="aside-reasons").set_value([reason])
    app.button(key="aside-apply").click().run()
    assert set(app.dataframe[0].value["reason"]) == {show.aside_label(reason)}


# --- person ---------------------------------------------------------------------------------------


def a_person(connection: Connection) -> str:
    return str(listing.alert_page(connection, latest(connection), ListQuery(Filters(states=("new",)))).rows[0].id)


def test_a_person_is_explained(connection: Connection) -> None:
    shown = texts(page("views/person.py", alert=a_person(connection)))
    rule = TOLD["rules"][0]
    for said in (
        TOLD["verdict"], "25,193.01", "20,610.00", "4,583.01", "2026-05-08", rule["clause"], rule["quote"],
        *rule["readings"], "41,220.00 × 50 % = 20,610.00", "星海省统计局", "个人负担总金额 + 医疗救助基金支出",
        TOLD["rules"][1]["why"], "突发严重困难户", "共 10 笔，计入 7 笔，未计入 3 笔", "退费：原结算已冲回",
        "99S0007", "普通门诊（11）", "重度残疾人员", "没有点名",
    ):  # fmt: skip
        assert said in shown, said


def test_name_and_number_are_masked_until_asked_for(connection: Connection) -> None:
    app = page("views/person.py", alert=a_person(connection))
    assert TOLD["person"]["certno"] not in texts(app)
    assert TOLD["person"]["psn_name"] not in texts(app)
    app.selectbox(key="reveal-purpose").set_value("contact")
    app.button(key="reveal-button").click().run()
    assert TOLD["person"]["certno"] in texts(app)
    assert TOLD["person"]["psn_name"] in texts(app)
    assert TOLD["person"]["certno"] not in str(dict(app.query_params))


def test_left_out_settlements_can_be_hidden(connection: Connection) -> None:
    app = page("views/person.py", alert=a_person(connection))
    table = next(frame.value for frame in app.dataframe if "running" in frame.value.columns)
    assert len(table) == 10
    app.toggle(key="only-counted").set_value(True).run()
    table = next(frame.value for frame in app.dataframe if "running" in frame.value.columns)
    assert len(table) == 7


@pytest.mark.parametrize("asked", ["999999999", "0", "-1", "x", "１", "9" * 40, "1 OR 1=1"])
def test_an_address_that_names_nobody_says_so(connection: Connection, asked: str) -> None:
    assert "没有找到这名人员" in texts(page("views/person.py", alert=asked))


def test_somebody_set_aside_is_explained_too(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = json.loads(json.dumps(TOLD))
    told["rules"] = [rule for rule in told["rules"] if not rule["applies"]]
    told["verdict"] = "没有一条规则适用。"
    monkeypatch.setattr(somebody, "explanation", lambda run_id, person: explained(told))
    row = listing.set_aside_page(connection, latest(connection)).rows[0]
    shown = texts(page("views/person.py", aside=str(row.id)))
    assert "没有一条规则适用。" in shown
    assert told["rules"][0]["why"] in shown


def test_what_cannot_be_explained_is_a_sentence(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(run_id: str, person: str) -> None:
        raise StoreError("数据目录里没有这次运行的数据，请重新运行")

    monkeypatch.setattr(somebody, "explanation", refuse)
    assert "没有这次运行的数据" in texts(page("views/person.py", alert=a_person(connection)))


def test_text_from_data_stays_text(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, Any] = json.loads(json.dumps(TOLD))
    told["verdict"] = "**粗** [链](http://example.invalid) :red[红] $x$ <b>x</b>"
    monkeypatch.setattr(somebody, "explanation", lambda run_id, person: explained(told))
    app = page("views/person.py", alert=a_person(connection))
    raw = next(element.value for element in app.markdown if "链" in element.value)
    assert "[链](" not in raw
    assert ":red[" not in raw
    assert "<b>" not in raw

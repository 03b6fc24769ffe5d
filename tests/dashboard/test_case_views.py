"""Cases on the screen: who sees which, what the buttons are, one act, an act on a list, and two officers at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st
from caseload import Caseload, Said
from conftest import Looking
from office import Office
from streamlit.testing.v1 import AppTest
from test_views import page, texts

from dashboard import access, queries
from monitor.access.scope import Scope
from monitor.vocabulary import Role

HERE, NEXT = Scope(("371002",)), Scope(("371083",))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("cases"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def load(office: Office) -> Caseload:
    """Sixty people here, twenty in the next district, one account an officer of each."""
    made = Caseload(office)
    here = {person: Said("new", burden=70_000_00 + person * 100_00) for person in range(1, 61)}
    there = {person: Said("new", burden=80_000_00 + person * 100_00, district="371083", town="乙镇") for person in range(101, 121)}
    made.says("2026-01-31", here | there)
    office.add("li.na", Role.OFFICER, scope=HERE)
    office.add("wang.fang", Role.OFFICER, scope=NEXT)
    return made


@pytest.fixture
def cases(load: Caseload, office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[Caseload]:
    monkeypatch.setenv("MONITOR_HOME", str(office.home.path))
    monkeypatch.setattr(access, "access", lambda: office.access)
    for module in ("casework", "queries"):
        monkeypatch.setattr(f"dashboard.{module}.access", lambda: office.access)
    monkeypatch.setattr(queries, "sealer", lambda: office.access.sealer)
    monkeypatch.setattr("dashboard.casework.sealer", lambda: office.access.sealer)
    yield load
    st.cache_resource.clear()
    st.cache_data.clear()


def numbers(app: AppTest) -> list[str]:
    return list(app.dataframe(key="cases-table").value["certno"])


def test_first(cases: Caseload, looking: Looking) -> None:
    looking.become(Role.OFFICER, HERE)
    app = page("views/cases.py")
    print(texts(app)[:3000])
    case = cases.of(1)
    app = page("views/case.py", case=str(case.id))
    print(texts(app)[:3000])
    app.button(key="do-review").click().run()
    print([e.value for e in app.success], [e.value for e in app.error], app.exception)
    assert cases.of(1).state == "under_review"

"""A relief a department filled in, on the case's page: shown, completed, taken over with a click; the second officer is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from bureau import certno
from office import Office
from sentlist import answer, answers, reply
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from test_case_views import press
from test_views import page, texts
from viewers import Looking

from monitor.access.hashing import number_hex
from monitor.access.scope import EVERYTHING, Scope
from monitor.base.vocabulary import Role
from monitor.casework.tables import cases, reply_lines


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    yield
    st.cache_resource.clear()
    st.cache_data.clear()


def case_of(office: Office) -> Any:
    key = number_hex(office.access.hash_key, certno(1))
    with office.engine.connect() as connection:
        return connection.execute(select(cases).where(cases.c.person == key)).one()


def officer(office: Office, looking: Looking, name: str, scope: Scope = EVERYTHING) -> None:
    signed = office.member(name, Role.OFFICER, scope=scope)
    looking.become(Role.OFFICER, scope, name)
    looking.actor = replace(signed.actor, session=f"{name:0>64}")


def test_it_is_completed_and_taken_over_once(sent: Office, looking: Looking, tmp_path: Path) -> None:
    reply(sent.home, answers(tmp_path / "反馈.csv", [answer(1, "不符合", "收入超标", "", "", "1,000元", "临时救助，下月发放")]))
    officer(sent, looking, "li.na")
    case = case_of(sent)
    with sent.engine.connect() as connection:
        line = connection.scalar(select(reply_lines.c.id).where(reply_lines.c.relief_as == "proposed"))
    key = f"relief-{line}-{case.version}"
    app, other = page("views/case.py", case=str(case.id)), page("views/case.py", case=str(case.id))
    assert "部门反馈的救助" in texts(app) and "请补上反馈没有写明的内容" in texts(app)
    assert app.text_input(key=f"{key}-amount").value == "1000.00"
    press(app, f"relief-take-{line}")
    assert "须写明救助的种类" in app.error[0].value and case_of(sent).relief_fen is None
    filled(app, key)
    press(app, f"relief-take-{line}")
    assert "已登记为案件落实的救助" in app.success[0].value
    found = case_of(sent)
    assert (found.state, found.relief_kind, found.relief_fen, found.relief_on) == (
        "relief_arranged", "temporary", 100_000, date(2025, 12, 20),
    )
    assert f"relief-take-{line}" not in {button.key for button in app.button}
    # Who had the page open before is told, and nothing is registered a second time.
    filled(other, key)
    press(other, f"relief-take-{line}")
    assert "没有再登记" in other.error[0].value and case_of(sent).version == found.version
    assert sent.verdict().broken is None


def filled(app: AppTest, key: str) -> None:
    app.selectbox(key=f"{key}-kind").set_value("temporary")
    app.date_input(key=f"{key}-on").set_value(date(2025, 12, 20))


def test_another_districts_officer_and_who_only_looks(sent: Office, looking: Looking, tmp_path: Path) -> None:
    reply(sent.home, answers(tmp_path / "反馈.csv", [answer(1, "不符合", "收入超标", "", "", "1000")]))
    case = case_of(sent)
    looking.become(Role.AUDITOR, EVERYTHING)
    app = page("views/case.py", case=str(case.id))
    assert "部门反馈的救助" in texts(app)
    assert not [button.key for button in app.button if str(button.key).startswith("relief-")]
    looking.become(Role.OFFICER, Scope(("371083",)))
    assert "部门反馈的救助" not in texts(page("views/case.py", case=str(case.id)))

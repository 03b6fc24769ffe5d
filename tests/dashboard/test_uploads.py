"""Handing in a department's file: who may, what is refused before anything is read, and that nothing of it touches a disk."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bureau import certno
from door import Answer, Visitor, inside, served
from office import Office
from sentlist import answer, answers
from sqlalchemy import select
from viewers import Looking

from dashboard.casework import replies, uploads
from monitor.access.scope import Scope
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, Role
from monitor.casework import selection
from monitor.casework.replies import ReplyOutcome
from monitor.casework.tables import replies as table
from monitor.casework.warning_lists import PROVINCE

BOUNDARY = "sample-boundary"
DOCUMENT = "weihai-2022-15"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.close()


def body(form: str, *, name: str = "反馈.csv", content: bytes = b"a,b\r\n", **fields: str) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in {"form": form, "department": "civil_affairs", "encoding": "", **fields}.items()
    ]
    file = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'.encode()
    return b"".join(parts) + file + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def send(visitor: Visitor, sent: bytes, **headers: str) -> Answer:
    return visitor.ask("POST", uploads.PATH, sent, **{"content_type": f"multipart/form-data; boundary={BOUNDARY}", **headers})


def test_a_data_managers_file_is_taken_in_whole_and_the_answer_leads_to_it(
    office: Office, monkeypatch: pytest.MonkeyPatch, looking: Looking
) -> None:
    taken: list[tuple[Any, ...]] = []

    def take_in(*given: Any) -> ReplyOutcome:
        taken.append(given)
        if given[2].department == "health":
            raise MonitorError("没有给部门 health 的推送版式")
        return ReplyOutcome(7, given[0], given[2].department, 1, {}, {})

    monkeypatch.setattr(replies, "take_in", take_in)
    manager, officer = office.member("wu", Role.DATA_MANAGER), office.member("li.na", Role.OFFICER)
    big = b"x" * (3 * 1024 * 1024)
    with served(office, monkeypatch) as door:
        visitor = inside(door, manager)
        form = visitor.form(uploads.PATH)
        answer = send(visitor, body(form, name="..\\\\..\\\\反馈 2026<3>.csv", content=big))
        assert (answer.status, answer.header("location")) == (303, "/replies?reply=7"), answer.text
        name, content, said, actor = taken.pop()
        assert (name, content == big, said.department, actor.name) == ("反馈 2026_3_.csv", True, "civil_affairs", "wu")

        refused = send(visitor, body(form, department="health"))
        assert refused.status == 400 and "没有给部门" in refused.text
        taken.clear()
        for status, sent, headers in (
            (403, body("0" * 64), {}),
            (403, body(form), {"origin": "-"}),
            (403, body(form), {"origin": "http://elsewhere.example"}),
            (415, b"form=1", {"content_type": "application/x-www-form-urlencoded"}),
            (400, b"no such parts", {}),
            (400, body(form, name="反馈.exe"), {}),
            (400, body(form, content=b""), {}),
            (400, body(form, month="2026-13"), {}),
        ):
            assert send(visitor, sent, **headers).status == status, (status, headers)
        monkeypatch.setattr(uploads, "FILE_LIMIT", 1024)
        assert "没有导入" in send(visitor, body(form, content=b"x" * 200_000)).text
        other = inside(door, officer)
        assert send(other, body(form)).status == 403
        assert other.get(uploads.PATH).status == 403
        assert send(Visitor(door), body(form)).status == 401
    assert taken == [], "nothing was read of what was refused"
    assert [entry[:2] for entry in looking.noted] == [(AuditAction.REFUSED, "permission:import_data")] * 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [("反馈.xlsx", "反馈.xlsx"), ("/etc/passwd", "passwd"), ("a/../b.csv", "b.csv"), ("C:\\x\\回复（1）.xls", "回复（1）.xls"),
     ("名单\x00\n<a>.csv", "名单_a_.csv"), ("", "reply"), ("长" * 300 + ".csv", "长" * 90 + ".csv")],
)  # fmt: skip
def test_a_files_name_has_no_way_in_it(given: str, kept: str) -> None:
    assert uploads.file_name(given) == kept


# --- on a home from which a list has gone out ---------------------------------------------------------------------------


def kept(office: Office) -> list[tuple[Any, ...]]:
    """The files taken in: department, the list it was said to answer, what became of its lines."""
    asked = select(table.c.department, table.c.pack_id, table.c.counts).order_by(table.c.id)
    with office.engine.connect() as connection:
        return [(department, pack, json.loads(counts)) for department, pack, counts in connection.execute(asked)]


def offered(page: str, name: str) -> list[str]:
    """What there is to choose from in a list of the form; the chosen one marked."""
    found = re.search(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    assert found
    return [value + mark for value, mark in re.findall(r'<option value="([^"]*)"( selected)?', found[0])]


def test_the_list_a_file_answers_and_the_document_are_chosen_and_asked_again(
    sent: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looking: Looking
) -> None:
    manager = sent.member("wu", Role.DATA_MANAGER)
    elsewhere = sent.member("zheng", Role.DATA_MANAGER, scope=Scope(("371083",)))
    content = answers(tmp_path / "反馈.csv", [answer(n, "不符合", "收入超标", pack="") for n in range(1, 9)]).read_bytes()
    listed = f"姓名,身份证号,预警类型\n样例1号,{certno(1)},因病致贫\n某人,{certno(77)},因病致贫\n".encode()
    with served(sent, monkeypatch) as door:
        visitor, other = inside(door, manager), inside(door, elsewhere)
        page = visitor.get(uploads.PATH).text
        form = visitor.form(uploads.PATH)
        assert offered(page, "pack") == [" selected", "1"] and offered(page, "document") == [" selected", DOCUMENT]
        assert "民政-2026-001 · 民政 · 2026-01 · 8 人，已答复 0 人" in page
        assert offered(other.get(uploads.PATH).text, "pack") == [" selected"]
        for who, fields, told in (
            (visitor, {"department": "rural_affairs", "pack": "1"}, "名单 民政-2026-001 是发给民政的"),
            (visitor, {"pack": "2"}, "没有这份已发出的名单"),
            (visitor, {"pack": "9" * 12}, "没有这份已发出的名单"),
            (visitor, {"pack": "民政-2026-001"}, "没有这份已发出的名单"),
            (visitor, {"department": PROVINCE, "pack": "1"}, "省级预警名单不答复任何推送名单"),
            (visitor, {"document": DOCUMENT}, "只有省级预警名单才与文件的预警比较"),
            (visitor, {"department": PROVINCE, "document": "nobody-2020"}, "请选择省级名单与哪份文件的预警比较"),
            (other, {"pack": "1"}, "没有这份已发出的名单"),
        ):
            said = send(who, body(who.form(uploads.PATH), content=content, **fields))
            assert said.status == 400 and told in said.text, fields
            if "department" in fields:
                assert f"{fields['department']} selected" in offered(said.text, "department"), "as it was filled in"
        assert kept(sent) == []
        refused = [entry[1] for entry in looking.noted if entry[0] == AuditAction.REFUSED]
        assert refused == ["pack:2", "pack:?", "pack:?", "pack:1"]

        taken = send(visitor, body(form, content=content, pack="1"))
        assert taken.header("location") == "/replies?reply=1", taken.text
        assert offered(visitor.get(uploads.PATH).text, "pack") == [" selected"], "wholly answered"
        taken = send(visitor, body(form, content=listed, department=PROVINCE, document=DOCUMENT, month="2025-12"))
        assert taken.header("location") == "/replies?reply=2", taken.text
    assert kept(sent) == [
        ("civil_affairs", 1, {"applied": 8}), (PROVINCE, None, {"both": 1, "only_theirs": 1, "only_ours": 7}),
    ]


def test_an_archive_is_taken_in_by_what_is_in_it_or_refused(sent: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = sent.member("wu", Role.DATA_MANAGER)
    one = answers(tmp_path / "反馈.csv", [answer(1, "死亡"), answer(99, "死亡")]).read_bytes()

    def archive(**members: bytes) -> bytes:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in members.items():
                made.writestr(f"{name}.csv", content)
        return packed.getvalue()

    with served(sent, monkeypatch) as door:
        visitor = inside(door, manager)
        form = visitor.form(uploads.PATH)
        for content, told in (
            (archive(a=one, b=one), "应当正好有一个表格文件"),
            (archive(a=b"0" * (100 << 20)), "大得反常"),
            (archive(a=one)[:-30], "已损坏"),
            (b"%PDF-1.7" + one, "是PDF 文档，不是表格"),
        ):
            said = send(visitor, body(form, name="反馈.zip", content=content))
            assert said.status == 400 and told in said.text, told
        assert kept(sent) == []
        assert send(visitor, body(form, name="反馈.zip", content=archive(a=one))).status == 303
    assert kept(sent) == [("civil_affairs", None, {"applied": 1, "unknown": 1})]


def test_with_several_documents_the_provinces_list_needs_one(sent: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = sent.member("wu", Role.DATA_MANAGER)
    monkeypatch.setattr(selection, "documents_with_cases", lambda _: ["another-2024", DOCUMENT])
    with served(sent, monkeypatch) as door:
        visitor = inside(door, manager)
        listed = f"姓名,身份证号\n样例1号,{certno(1)}\n".encode()
        form = visitor.form(uploads.PATH)
        assert "请选择省级名单与哪份文件的预警比较" in send(visitor, body(form, content=listed, department=PROVINCE)).text
        assert send(visitor, body(form, content=listed, department=PROVINCE, document=DOCUMENT)).status == 303

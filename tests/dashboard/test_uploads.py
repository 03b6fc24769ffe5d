"""Handing in a department's file: who may, what is refused before anything is read, and that nothing of it touches a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from door import Answer, Visitor, inside, served
from office import Office
from viewers import Looking

from dashboard import replies, uploads
from monitor.casework.replies import ReplyOutcome
from monitor.errors import MonitorError
from monitor.vocabulary import AuditAction, Role

BOUNDARY = "sample-boundary"


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
        if given[2] == "health":
            raise MonitorError("没有给部门 health 的推送版式")
        return ReplyOutcome(7, given[0], given[2], 1, {}, {})

    monkeypatch.setattr(replies, "take_in", take_in)
    manager, officer = office.member("wu", Role.DATA_MANAGER), office.member("li.na", Role.OFFICER)
    big = b"x" * (3 * 1024 * 1024)
    with served(office, monkeypatch) as door:
        visitor = inside(door, manager)
        form = visitor.form(uploads.PATH)
        answer = send(visitor, body(form, name="..\\\\..\\\\反馈 2026<3>.csv", content=big))
        assert (answer.status, answer.header("location")) == (303, "/replies?reply=7"), answer.text
        name, content, department, _, _, actor = taken.pop()
        assert (name, content == big, department, actor.name) == ("反馈 2026_3_.csv", True, "civil_affairs", "wu")

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

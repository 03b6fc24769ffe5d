"""Handing in a department's answers: one form of plain HTML, one POST, into memory.

Beside Streamlit, as signing in is: who sends must be in a session, name the Origin and bring the form's token; the account is asked
anew what it may; the body is counted while it comes and never touches a disk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import AsyncGenerator, Mapping
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from dashboard.door import access
from dashboard.door.cookies import cookies_of, form_token, form_token_holds
from dashboard.door.forms import Field, Form, page
from dashboard.door.sign_in import NoForm, refusing
from dashboard.locale import t
from dashboard.text.case_words import department_label
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, Permission
from monitor.casework.layouts import layouts
from monitor.demo.home import is_demo

if TYPE_CHECKING:
    from starlette.requests import Request

    from monitor.access.actor import Actor
    from monitor.casework.replies import ReplyOutcome

PATH = "/replies/upload"
#: Answers for 50,000 people are about 10 MB; all a bureau is ever sent at once fits.
FILE_LIMIT = 30 * 1024 * 1024
#: What the other fields and the parts' headings take at most.
_AROUND = 64 * 1024
#: A file name as it is kept: without a way, and without what a name of a file does not need.
_UNSAFE = re.compile(r"[^\w.\-（）()《》 　]+")
_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
SUFFIXES = (".csv", ".txt", ".xlsx", ".xls", ".zip")
ENCODINGS = ("", "utf-8", "gb18030")


class Uploads:
    """The route, for the server on one port. One file at a time: the data are written by one anyway."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._limiter: CapacityLimiter | None = None

    def routes(self) -> list[Route]:
        return [Route(PATH, refusing(self.upload), methods=["GET", "POST"])]

    async def upload(self, request: Request) -> Response:
        token = cookies_of(request.scope, self.port).get("session")
        actor = await to_thread.run_sync(partial(access.actor_of_token, token)) if token else None
        if token is None or actor is None:
            raise NoForm(401, t("door.nobody"))
        if not permitted(actor, Permission.IMPORT_DATA):
            await to_thread.run_sync(partial(_refused, actor))
            raise NoForm(403, t("guard.text", permission=Permission.IMPORT_DATA.label))
        given: dict[str, str] = {}
        if request.method != "POST":
            return await to_thread.run_sync(partial(_form, token, actor, given))
        try:
            name, content, fields = await _received(request)
            given |= fields
            if not form_token_holds(token, given.get("form", "")):
                return await to_thread.run_sync(partial(_form, token, actor, given, t("door.form_expired"), 403))
            if self._limiter is None:
                self._limiter = CapacityLimiter(1)
            work = partial(_take_in, name, content, given, actor)
            outcome = await to_thread.run_sync(work, limiter=self._limiter)
        except MonitorError as error:
            return await to_thread.run_sync(partial(_form, token, actor, given, error.sentence, 400))
        return RedirectResponse(f"/replies?reply={outcome.reply_id}" + ("&known=1" if outcome.known_before else ""), 303)


def _form(token: str, actor: Actor, given: Mapping[str, str], said: str = "", status: int = 200) -> Response:
    """The form as it was filled in last; the file has to be chosen again, as a browser keeps none."""
    from monitor.casework.warning_lists import PROVINCE  # with the engine that compares, which the server starts without

    packs, documents, departments = _choices(actor)
    recipients = [(department, department_label(department)) for department in departments]
    recipients.append((PROVINCE, t("reply.province")))
    encodings = [(name, t(f"upload.encoding.{name or 'auto'}")) for name in ENCODINGS]
    auto = ("", t("upload.auto"))

    def value(name: str) -> str:
        return given.get(name, "")

    return page(
        Form(
            title=t("upload.title"), lead=t("upload.lead"), rules=t("upload.rules").split("\n"), action=PATH,
            button=t("upload.button"), sending=t("upload.sending"), said=said, bad=bool(said),
            hidden={"form": form_token(token)}, upload=True,
            fields=(
                Field("department", t("upload.department"), value=value("department"), options=recipients),
                Field(
                    "file", t("upload.file"), "file", hint=t("upload.file.hint", megabytes=FILE_LIMIT // 1024 // 1024),
                    accept=SUFFIXES,
                ),
                Field("pack", t("upload.pack"), value=value("pack"), hint=t("upload.pack.hint"), options=[auto, *packs]),
                Field("document", t("upload.document"), value=value("document"), options=[auto, *documents]),
                Field("month", t("upload.month"), value=value("month"), hint=t("upload.month.hint"), longest=7, needed=False),
                Field("encoding", t("upload.encoding"), value=value("encoding"), options=encodings),
                Field("strict", t("upload.strict"), value=value("strict"), options=_two("upload.strict")),
                *([Field("end_demo", t("upload.end_demo"), hint=t("upload.end_demo.hint"), options=_two("upload.end_demo"))]
                  if is_demo(access.home()) else []),
            ),
            link=("/replies", t("door.back")),
        ),
        status,
    )


def _two(key: str) -> list[tuple[str, str]]:
    """No, and yes: nothing is done of itself."""
    return [("", t(f"{key}.no")), ("1", t(f"{key}.yes"))]


def _encoding(given: Mapping[str, str]) -> str:
    return given.get("encoding", "") if given.get("encoding", "") in ENCODINGS else ""


def _month(given: Mapping[str, str]) -> str:
    """The month a province's list is about, empty for this one. Raises MonitorError."""
    month = given.get("month", "").strip()
    if month and not _MONTH.fullmatch(month):
        raise MonitorError(t("referral.month.wrong"))
    return month


async def _received(request: Request) -> tuple[str, bytes, dict[str, str]]:
    """The file's name and bytes, and the other fields. Raises NoForm for what no form of ours sends, MonitorError for a file that
    cannot be one."""
    if "origin" not in request.headers:
        raise NoForm(403, t("door.form_expired"))
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise NoForm(415, t("door.no_form"))
    parser = MultiPartParser(request.headers, _counted(request), max_files=1, max_fields=8, max_part_size=_AROUND)
    # Beyond this it would lie on a disk.
    parser.spool_max_size = FILE_LIMIT + _AROUND
    try:
        form = await parser.parse()
    except MultiPartException:
        raise NoForm(400, t("door.no_form")) from None
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise MonitorError(t("upload.missing"))
    try:
        content = await file.read()
    finally:
        await form.close()
    name = file_name(file.filename or "")
    if not content or not name.lower().endswith(SUFFIXES):
        raise MonitorError(t("upload.missing"))
    return name, content, {key: value for key, value in form.items() if isinstance(value, str)}


async def _counted(request: Request) -> AsyncGenerator[bytes, None]:
    """The body, refused as soon as it is too long, whatever its length was said to be."""
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > FILE_LIMIT + _AROUND:
            raise MonitorError(t("upload.too_long", megabytes=FILE_LIMIT // 1024 // 1024))
        yield chunk


def file_name(given: str) -> str:
    """A file's name as it is kept: no way in it, nothing that has a meaning to anybody, at most 100 characters with its suffix."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    path = PurePosixPath(_UNSAFE.sub("_", last).strip(". ") or "reply")
    return path.stem[:90] + path.suffix[:8]


# What the pages query with loads Streamlit's caches, which must not be before the server has said how they log.


def _take_in(name: str, content: bytes, given: Mapping[str, str], actor: Actor) -> ReplyOutcome:
    from dashboard.casework import replies

    department, pack, document = (given.get(key, "") for key in ("department", "pack", "document"))
    strict, end_demo = (given.get(key, "") == "1" for key in ("strict", "end_demo"))
    handed_in = replies.HandedIn(department, pack, document, _month(given), _encoding(given), strict, end_demo)
    return replies.take_in(name, content, handed_in, actor)


def _choices(actor: Actor) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[str]]:
    """The lists a file can answer, the documents a province's list can be compared with (value and words), and who may have answered:
    the departments that the documents with cases name; before there are any, all there is a layout for."""
    from dashboard.casework import packs, replies

    lists = [
        (str(pack.id), t("upload.pack.option", number=pack.number, department=department_label(pack.department), month=pack.month,
                         people=pack.in_scope, answered=pack.answered))
        for pack in replies.waiting_packs(actor)
    ]
    return lists, list(packs.documents(actor).items()), [*(packs.departments(actor) or layouts(access.home().referral))]


def _refused(actor: Actor) -> None:
    from dashboard.casework import replies
    from dashboard.queries import noted

    noted.note(actor, AuditAction.REFUSED, "permission:import_data", replies.WHERE)

"""What the screens write into the audit, and the audit for who may see it."""

from __future__ import annotations

import re

import streamlit as st

from dashboard.door.access import access, now
from dashboard.locale import t
from monitor.access.actor import Actor
from monitor.access.audit import Asked, Detail
from monitor.access.chain import Entry, Verdict
from monitor.access.roles import require
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, Permission, Purpose

#: Part of an identity or telephone number, in whatever digits.
_LONG_NUMBER = re.compile(r"(\d[\s-]?){6}")


def note(
    actor: Actor, action: AuditAction, object_: str, where: str, purpose: str = "", detail: Detail | None = None
) -> None:
    """Write down what the viewer is about to be shown or given. Nothing is shown where that fails."""
    held = access()
    with held.begin() as opened:
        held.audit.append(opened, actor, action, object_, now=now(), where=where, purpose=purpose, detail=detail)


def note_once(
    actor: Actor, object_: str, where: str, detail: Detail, action: AuditAction = AuditAction.SHOWN
) -> None:
    """Write down that people's data are shown, once for each sight: not again while a page is only worked on."""
    sight = (actor.session, object_, where)
    if st.session_state.get("noted") != sight:
        note(actor, action, object_, where, detail=detail)
        st.session_state["noted"] = sight


def purpose_text(purpose: Purpose, remark: str) -> str:
    """The purpose as it is kept. Raises MonitorError for a remark with a number in it: the audit holds nobody's number."""
    remark = " ".join(remark.split())
    if _LONG_NUMBER.search(remark):
        raise MonitorError(t("reveal.remark.number"))
    return f"{purpose.label}：{remark}" if remark else purpose.label


def audit_page(actor: Actor, asked: Asked, page: int, size: int) -> tuple[int, list[Entry]]:
    """How many entries there are of what is asked, and one page (from 1) of them, the newest first."""
    require(actor, Permission.SEE_AUDIT)
    note_once(actor, "audit", "screen:audit", {}, AuditAction.AUDIT_SHOWN)
    held = access()
    with held.engine.connect() as opened:
        found = held.audit.entries(opened, asked, newest_first=True, limit=size, offset=(page - 1) * size)
        return held.audit.count(opened, asked), list(found)


def audit_verified(actor: Actor) -> Verdict:
    """How many entries hold, and the first that does not."""
    require(actor, Permission.SEE_AUDIT)
    note(actor, AuditAction.AUDIT_SHOWN, "audit", "screen:audit", detail={"asked": "verify"})
    held = access()
    with held.engine.connect() as opened:
        return held.audit.verify(opened)

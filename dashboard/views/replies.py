"""回复: departments' answers as they came in: read, accepted, duplicate, rejected; and the lines somebody has to decide about."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import browser
from dashboard.casework import replies
from dashboard.casework.uploads import PATH
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import asked_number, card_title, empty_state, row_height
from dashboard.queries import noted
from dashboard.text import case_words, places, show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, Permission, ReplyMatch
from monitor.casework.reading.pack_listing import number_of
from monitor.casework.reading.query import ListQuery
from monitor.casework.reading.reply_listing import TO_SETTLE, ReplyLineRow, ReplyRow
from monitor.casework.reply_reading import HEADINGS
from monitor.casework.warning_lists import OURS, PROVINCE, THEIRS
from monitor.intake.unused import phrase, phrase_of_unknown
from monitor.reports.replies import reason_text

COLORS = {
    ReplyMatch.APPLIED: "green", ReplyMatch.REPEATED: "gray", ReplyMatch.CONFLICT: "red", ReplyMatch.LATE: "orange",
    ReplyMatch.UNKNOWN: "orange", ReplyMatch.UNREADABLE: "red", ReplyMatch.BOTH: "green", ReplyMatch.ONLY_THEIRS: "blue",
}
PAGE_SIZE = 50
#: The widths of the columns of sentences in a file's lines.
SENTENCES = {"why": 200, "answer": 290, "remark": 240, "settled": 150}


def from_whom(row: ReplyRow) -> str:
    return case_words.department_label(row.department) if row.department != PROVINCE else t("reply.province")


def table(rows: list[ReplyRow]) -> None:
    """The files, the newest first, each with a button that opens it below."""
    text, count, ids = st.column_config.TextColumn, st.column_config.NumberColumn, [row.id for row in rows]

    def remember() -> None:
        st.query_params["reply"] = str(ids[st.session_state["reply-open"]["row"]])

    st.dataframe(
        pd.DataFrame(
            {
                "action": [t("list.open")] * len(rows),
                "number": ids,
                "department": [from_whom(row) for row in rows],
                "at": [show.moment(row.at) for row in rows],
                "who": [show.account(row.display) for row in rows],
                "pack": [number_of(row.department, row.year, row.serial) for row in rows],
                "read": [row.read for row in rows],
                "accepted": [row.accepted for row in rows],
                "duplicates": [row.duplicates for row in rows],
                "rejected": [row.rejected for row in rows],
                "waiting": [row.waiting for row in rows],
                "identities": [t("reply.identities.done") if row.batch else "" for row in rows],
            }
        ),
        hide_index=True, lazy=False, height="content", row_height=34, placeholder="—", alt=t("alt.replies"), key="replies-table",
        column_config={
            "action": st.column_config.ButtonColumn(
                t("column.action"), type="secondary", key="reply-open", on_click=remember, width=60
            ),
            "number": count(t("reply.number"), format="%d", width=50), "department": text(t("referral.department"), width=150),
            "at": text(t("reply.at"), width=130), "who": text(t("reply.who"), width=110), "pack": text(t("pack.number"), width=150),
            **{
                name: count(t(f"reply.{name}"), format="%d", width=60)
                for name in ("read", "accepted", "duplicates", "rejected", "waiting")
            },
            "identities": text(t("reply.identities"), width=90),
        },
    )


def one(row: ReplyRow, viewer: Actor) -> None:
    """One file: the sum, what became of the lines, and those somebody has to decide about."""
    with st.container(border=True, key="reply-one"):
        with st.container(horizontal=True, vertical_alignment="center"):
            card_title(t("reply.title", number=row.id, department=from_whom(row)))
            if st.query_params.get("known") == "1":
                st.badge(t("reply.known"), color="orange")
        st.markdown(
            t("reply.sum", read=show.number(row.read), accepted=show.number(row.accepted), duplicates=show.number(row.duplicates),
              rejected=show.number(row.rejected))
        )
        if row.kept:
            st.caption(t("reply.kept", what="，".join(f"{show.plain(name)} {rows}" for name, rows in row.kept.items())))
        for entry in row.unused:
            st.caption(t("reply.unused", what=show.plain(phrase(entry))))
        for value in row.unknown_values:
            st.caption(show.plain(phrase_of_unknown(value, HEADINGS)))
        with st.container(horizontal=True):
            for match in ReplyMatch:
                if match.value in row.counts:
                    st.badge(f"{match.label} {row.counts[match.value]}", color=COLORS[match])  # type: ignore[arg-type]
        found = [match.value for match in ReplyMatch if match.value in row.counts]
        chosen = st.segmented_control(
            t("reply.match"), ["waiting", *found], selection_mode="single", default="waiting" if row.waiting else None,
            format_func=lambda one: t("reply.to_settle") if one == "waiting" else show.word(ReplyMatch, one),
            key=f"reply-match-{row.id}",
        )
        matches = TO_SETTLE if chosen == "waiting" else (chosen,) if chosen else ()
        number = st.session_state.get(paginator := f"reply-page-{row.id}-{chosen}", 1)
        rows, total = replies.lines(row.id, ListQuery(matches, page=number, size=PAGE_SIZE), viewer)
        if not rows:
            st.caption(t("reply.no_lines"))
        else:
            if total > PAGE_SIZE:
                st.pagination(-(-total // PAGE_SIZE), key=paginator)
            lines_table(rows)
            settle_form(rows, viewer)
        if row.department == PROVINCE:
            ours(row, viewer)


def lines_table(rows: tuple[ReplyLineRow, ...]) -> None:
    text = st.column_config.TextColumn
    sentences = {
        "why": [why(row.why) for row in rows], "answer": [said(row) for row in rows],
        "remark": [row.remark or (t("relief.remark.closed") if row.remarked else "") for row in rows],
        "settled": [settled(row) for row in rows],
    }
    st.dataframe(
        pd.DataFrame(
            {
                "line": [row.line for row in rows],
                "match": [[show.word(ReplyMatch, row.match)] for row in rows],
                "why": sentences["why"],
                "name": [row.name_masked for row in rows],
                "certno": [row.certno_masked for row in rows],
                "place": [places.place(row.insu_admdvs, row.town) for row in rows],
                **{name: sentences[name] for name in ("answer", "remark", "settled")},
            }
        ),
        hide_index=True, lazy=False, height="content", placeholder="", alt=t("alt.reply_lines"), key="reply-lines",
        row_height=row_height(*((texts, SENTENCES[name]) for name, texts in sentences.items())),
        column_config={
            "line": st.column_config.NumberColumn(t("reply.line"), format="%d", width=50),
            "match": st.column_config.MultiselectColumn(
                t("reply.match"), options=[match.label for match in ReplyMatch], color=list(COLORS.values()), width=82
            ),
            "why": text(t("reply.why"), width=SENTENCES["why"]), "name": text(t("column.name"), width=60),
            "certno": text(t("column.certno"), width=148), "place": text(t("column.place"), width=206),
            **{name: text(t(f"reply.{name}"), width=SENTENCES[name]) for name in ("answer", "remark", "settled")},
        },
    )


def why(code: str) -> str:
    return (THEIRS.get(code) or reason_text(code)) if code else ""


def ours(row: ReplyRow, viewer: Actor) -> None:
    """Of a province's list: whom we warn of and it lacks, with why."""
    found = replies.only_ours(row.id, viewer)
    st.markdown(t("reply.only_ours", count=show.number(len(found))))
    if found:
        st.dataframe(
            pd.DataFrame(
                {
                    t("column.name"): [one.name_masked for one in found],
                    t("column.certno"): [one.certno_masked for one in found],
                    t("column.place"): [places.place(one.insu_admdvs, one.town) for one in found],
                    t("column.kind"): [show.kind_label(one.kind) for one in found],
                    t("column.excess"): [show.yuan(one.excess_fen) for one in found],
                    t("reply.why"): [OURS.get(one.why, one.why) for one in found],
                }
            ),
            hide_index=True, lazy=False, height="content" if len(found) <= 30 else 1080, row_height=34, placeholder="",
            alt=t("alt.only_ours"), key="reply-only-ours",
        )


def said(row: ReplyLineRow) -> str:
    parts = [case_words.state_label(row.answer) if row.answer else ""]
    if row.answer_reason:
        parts.append(case_words.reason_label(row.answer_reason))
    if row.category:
        parts.append(t("case.recognised", category=show.category_label(row.category), day=show.day(row.effective_on)))
    return "；".join(part for part in parts if part)


def settled(row: ReplyLineRow) -> str:
    if not row.settled_at:
        return ""
    return t(f"reply.settled.{row.settled_as}", who=show.account(row.settled_by or ""), at=show.moment(row.settled_at))


def settle_form(rows: tuple[ReplyLineRow, ...], viewer: Actor) -> None:
    """Deciding about one line at a time: what the department meant is a question for people."""
    waiting = {row.id: row for row in rows if row.match in TO_SETTLE and row.settled_at is None}
    if not waiting or not permitted(viewer, Permission.IMPORT_DATA):
        return

    def remember(apply: bool) -> None:
        st.session_state["reply-settle-asked"] = (waiting[st.session_state["reply-settle-line"]], apply)

    with st.form("reply-settle", border=True), st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("reply.settle.line"), list(waiting), key="reply-settle-line", width=420,
            format_func=lambda number: t(
                "reply.settle.which", line=waiting[number].line, name=waiting[number].name_masked,
                certno=waiting[number].certno_masked, match=show.word(ReplyMatch, waiting[number].match),
            ),
        )
        st.form_submit_button(t("reply.settle.apply"), type="primary", key="reply-settle-apply", on_click=remember, args=(True,))
        st.form_submit_button(t("reply.settle.drop"), key="reply-settle-drop", on_click=remember, args=(False,))


def do_asked(viewer: Actor) -> None:
    """Decides about the line of the last click, as it was seen then."""
    if (asked := st.session_state.pop("reply-settle-asked", None)) is None:
        return
    line, apply = asked
    try:
        replies.settle(line, viewer, apply=apply)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
    else:
        st.success(t("reply.settle.done" if apply else "reply.settle.dropped", line=line.line), icon=":material/check:")


def page(viewer: Actor) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(t("nav.replies"), anchor=False)
        if permitted(viewer, Permission.IMPORT_DATA) and st.button(
            t("reply.upload"), icon=":material/upload_file:", type="primary", key="reply-upload"
        ):
            browser.leave(PATH)
    st.caption(t("reply.note"))
    do_asked(viewer)
    number = asked_number("reply")
    rows = replies.reply_rows(viewer)
    if not rows:
        may = permitted(viewer, Permission.IMPORT_DATA)
        text = t("empty.no_reply.text" if may else "empty.no_reply.ask")
        empty_state(":material/mark_email_read:", t("empty.no_reply.title"), text)
        st.stop()
    table(rows)
    chosen = next((row for row in rows if row.id == number), None)
    if chosen is not None:
        noted.note_once(viewer, f"reply:{chosen.id}", replies.WHERE, {"rows": chosen.read})
        one(chosen, viewer)
    elif number is not None:
        noted.note_once(viewer, f"reply:{number}", replies.WHERE, {}, AuditAction.REFUSED)
        st.error(t("empty.reply"), icon=":material/search_off:")


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE, after_a_run=True)

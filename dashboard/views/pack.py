"""推送名单: one list to a department: what is in it, what its cover says, who did what with it, and what can be done next.

The address carries the list's number only (``?pack=``).
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import browser
from dashboard.casework import packs
from dashboard.casework.packs import Seen
from dashboard.casework.people_list import people_table
from dashboard.lists.exports import desk
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import asked_number, card_title, empty_state, pairs, row_height, sort_of
from dashboard.person.reveal import purpose_fields
from dashboard.queries import noted, run_figures
from dashboard.text import case_words, places, show
from monitor.access.actor import Actor
from monitor.access.roles import permitted
from monitor.base.errors import MonitorError
from monitor.base.vocabulary import AuditAction, PackState, Permission, ReferralNews
from monitor.casework.layouts import HOSPITALS
from monitor.casework.reading.pack_listing import PackAct, PackRow
from monitor.casework.reading.query import PageQuery
from monitor.casework.replay import REASONS
from monitor.casework.selection import LeftOut

COLORS = {
    PackState.PROPOSED: "orange", PackState.REFUSED: "gray", PackState.APPROVED: "blue", PackState.SENT: "blue",
    PackState.RECEIVED: "green", PackState.RECALLED: "gray",
}
#: In the order of a list's life; those that need a remark.
STEPS = (PackState.APPROVED, PackState.SENT, PackState.RECEIVED, PackState.RECALLED, PackState.REFUSED)
REMARKED = {PackState.REFUSED, PackState.RECALLED}
PAGE_SIZE = 50


def answer_button(pack_id: int, viewer: Actor) -> None:
    """Does what was asked for by the last click, to the list as it was on the screen then."""
    asked = st.session_state.pop("pack-asked", None)
    if asked is None or asked[0].id != pack_id:
        return
    row, to = asked
    try:
        with st.spinner(t("pack.working")):
            done = packs.step(row, to, st.session_state.get(f"pack-remark-{to.value}") or "", viewer)
    except MonitorError as error:
        st.error(show.told(error), icon=":material/error:")
    else:
        st.success(t(f"pack.done.{to.value}", count=show.number(done)), icon=":material/check:")


def buttons(row: PackRow, viewer: Actor) -> None:
    """What the viewer may do with the list as it stands. Who proposed it does not approve it: for him there is no such button."""
    steps = packs.may(row, viewer)
    own = row.state == PackState.PROPOSED and viewer.account is not None and viewer.account == row.proposed_account
    with st.container(horizontal=True, vertical_alignment="center", key="pack-acts"):
        for to in STEPS:
            if to not in steps:
                continue

            def remember(to: PackState = to) -> None:
                st.session_state["pack-asked"] = (row, to)

            kind = "primary" if to in (PackState.APPROVED, PackState.SENT) else "secondary"
            with (
                st.popover(t(f"pack.to.{to.value}"), key=f"pack-open-{to.value}", type=kind),  # type: ignore[arg-type]
                st.form(f"pack-form-{to.value}", border=False, width=380),
            ):
                st.caption(t(f"pack.to.{to.value}.note", count=show.number(row.people), digest=row.content_sha256[:12]))
                if to in REMARKED:
                    st.text_area(t("case.remark"), key=f"pack-remark-{to.value}", height=80, max_chars=1000)
                st.form_submit_button(
                    t("case.confirm", act=t(f"pack.to.{to.value}")), type="primary", key=f"pack-do-{to.value}", on_click=remember
                )
        if own:
            st.caption(t("pack.own"), width="content")
        if not row.whole:
            st.caption(t("pack.part", own=show.number(row.in_scope), people=show.number(row.people)), width="content")


def heading(row: PackRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header(
            t("pack.title", month=show.month_label(row.month), department=case_words.department_label(row.department)), anchor=False,
            width="content",
        )
        st.badge(show.word(PackState, row.state), color=COLORS[PackState(row.state)])  # type: ignore[arg-type]
    st.caption(
        t("pack.caption", number=row.number or t("pack.unnumbered", number=row.id), document=show.plain(title(row)),
          districts="、".join((*map(places.district, row.districts), *row.towns)) or t("scope.everything"))
    )


def title(row: PackRow) -> str:
    found = run_figures.document(row.document)
    return found.title if found else row.document


def counted(seen: Seen) -> None:
    """People by why they stand in the list; and that screen, files and audit say the same number."""
    row, news = seen.row, seen.row.counts["news"]
    with st.grid(6, min_column_width=120):
        st.metric(t("referral.people"), t("unit.people", count=show.number(row.people)))
        if row.department == HOSPITALS:
            for category, found in row.counts["categories"].items():
                st.metric(show.category_label(category), t("unit.people", count=show.number(found)))
        else:
            for one in ReferralNews:
                st.metric(one.label, t("unit.people", count=show.number(news.get(one.value, 0))), help=one.definition)
            st.metric(t("referral.excess"), show.ten_thousands(row.excess_fen), help=t("referral.excess.help"))
    if row.counts["covered"]:
        st.caption(t("referral.covered", count=show.number(row.counts["covered"])))
    if left := row.counts["left_out"]:
        reasons = "、".join(f"{one.label} {show.number(left[one.value])}" for one in LeftOut if one.value in left)
        st.caption(t("pack.left_out", count=show.number(sum(left.values())), reasons=reasons))
    if seen.files:
        rows = "、".join(sorted({show.number(file.rows) for file in seen.files}))
        same = {file.rows for file in seen.files} | {seen.written} == {row.people}
        said = t("pack.counts", screen=show.number(row.people), files=rows, audit=show.number(seen.written or 0))
        if same:
            st.caption(f":material/check: {said}")
        else:
            st.error(said, icon=":material/error:")


def downloads(seen: Seen, viewer: Actor) -> None:
    """The files exactly as they were handed over, each by a link that works once, for a purpose."""
    row = seen.row
    if not seen.files or not row.whole or not permitted(viewer, Permission.EXPORT_PEOPLE):
        return
    with st.container(border=True, height="stretch"):
        card_title(t("pack.files"))
        pairs({file.name: t("pack.file", rows=show.number(file.rows), digest=file.sha256[:16]) for file in seen.files})
        with st.popover(t("pack.download"), icon=":material/download:", key="pack-download"), st.form("pack-files", border=False):
            purpose, remark = purpose_fields("pack")
            pressed = [
                file for file in seen.files
                if st.form_submit_button(file.name, icon=":material/download:", key=f"pack-file-{file.id}")
            ]
        if not pressed:
            return
        if purpose is None:
            st.error(t("reveal.purpose.missing"))
            return
        try:
            browser.download(desk.leave(packs.an_export(row, pressed[0], noted.purpose_text(purpose, remark), viewer)))
        except MonitorError as error:
            st.error(show.told(error))


def people(row: PackRow, viewer: Actor) -> None:
    """Everybody in the list within the viewer's scope, as sent, masked, with what the department answered."""
    number = st.session_state.get(paginator := f"pack-page-{row.id}", 1)
    found, total = packs.lines(row.id, PageQuery(page=number, size=PAGE_SIZE), viewer)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            card_title(t("pack.people", total=show.number(total)))
            if total > PAGE_SIZE:
                st.pagination(-(-total // PAGE_SIZE), key=paginator)
        text, ids = st.column_config.TextColumn, [line.case_id for line in found]

        def remember() -> None:
            st.session_state["case-opened"] = ids[st.session_state["pack-case-open"]["row"]]

        st.dataframe(
            pd.DataFrame(
                {
                    "action": [t("pack.open_case")] * len(found),
                    "position": [line.position for line in found],
                    "news": [case_words.news_label(line.news) for line in found],
                    "name": [line.name_masked for line in found],
                    "certno": [line.certno_masked for line in found],
                    "category": [show.category_label(line.category) for line in found],
                    "kind": [show.kind_label(line.kind) for line in found],
                    "place": [places.place(line.insu_admdvs, line.town) for line in found],
                    "excess": [show.yuan(line.excess_fen) for line in found],
                    "covered": [t("yes") if line.covered else "" for line in found],
                    "answer": [answer_text(line.answer, line.answer_reason) for line in found],
                }
            ),
            hide_index=True, lazy=False, height="content", row_height=34, placeholder="", alt=t("alt.pack"), key="pack-lines",
            column_config={
                "action": st.column_config.ButtonColumn(
                    t("column.action"), type="secondary", key="pack-case-open", on_click=remember, width=60
                ),
                "position": st.column_config.NumberColumn(t("pack.position"), format="%d", width=50),
                "category": text(t("column.category"), width=122),
                "answer": text(t("pack.answer"), width=150),
                **{
                    name: text(t(f"referral.column.{name}"), width=width, alignment="right" if name == "excess" else None)
                    for name, width in (
                        ("news", 96), ("name", 60), ("certno", 148), ("kind", 78), ("place", 206), ("excess", 96), ("covered", 66)
                    )
                },
            },
        )


def admitted(row: PackRow, viewer: Actor) -> None:
    """Everybody of a list to hospitals within the viewer's scope, masked."""
    number = st.session_state.get(paginator := f"pack-page-{row.id}", 1)
    found, total = packs.people(row.id, PageQuery(page=number, size=PAGE_SIZE), viewer)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            card_title(t("pack.people", total=show.number(total)))
            if total > PAGE_SIZE:
                st.pagination(-(-total // PAGE_SIZE), key=paginator)
        people_table(found, "pack-people")


def answer_text(answer: str, reason: str) -> str:
    said = case_words.state_label(answer) if answer else ""
    return f"{said}（{case_words.reason_label(reason)}）" if reason else said


def who(act: PackAct) -> str:
    """The name people know, and the account's beside it, as the audit and the cover have it."""
    return show.account(act.display) if act.display == act.actor else t("pack.who", display=act.display, account=act.actor)


def history(seen: Seen, viewer: Actor) -> None:
    with st.container(border=True, height="stretch"):
        card_title(t("case.history"))
        st.dataframe(
            pd.DataFrame(
                {
                    t("case.history.at"): [show.moment(act.at) for act in seen.acts],
                    t("case.history.who"): [who(act) for act in seen.acts],
                    t("case.history.act"): [show.word(PackState, act.to_state) for act in seen.acts],
                    t("pack.seen"): [act.content_sha256[:12] for act in seen.acts],
                    t("pack.remark"): [act.remark if permitted(viewer, Permission.REVEAL) else "" for act in seen.acts],
                }
            ),
            hide_index=True, lazy=False, height="content", row_height=34, placeholder="", alt=t("alt.pack_history"),
            key="pack-history",
        )


def cover(seen: Seen) -> None:
    """What the cover sheet says."""
    if not seen.cover:
        return
    values = [text for _, text in seen.cover]
    with st.expander(t("pack.cover"), icon=":material/description:", key="pack-cover"):
        st.dataframe(
            pd.DataFrame(
                {t("pack.cover.name"): [name for name, _ in seen.cover], t("pack.cover.value"): values}
            ),
            hide_index=True, lazy=False, height="content", row_height=row_height((values, 780)), alt=t("pack.cover"),
            key="pack-cover-table",
            column_config={t("pack.cover.value"): st.column_config.TextColumn(t("pack.cover.value"), width=780)},
        )


def replayed(row: PackRow, viewer: Actor) -> None:
    """The list as it was sent against what is known now: who would be added, withdrawn, changed, and why."""
    if row.state not in (PackState.SENT, PackState.RECEIVED):
        return
    with st.expander(t("replay.title"), icon=":material/history:", key="pack-replay", on_change="rerun") as opened:
        if not opened.open:
            return
        runs = {run.run_id: run for run in packs.later_runs(row, viewer)}
        if not runs:
            st.caption(t("replay.none"))
            return
        chosen = st.selectbox(
            t("nav.run"), list(runs), key="replay-run", width=420,
            format_func=lambda one: t("replay.run", as_of=show.day(runs[one].as_of), known_at=show.moment(runs[one].known_at),
                                      sort=sort_of(runs[one])),
        )
        try:
            found = packs.replayed(row, chosen, viewer)
        except MonitorError as error:
            st.error(show.told(error), icon=":material/error:")
            return
        st.markdown(
            t("replay.sum", added=len(found.of("added")), withdrawn=len(found.of("withdrawn")), changed=len(found.of("changed")),
              unchanged=found.unchanged)
        )
        st.caption(
            t("replay.known", then=show.moment(found.known_then), now=show.moment(found.known_now), as_of_then=found.as_of_then,
              as_of_now=found.as_of_now)
        )
        if found.differences:
            st.dataframe(
                pd.DataFrame(
                    {
                        t("replay.kind"): [t(f"replay.kind.{one.kind}") for one in found.differences],
                        t("column.name"): [one.name_masked for one in found.differences],
                        t("column.certno"): [one.certno_masked for one in found.differences],
                        t("column.place"): [places.place(one.insu_admdvs, one.town) for one in found.differences],
                        t("replay.then"): [amount(one.excess_then) for one in found.differences],
                        t("replay.now"): [amount(one.excess_now) for one in found.differences],
                        t("replay.why"): ["；".join(REASONS.get(why, why) for why in one.reasons) for one in found.differences],
                    }
                ),
                hide_index=True, lazy=False, height="content" if len(found.differences) <= 30 else 1080, row_height=34,
                placeholder="", alt=t("replay.title"), key="replay-table",
            )


def amount(fen: int | None) -> str:
    return show.yuan(fen) if fen is not None else ""


def page(viewer: Actor) -> None:
    if (opened := st.session_state.pop("case-opened", None)) is not None:
        st.switch_page("views/case.py", query_params={"case": str(opened)})
    number = asked_number("pack")
    if number is not None:
        answer_button(number, viewer)
    seen = packs.one(number, viewer) if number is not None else None
    st.page_link("views/referrals.py", label=t("pack.back"), icon=":material/arrow_back:")
    if seen is None:
        if "pack" in st.query_params:
            noted.note_once(viewer, f"pack:{number if number is not None else '?'}", "screen:pack", {}, AuditAction.REFUSED)
        empty_state(":material/outgoing_mail:", t("empty.pack.title"), t("empty.pack.text"))
        st.stop()
    noted.note_once(viewer, f"pack:{seen.row.id}", "screen:pack", {"rows": seen.row.in_scope})
    heading(seen.row)
    buttons(seen.row, viewer)
    counted(seen)
    left, right = st.columns(2)
    with left:
        history(seen, viewer)
    with right:
        downloads(seen, viewer)
    cover(seen)
    if seen.row.department == HOSPITALS:
        admitted(seen.row, viewer)
    else:
        replayed(seen.row, viewer)
        people(seen.row, viewer)


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE, after_a_run=True)

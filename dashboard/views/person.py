"""人员详情: one person's explanation as an officer reads it, checkable with a pocket calculator.

The address carries the row's number only (``?alert=``, ``?aside=`` or ``?due=``), never a name or an identity number; somebody
looked up by number on the page of shortfalls is known to the session alone.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NoReturn

import pandas as pd
import streamlit as st

from dashboard import charts, queries
from dashboard.casework import cases as casework
from dashboard.locale import t
from dashboard.parts import asked_number, card_title, empty_state, guard, long_table, pairs, row_height
from dashboard.person import reveal
from dashboard.person.entitlement import entitlement
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.access.masking import mask_number
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import AuditAction, Permission
from monitor.casework.reading.listing import AlertRow, AsideRow, OfRun, PersonRow
from monitor.casework.reading.shortfalls import ShortfallRow
from monitor.policy.codes import with_code

#: The width of the column that says why a settlement does not count.
REASON = 190
MONEY = ("psn_part_amt", "maf_pay", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt")


#: What the lists call a row in this page's address.
NAMES = ("alert", "aside", "due")
BACK: dict[type[OfRun], str] = {AlertRow: "views/alerts.py", AsideRow: "views/set_aside.py"}


def asked_row() -> OfRun | None:
    """The row the address names, within the viewer's scope; without one, who was looked up by number."""
    found: tuple[tuple[str, Callable[[int, Actor], OfRun | None]], ...] = (
        ("alert", queries.alert), ("aside", queries.set_aside_person), ("due", queries.shortfall_person),
    )
    for name, find in found:
        if (given := asked_number(name)) is not None:
            return find(given, viewer)
    looked_up: OfRun | None = st.session_state.get("looked-up") if not asked_by_address() else None
    return looked_up


def asked_by_address() -> bool:
    return any(name in st.query_params for name in NAMES)


def back(row: OfRun) -> None:
    st.page_link(BACK.get(type(row), "views/shortfall.py"), label=t("nav.back"), icon=":material/arrow_back:")


def heading(row: OfRun, told: dict[str, Any]) -> bool:
    """Name, labels, and whether name and number are shown in full."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            name = st.empty()
            if isinstance(row, AlertRow):
                st.badge(show.kind_label(row.kind), color="red")
                cleared = t("person.cleared", reason=show.cleared_label(row.reason)) if row.reason else ""
                st.badge(show.plain(cleared) or show.state_label(row.state), color="orange")
            elif isinstance(row, AsideRow):
                st.badge(show.aside_label(row.reason), color="gray")
            elif isinstance(row, ShortfallRow):
                st.badge(show.due_reason_label(row.reason), color="orange")
            st.badge(show.plain(told["category"]["label"]), color="blue")
            if told["trial"]:
                st.badge(t("run.trial"), color="orange")
            if told["provisional"]:
                st.badge(t("run.provisional_short"), color="orange")
        revealed = reveal.offer(row, viewer)
    shown = told["person"]["psn_name"] if revealed else row.name_masked
    number = told["person"]["certno"] if revealed else row.certno_masked
    name.header(show.plain(f"{shown}　{number}"), anchor=False, width="content")
    st.caption(
        t(
            "person.caption",
            document=show.plain(show.titled(told["document"]["title"], told["document"]["number"])),
            as_of=told["as_of"],
            window=show.plain(told["window"]["label"]),
            from_day=told["window"]["from"],
            to_day=told["window"]["to"],
        )
    )
    other_numbers(told, revealed)
    return revealed


def other_numbers(told: dict[str, Any], revealed: bool) -> None:
    """Under which other numbers the rows stand that are added up here, and by whose word."""
    for one in told.get("numbers", []):
        certno = one["certno"] if revealed else mask_number(one["certno"])
        number = t("person.number", number=certno) if certno else t("person.psn_no")
        st.caption(show.plain(t("person.other_number", number=number, sentence=one["sentence"])))


def verdict(told: dict[str, Any], row: OfRun, main: dict[str, Any] | None) -> None:
    """The sentence and its four numbers; for somebody set aside, against the standard they were held to."""
    over = bool(main and main["over"])
    with st.container(border=True):
        icon = ":material/priority_high:" if over else ":material/info:"
        st.markdown(f"{icon} **{show.plain(told['verdict'])}**")
        with st.grid(4, min_column_width=170):
            if main is None:
                if not isinstance(row, PersonRow):
                    return
                st.metric(t("person.burden"), show.yuan(row.burden_fen), help=show.measure_label(row.measure))
                st.metric(t("person.standard"), show.yuan(row.threshold_fen))
                st.metric(t("person.excess"), show.yuan(row.excess_fen))
                return
            burden, line = Decimal(main["burden"]), Decimal(main["threshold"])
            st.metric(t("person.burden"), f"{burden:,.2f}", help=show.plain(main["measure_label"]))
            st.metric(t("person.line"), show.grouped(main["threshold"]), help=show.plain(show.arithmetic(main["line_text"])))
            st.metric(t("person.excess" if over else "person.below"), f"{abs(burden - line):,.2f}")
            st.metric(t("person.crossed_on"), main["crossed_on"] or t("person.not_crossed"))


def curve(told: dict[str, Any], measure: str, line: Decimal | None, rule: str | None) -> None:
    """The running sum against the line, if any; ``rule`` is the one whose tipping settlement is marked, None for any."""
    counted = [one for one in told["settlements"] if one["counted"] and measure in one["running"]]
    with st.container(border=True, height="stretch"):
        card_title(t("person.chart"))
        if not counted:
            st.caption(t("person.chart.empty"))
            return
        steps = [(one["setl_time"], Decimal(one["running"][measure]), one["setl_id"]) for one in counted]
        tips = [place for place, one in enumerate(counted) if (rule in one["tips"] if rule else one["tips"])]
        window = (told["window"]["from"], told["as_of"])
        figure = charts.running_sum(steps, line, tips[0] if tips else None, window)
        st.plotly_chart(figure, key="running", config=charts.CONFIG, alt=t("alt.running"))


def basics(told: dict[str, Any], row: OfRun, revealed: bool) -> None:
    person = told["person"]
    where = t(f"person.district.{person['insu_admdvs_from']}", code=places.district(person["insu_admdvs"]))
    insutype = with_code(person["insutype_label"], person["insutype"]) if person["insutype"] else person["insutype_label"]
    values = {
        t("person.name"): person["psn_name"] if revealed else row.name_masked,
        t("person.certno"): person["certno"] if revealed else row.certno_masked,
        t("person.category"): told["category"]["label"],
        t("person.insutype"): insutype,
        t("person.district"): where,
        t("person.town"): person["town"] or "—",
        t("person.psn_nos"): str(person["psn_nos"]),
        t("person.registered"): t("person.registered.yes" if person["registered"] else "person.registered.no"),
    }
    if person["deceased"]:
        values[t("person.deceased")] = t("yes")
    with st.container(border=True, height="stretch"):
        card_title(t("person.basics"))
        pairs(values)


def line_from(rule: dict[str, Any]) -> None:
    """The line and where each part of it comes from, the clause, and how it was read."""
    benchmark = rule["benchmark"]
    values: dict[str, str] = {}
    if benchmark:
        values[t("person.benchmark")] = t(
            "person.benchmark.value",
            region=places.district(benchmark["region"]),
            residents=benchmark["residents_label"],
            year=benchmark["year"],
            amount=show.grouped(benchmark["amount"]),
        )
        values[t("person.source")] = benchmark["source"]
        values[t("person.published_on")] = benchmark["published_on"] or "—"
        values[t("person.approved_by")] = benchmark["approved_by"] or "—"
    values[t("person.line_text")] = show.arithmetic(rule["line_text"])
    values[t("person.formula")] = t("person.formula.value", label=rule["measure_label"], formula=rule["measure_formula"])
    burden, line = show.grouped(rule["burden"]), show.grouped(rule["threshold"])
    values[t("person.burden_row")] = (
        t("person.over.yes", burden=burden, line=line, excess=show.grouped(rule["excess"]))
        if rule["over"]
        else t("person.over.no", burden=burden, line=line)
    )
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        card_title(t("person.line_from"))
        pairs(values)
    with right, st.container(border=True, height="stretch"):
        card_title(f"{t('person.clause')}　{show.plain(rule['clause'])}")
        st.markdown("\n".join(f"> {show.plain(part)}" for part in rule["quote"].splitlines() or [""]))
    if rule["readings"]:
        with st.container(border=True):
            card_title(t("person.readings"))
            half = -(-len(rule["readings"]) // 2)
            for column, readings in zip(st.columns(2, gap="medium"), (rule["readings"][:half], rule["readings"][half:]), strict=True):
                column.caption("\n".join(f"- {show.plain(reading)}" for reading in readings))


def settlements(told: dict[str, Any], measure: str) -> None:
    every = told["settlements"]
    counted = sum(1 for one in every if one["counted"])
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(t("person.settlements"), anchor=False, width="content")
            only = st.toggle(t("person.settlements.only_counted"), key="only-counted")
        st.caption(t("person.settlements.note", total=len(every), counted=counted, left=len(every) - counted))
        for one in told.get("suspected_duplicates", ()):
            st.warning(
                show.plain(t("person.settlements.duplicate", id=one["setl_id"], other=one["other_setl_id"], why=one["because_label"]))
            )
        rows = [one for one in every if one["counted"] or not only]
        reasons = ["" if one["counted"] else one["reason_label"] for one in rows]
        frame = pd.DataFrame(
            {
                "time": [one["setl_time"].replace("T", " ") for one in rows],
                "counted": [[t("settlement.counted")] if one["counted"] else [t("settlement.left_out")] for one in rows],
                "tips": [[t("settlement.tips")] if one["tips"] else [] for one in rows],
                "amount": [_decimal(one["amounts"].get(measure)) if one["counted"] else None for one in rows],
                "running": [_decimal(one["running"].get(measure)) if one["counted"] else None for one in rows],
                "reason": reasons,
                "hospital": [one["fixmedins_name"] for one in rows],
                "med_type": [one["med_type_label"] for one in rows],
                **{name: [_decimal(one[name]) for one in rows] for name in MONEY},
                "id": [one["setl_id"] for one in rows],
                "source": [t("settlement.source.value", file=one["source"]["file"], line=one["source"]["line"]) for one in rows],
            }
        )
        text = st.column_config.TextColumn
        money = {
            name: st.column_config.NumberColumn(t(f"settlement.{name}"), format="%,.2f", width=96)
            for name in ("amount", "running", *MONEY)
        }
        long_table(
            frame,
            key="settlements",
            alt=t("alt.settlements"),
            height=row_height((reasons, REASON)),
            column_config={
                "time": text(t("settlement.time"), width=142),
                "id": text(t("settlement.id"), width=150),
                "counted": st.column_config.MultiselectColumn(
                    t("settlement.counted"),
                    options=[t("settlement.counted"), t("settlement.left_out")],
                    color=["green", "gray"],
                    width=76,
                ),
                "tips": st.column_config.MultiselectColumn(
                    t("settlement.tips"), options=[t("settlement.tips")], color=["red"], width=62
                ),
                "reason": text(t("settlement.reason"), width=REASON),
                "hospital": text(t("settlement.hospital"), width=190),
                "med_type": text(t("settlement.med_type"), width=132),
                "source": text(t("settlement.source"), width=240),
                **money,
            },
        )


def _decimal(amount: str | None) -> Decimal | None:
    return Decimal(amount) if amount else None


def identities(told: dict[str, Any]) -> None:
    with st.container(border=True, height="stretch"):
        card_title(t("person.identities"))
        if not told["identities"]:
            st.caption(t("person.identities.none"))
            return
        yes_no = {True: t("yes"), False: t("no"), None: "—"}
        st.dataframe(
            pd.DataFrame(
                [
                    {
                        t("identity.label"): one["label"],
                        t("identity.in_force"): yes_no[one["in_force"]],
                        t("identity.named"): yes_no[one["named"]],
                        t("identity.begin"): one["begin"] or "—",
                        t("identity.end"): one["end"] or "—",
                        t("identity.department"): one["department"] or "—",
                        t("identity.risk"): yes_no[one["risk_eliminated"]],
                        t("identity.why"): one["why"],
                    }
                    for one in told["identities"]
                ]
            ),
            hide_index=True,
            lazy=False,
            height="content",
            row_height=34,
            alt=t("alt.identities"),
            key="identities",
        )


def other_rules(told: dict[str, Any], title: str) -> None:
    others = [rule for rule in told["rules"] if not rule["applies"]]
    if not others:
        return
    with st.container(border=True, height="stretch"):
        card_title(title)
        for rule in others:
            st.markdown(f"**{show.plain(rule['kind_label'])}**　{show.plain(rule['clause'])}")
            st.caption(show.plain(rule["why"]))


def nobody(title: str, text: str) -> NoReturn:
    """The page of nobody: the same for who does not exist and for who is outside the viewer's scope, and written down alike."""
    for name in NAMES:
        if name in st.query_params:
            # Whatever was typed into the address, no more of it than a number is kept.
            asked = st.query_params[name]
            number = asked if asked.isascii() and asked.isdigit() and len(asked) < 16 else "?"
            queries.note_once(viewer, f"{name}:{number}", "screen:person", {}, AuditAction.REFUSED)
    empty_state(":material/person_search:", title, text)
    st.page_link("views/alerts.py", label=t("nav.back"), icon=":material/arrow_back:")
    st.stop()


viewer = guard(Permission.SEE_PEOPLE)
row = asked_row()
if row is None:
    if asked_by_address():
        nobody(t("empty.person.nobody"), t("empty.person.gone"))
    nobody(t("empty.person.title"), t("empty.person.text"))
try:
    told = queries.explained(row, viewer)
except AccessError:
    nobody(t("empty.person.nobody"), t("empty.person.gone"))
except MonitorError as error:
    back(row)
    empty_state(":material/error:", t("nav.person"), t("empty.person.failed", reason=show.told(error)))
    st.stop()
with st.container(horizontal=True):
    back(row)
    if (case := casework.case_of(row.run_id, row.person, viewer)) is not None:
        st.page_link("views/case.py", label=t("case.of_person"), icon=":material/folder_shared:", query_params={"case": str(case)})
queries.note_once(viewer, f"person:{row.person}", "screen:person", {"run": row.run_id})
applying = [rule for rule in told["rules"] if rule["applies"]]
# The rule the row is about comes first; somebody set aside has the first that applies, if any.
applying.sort(key=lambda rule: (rule["rule"] != getattr(row, "rule", ""), not rule["over"]))
main = applying[0] if applying else None
revealed = heading(row, told)
verdict(told, row, main)
left, right = st.columns([5, 3])
measure = main["measure"] if main is not None else row.measure if isinstance(row, PersonRow) else told["rules"][0]["measure"]
with left:
    if main is not None:
        curve(told, main["measure"], Decimal(main["threshold"]), main["rule"])
    elif isinstance(row, PersonRow):
        curve(told, row.measure, Decimal(row.threshold_fen) / 100, None)
    else:
        curve(told, measure, None, None)
with right:
    basics(told, row, revealed)
if isinstance(row, ShortfallRow):
    entitlement(told["entitlement"])
if main is None:
    other_rules(told, t("person.no_rules"))
for rule in applying:
    line_from(rule)
settlements(told, measure)
identities(told)
if main is not None:
    other_rules(told, t("person.other_rules"))
if not isinstance(row, ShortfallRow):
    entitlement(told["entitlement"])

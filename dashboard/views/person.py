"""人员详情: one person's explanation as an officer reads it, checkable with a pocket calculator.

The address carries the row's number only (``?alert=``, ``?aside=`` or ``?due=``), never a name or an identity number; somebody
looked up by number on the page of shortfalls is known to the session alone.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

import pandas as pd
import streamlit as st

from dashboard.casework import cases as casework
from dashboard.charts.burden import Running, running_sum
from dashboard.charts.drawing import CONFIG
from dashboard.locale import t
from dashboard.opening import for_viewer
from dashboard.parts import asked_number, card_title, empty_state, long_table, pairs, row_height
from dashboard.person import reveal
from dashboard.person.entitlement import entitlement
from dashboard.queries import noted, somebody
from dashboard.text import places, show
from monitor.access.actor import Actor
from monitor.access.masking import mask_number
from monitor.assess.amounts import exact, money
from monitor.assess.duplicates import BECAUSE
from monitor.assess.explanation import AMOUNT_COLUMNS, Explanation, JudgedRule
from monitor.base.errors import AccessError, MonitorError
from monitor.base.vocabulary import AuditAction, Measure, Permission
from monitor.casework.reading.listing import AlertRow, AsideRow, OfRun, PersonRow
from monitor.casework.reading.shortfalls import ShortfallRow
from monitor.policy.codes import with_code

#: The width of the column that says why a settlement does not count.
REASON = 190


#: What the lists call a row in this page's address.
NAMES = ("alert", "aside", "due")
BACK: dict[type[OfRun], str] = {AlertRow: "views/alerts.py", AsideRow: "views/set_aside.py"}


def asked_row(viewer: Actor) -> OfRun | None:
    """The row the address names, within the viewer's scope; without one, who was looked up by number."""
    found: tuple[tuple[str, Callable[[int, Actor], OfRun | None]], ...] = (
        ("alert", somebody.alert), ("aside", somebody.set_aside_person), ("due", somebody.shortfall_person),
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


def heading(row: OfRun, told: Explanation, viewer: Actor) -> bool:
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
            st.badge(show.plain(told.category.label), color="blue")
            if told.trial:
                st.badge(t("run.trial"), color="orange")
            if told.provisional:
                st.badge(t("run.provisional_short"), color="orange")
        revealed = reveal.offer(row, viewer)
    shown = told.person.psn_name if revealed else row.name_masked
    number = told.person.certno if revealed else row.certno_masked
    name.header(show.plain(f"{shown}　{number}"), anchor=False, width="content")
    st.caption(
        t(
            "person.caption",
            document=show.plain(show.titled(told.document.title, told.document.number)),
            as_of=told.as_of.isoformat(),
            window=show.plain(told.document.window.label),
            from_day=told.window_from.isoformat(),
            to_day=told.window_to.isoformat(),
        )
    )
    other_numbers(told, revealed)
    return revealed


def other_numbers(told: Explanation, revealed: bool) -> None:
    """Under which other numbers the rows stand that are added up here, and by whose word."""
    for one in told.numbers:
        certno = one.certno if revealed else mask_number(one.certno)
        number = t("person.number", number=certno) if certno else t("person.psn_no")
        st.caption(show.plain(t("person.other_number", number=number, sentence=one.sentence)))


def verdict(told: Explanation, row: OfRun, main: JudgedRule | None) -> None:
    """The sentence and its four numbers; for somebody set aside, against the standard they were held to."""
    over = bool(main and main.over)
    with st.container(border=True):
        icon = ":material/priority_high:" if over else ":material/info:"
        st.markdown(f"{icon} **{show.plain(told.verdict)}**")
        with st.grid(4, min_column_width=170):
            if main is None:
                if not isinstance(row, PersonRow):
                    return
                st.metric(t("person.burden"), show.yuan(row.burden_fen), help=show.measure_label(row.measure))
                st.metric(t("person.standard"), show.yuan(row.threshold_fen))
                st.metric(t("person.excess"), show.yuan(row.excess_fen))
                return
            st.metric(t("person.burden"), f"{main.burden:,.2f}", help=show.plain(main.rule.measure.label))
            if main.line is not None:
                help_text = show.plain(show.arithmetic(main.line.text))
                st.metric(t("person.line"), show.grouped(exact(main.line.threshold)), help=help_text)
                away = abs(main.burden - main.line.threshold)
                st.metric(t("person.excess" if over else "person.below"), f"{away:,.2f}")
            st.metric(t("person.crossed_on"), main.crossing.day.isoformat() if main.crossing else t("person.not_crossed"))


def curve(told: Explanation, measure: Measure, line: Decimal | None, rule: str | None) -> None:
    """The running sum against the line, if any; ``rule`` is the one whose tipping settlement is marked, None for any."""
    counted = [(one, amount) for one in told.settlements if one.counted and (amount := one.running[measure]) is not None]
    with st.container(border=True, height="stretch"):
        card_title(t("person.chart"))
        if not counted:
            st.caption(t("person.chart.empty"))
            return
        steps = [(one.setl_time.isoformat(sep=" "), amount, one.setl_id) for one, amount in counted]
        tips = [place for place, (one, _) in enumerate(counted) if (rule in one.tips if rule else one.tips)]
        window = (told.window_from.isoformat(), told.as_of.isoformat())
        figure = running_sum(Running(steps, line, tips[0] if tips else None, window))
        st.plotly_chart(figure, key="running", config=CONFIG, alt=t("alt.running"))


def basics(told: Explanation, row: OfRun, revealed: bool) -> None:
    person = told.person
    where = t(f"person.district.{person.insu_admdvs_from}", code=places.district(person.insu_admdvs))
    insutype = with_code(person.insutype_label, person.insutype) if person.insutype else person.insutype_label
    values = {
        t("person.name"): person.psn_name if revealed else row.name_masked,
        t("person.certno"): person.certno if revealed else row.certno_masked,
        t("person.category"): told.category.label,
        t("person.insutype"): insutype,
        t("person.district"): where,
        t("person.town"): person.town or "—",
        t("person.psn_nos"): str(person.psn_nos),
        t("person.registered"): t("person.registered.yes" if person.registered else "person.registered.no"),
    }
    if person.deceased:
        values[t("person.deceased")] = t("yes")
    with st.container(border=True, height="stretch"):
        card_title(t("person.basics"))
        pairs(values)


def line_from(judged: JudgedRule) -> None:
    """The line and where each part of it comes from, the clause, and how it was read."""
    rule, line = judged.rule, judged.line
    values: dict[str, str] = {}
    if line is not None and line.income is not None:
        income = line.income
        values[t("person.benchmark")] = t(
            "person.benchmark.value",
            region=places.district(income.region),
            residents=income.residents.label,
            year=income.year,
            amount=show.grouped(money(income.amount)),
        )
        values[t("person.source")] = income.source
        values[t("person.published_on")] = show.day(income.published_on)
        values[t("person.approved_by")] = income.approved_by or "—"
    values[t("person.line_text")] = show.arithmetic(line.text) if line else ""
    values[t("person.formula")] = t("person.formula.value", label=rule.measure.label, formula=rule.measure.definition)
    burden, threshold = show.grouped(money(judged.burden)), show.grouped(exact(line.threshold) if line else None)
    values[t("person.burden_row")] = (
        t("person.over.yes", burden=burden, line=threshold, excess=show.grouped(money(judged.excess)))
        if judged.over
        else t("person.over.no", burden=burden, line=threshold)
    )
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        card_title(t("person.line_from"))
        pairs(values)
    with right, st.container(border=True, height="stretch"):
        card_title(f"{t('person.clause')}　{show.plain(rule.clause)}")
        st.markdown("\n".join(f"> {show.plain(part)}" for part in rule.quote.splitlines() or [""]))
    if judged.readings:
        with st.container(border=True):
            card_title(t("person.readings"))
            half = -(-len(judged.readings) // 2)
            for column, readings in zip(st.columns(2, gap="medium"), (judged.readings[:half], judged.readings[half:]), strict=True):
                column.caption("\n".join(f"- {show.plain(reading)}" for reading in readings))


def settlements(told: Explanation, measure: Measure) -> None:
    every = told.settlements
    counted = sum(1 for one in every if one.counted)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(t("person.settlements"), anchor=False, width="content")
            only = st.toggle(t("person.settlements.only_counted"), key="only-counted")
        st.caption(t("person.settlements.note", total=len(every), counted=counted, left=len(every) - counted))
        for copy in told.suspected_duplicates:
            st.warning(
                show.plain(t("person.settlements.duplicate", id=copy.setl_id, other=copy.first_setl_id, why=BECAUSE[copy.because]))
            )
        rows = [one for one in every if one.counted or not only]
        reasons = ["" if one.counted else one.reason for one in rows]
        frame = pd.DataFrame(
            {
                "time": [one.setl_time.isoformat(sep=" ") for one in rows],
                "counted": [[t("settlement.counted")] if one.counted else [t("settlement.left_out")] for one in rows],
                "tips": [[t("settlement.tips")] if one.tips else [] for one in rows],
                "amount": [one.amounts[measure] if one.counted else None for one in rows],
                "running": [one.running[measure] if one.counted else None for one in rows],
                "reason": reasons,
                "hospital": [one.fixmedins_name for one in rows],
                "med_type": [one.med_type_label for one in rows],
                **{name: [one.amount_columns()[place] for one in rows] for place, name in enumerate(AMOUNT_COLUMNS)},
                "id": [one.setl_id for one in rows],
                "source": [t("settlement.source.value", file=one.source.file, line=one.source.line) for one in rows],
            }
        )
        text = st.column_config.TextColumn
        amounts = {
            name: st.column_config.NumberColumn(t(f"settlement.{name}"), format="%,.2f", width=96)
            for name in ("amount", "running", *AMOUNT_COLUMNS)
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
                **amounts,
            },
        )


def identities(told: Explanation) -> None:
    with st.container(border=True, height="stretch"):
        card_title(t("person.identities"))
        if not told.identities:
            st.caption(t("person.identities.none"))
            return
        yes_no = {True: t("yes"), False: t("no"), None: "—"}
        st.dataframe(
            pd.DataFrame(
                [
                    {
                        t("identity.label"): one.category.label,
                        t("identity.in_force"): yes_no[one.in_force],
                        t("identity.named"): yes_no[one.named],
                        t("identity.begin"): show.day(one.begin),
                        t("identity.end"): show.day(one.ended),
                        t("identity.department"): one.department or "—",
                        t("identity.risk"): yes_no[one.risk_eliminated],
                        t("identity.why"): one.why,
                    }
                    for one in told.identities
                ]
            ),
            hide_index=True,
            lazy=False,
            height="content",
            row_height=34,
            alt=t("alt.identities"),
            key="identities",
        )


def other_rules(told: Explanation, title: str) -> None:
    others = [judged for judged in told.rules if not judged.applies]
    if not others:
        return
    with st.container(border=True, height="stretch"):
        card_title(title)
        for judged in others:
            st.markdown(f"**{show.plain(judged.rule.kind.label)}**　{show.plain(judged.rule.clause)}")
            st.caption(show.plain(judged.why))


def nobody(title: str, text: str, viewer: Actor) -> NoReturn:
    """The page of nobody: the same for who does not exist and for who is outside the viewer's scope, and written down alike."""
    for name in NAMES:
        if name in st.query_params:
            # Whatever was typed into the address, no more of it than a number is kept.
            asked = st.query_params[name]
            number = asked if asked.isascii() and asked.isdigit() and len(asked) < 16 else "?"
            noted.note_once(viewer, f"{name}:{number}", "screen:person", {}, AuditAction.REFUSED)
    empty_state(":material/person_search:", title, text)
    st.page_link("views/alerts.py", label=t("nav.back"), icon=":material/arrow_back:")
    st.stop()


def page(viewer: Actor) -> None:
    row = asked_row(viewer)
    if row is None:
        if asked_by_address():
            nobody(t("empty.person.nobody"), t("empty.person.gone"), viewer)
        nobody(t("empty.person.title"), t("empty.person.text"), viewer)
    try:
        explained = somebody.explained(row, viewer)
    except AccessError:
        nobody(t("empty.person.nobody"), t("empty.person.gone"), viewer)
    except MonitorError as error:
        back(row)
        empty_state(":material/error:", t("nav.person"), t("empty.person.failed", reason=show.told(error)))
        st.stop()
    with st.container(horizontal=True):
        back(row)
        if (case := casework.case_of(row.run_id, row.person, viewer)) is not None:
            st.page_link(
                "views/case.py", label=t("case.of_person"), icon=":material/folder_shared:", query_params={"case": str(case)}
            )
    noted.note_once(viewer, f"person:{row.person}", "screen:person", {"run": row.run_id})
    told, due = explained.judged, explained.entitlement
    applying = [judged for judged in told.rules if judged.applies]
    # The rule the row is about comes first; somebody set aside has the first that applies, if any.
    applying.sort(key=lambda judged: (judged.rule.id != getattr(row, "rule", ""), not judged.over))
    main = applying[0] if applying else None
    revealed = heading(row, told, viewer)
    verdict(told, row, main)
    left, right = st.columns([5, 3])
    of_row = Measure(row.measure) if isinstance(row, PersonRow) else told.rules[0].rule.measure
    measure = main.rule.measure if main is not None else of_row
    with left:
        if main is not None:
            curve(told, measure, main.threshold, main.rule.id)
        elif isinstance(row, PersonRow):
            curve(told, measure, Decimal(row.threshold_fen) / 100, None)
        else:
            curve(told, measure, None, None)
    with right:
        basics(told, row, revealed)
    if isinstance(row, ShortfallRow):
        entitlement(due)
    if main is None:
        other_rules(told, t("person.no_rules"))
    for judged in applying:
        line_from(judged)
    settlements(told, measure)
    identities(told)
    if main is not None:
        other_rules(told, t("person.other_rules"))
    if not isinstance(row, ShortfallRow):
        entitlement(due)


if __name__ == "__main__":
    for_viewer(page, Permission.SEE_PEOPLE)

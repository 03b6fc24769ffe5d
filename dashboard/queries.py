"""Where the pages get their data: the only cache, and the only place that opens the case database.

Every query is somebody's: it refuses who may not ask it, and narrows to their scope. A run's results never change once committed, so
what is cached under its id, the filters and the scope stays true for everybody of that scope. The list of runs and single people are
read anew each time. What shows one person or takes a list along is written into the audit.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import streamlit as st
from sqlalchemy import Connection, Engine, inspect

from dashboard.door.access import access, home, now
from dashboard.locale import t
from monitor.access.actor import Actor
from monitor.access.audit import Asked, Detail
from monitor.access.chain import Entry, Verdict
from monitor.access.moment import CHINA
from monitor.access.roles import require
from monitor.access.scope import EVERYTHING, Scope
from monitor.access.sealing import Sealer
from monitor.base.errors import AccessError, MonitorError, StoreError, UnknownPersonError
from monitor.base.settings import keys_directory
from monitor.base.vocabulary import AuditAction, Permission, Purpose
from monitor.casework.database import open_database
from monitor.casework.reading import listing, shortfalls
from monitor.casework.reading import overview as figures
from monitor.casework.reading.listing import AlertRow, AsideRow, OfRun, Page
from monitor.casework.reading.narrowing import AsideFilters, Filters, Search, ShortfallFilters
from monitor.casework.reading.overview import Choices, Overview, Run
from monitor.casework.reading.shortfalls import DueCount, EntitledRun, ShortfallRow
from monitor.intake.identity_number import normalise
from monitor.policy.document import Document
from monitor.policy.library import load_library

if TYPE_CHECKING:
    from monitor.entitle.entitlement import Explained
    from monitor.entitle.institutions import Institutions
    from monitor.reports.evaluation_figures import Report, WorkedOut
    from monitor.reports.premium_screen import ShownGap, ShownPremiums
    from monitor.store.home import Store
    from monitor.store.manifest import RunRecord

PAGE_SIZES = (20, 50, 100)
#: Part of an identity or telephone number, in whatever digits.
_LONG_NUMBER = re.compile(r"(\d[\s-]?){6}")


@st.cache_resource(show_spinner=False, max_entries=8)
def _engine(url: str) -> Engine:
    return open_database(url)


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection to the home's case database, for reading."""
    with _engine(home().database_url).connect() as opened:
        yield opened


def runs(actor: Actor) -> list[Run]:
    """Every run, the newest first; none where there is no case database yet."""
    require(actor, Permission.SEE_OVERVIEW)
    url = home().database_url
    if url.startswith("sqlite:///") and not os.path.exists(url.removeprefix("sqlite:///")):  # noqa: PTH110
        return []
    with connection() as opened:
        return figures.runs(opened) if inspect(opened).has_table("runs") else []


def overview(run_id: str, actor: Actor) -> Overview:
    require(actor, Permission.SEE_OVERVIEW)
    return _overview(home().database_url, run_id, actor.scope)


@st.cache_data(show_spinner=False, max_entries=64)
def _overview(url: str, run_id: str, scope: Scope) -> Overview:
    with connection() as opened:
        return figures.overview(opened, run_id, scope)


def choices(run_id: str, actor: Actor) -> Choices:
    require(actor, Permission.SEE_OVERVIEW)
    return _choices(home().database_url, run_id, actor.scope)


@st.cache_data(show_spinner=False, max_entries=64)
def _choices(url: str, run_id: str, scope: Scope) -> Choices:
    with connection() as opened:
        return figures.choices(opened, run_id, scope)


def alert_page(run_id: str, filters: Filters, sort: str, descending: bool, page: int, size: int, actor: Actor) -> Page[AlertRow]:
    require(actor, Permission.SEE_PEOPLE)
    return _alert_page(home().database_url, run_id, filters, sort, descending, page, size, actor.scope)


@st.cache_data(show_spinner=False, max_entries=256)
def _alert_page(
    url: str, run_id: str, filters: Filters, sort: str, descending: bool, page: int, size: int, scope: Scope
) -> Page[AlertRow]:
    with connection() as opened:
        return listing.alert_page(opened, run_id, filters, sort, descending, page, size, scope)


def aside_page(run_id: str, filters: AsideFilters, sort: str, descending: bool, page: int, size: int, actor: Actor) -> Page[AsideRow]:
    require(actor, Permission.SEE_PEOPLE)
    return _aside_page(home().database_url, run_id, filters, sort, descending, page, size, actor.scope)


@st.cache_data(show_spinner=False, max_entries=128)
def _aside_page(
    url: str, run_id: str, filters: AsideFilters, sort: str, descending: bool, page: int, size: int, scope: Scope
) -> Page[AsideRow]:
    with connection() as opened:
        return listing.set_aside_page(opened, run_id, filters, sort, descending, page, size, scope)


def alert(alert_id: int, actor: Actor) -> AlertRow | None:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return listing.alert(opened, alert_id, actor.scope)


def set_aside_person(row_id: int, actor: Actor) -> AsideRow | None:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return listing.set_aside_person(opened, row_id, actor.scope)


def is_entitled(run_id: str, actor: Actor) -> bool:
    """Whether a run's entitlements have been worked out. Read anew: they can come later."""
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return shortfalls.entitled_run(opened, run_id) is not None


def entitled_run(run_id: str, actor: Actor) -> EntitledRun | None:
    """The figures of a run's entitlements, for who sees everything: they are of the whole region. None where there are none."""
    require(actor, Permission.SEE_PEOPLE)
    if actor.scope != EVERYTHING:
        return None
    with connection() as opened:
        return shortfalls.entitled_run(opened, run_id)


def shortfall_page(
    run_id: str, filters: ShortfallFilters, sort: str, descending: bool, page: int, size: int, actor: Actor
) -> Page[ShortfallRow]:
    require(actor, Permission.SEE_PEOPLE)
    return _shortfall_page(home().database_url, run_id, filters, sort, descending, page, size, actor.scope)


@st.cache_data(show_spinner=False, max_entries=128)
def _shortfall_page(
    url: str, run_id: str, filters: ShortfallFilters, sort: str, descending: bool, page: int, size: int, scope: Scope
) -> Page[ShortfallRow]:
    with connection() as opened:
        return shortfalls.shortfall_page(opened, run_id, filters, sort, descending, page, size, scope)


def due_counts(run_id: str, actor: Actor) -> dict[str, tuple[DueCount, ...]]:
    """People and shortfall by reason, category, district and month, for a run whose entitlements are there."""
    require(actor, Permission.SEE_PEOPLE)
    return _due_counts(home().database_url, run_id, actor.scope)


@st.cache_data(show_spinner=False, max_entries=64)
def _due_counts(url: str, run_id: str, scope: Scope) -> dict[str, tuple[DueCount, ...]]:
    with connection() as opened:
        return {name: shortfalls.counts(opened, run_id, name, scope) for name in ("reason", "category", "district", "month")}


def shortfall_person(row_id: int, actor: Actor) -> ShortfallRow | None:
    require(actor, Permission.SEE_PEOPLE)
    with connection() as opened:
        return shortfalls.shortfall_person(opened, row_id, actor.scope)


def work_out_entitlements(run_id: str, actor: Actor) -> None:
    """Work out a run's entitlements and show them in the case database. Raises MonitorError, as when somebody else writes."""
    from monitor.actions.entitlements import entitled_store
    from monitor.casework.facts import write_facts

    require(actor, Permission.RUN)
    store, _ = entitled_store(home(), run_id, load_library(), actor, "screen:shortfall")
    write_facts(store, access(), now())


def looked_up(run_id: str, typed: str, actor: Actor) -> OfRun:
    """Anybody by identity number (or psn_no), for the person page; masked.

    Raises MonitorError where nobody knows them, and in the same words where they are outside the viewer's scope: the answer must not
    tell whether the next district has somebody of that number. Tried either way is written down, by person key.
    """
    from monitor.access.hashing import person_hex
    from monitor.access.masking import mask_name, mask_number
    from monitor.assess.explain import explain, person_of_number
    from monitor.assess.frames import details, frame_of
    from monitor.store.home import open_store

    require(actor, Permission.SEE_PEOPLE)
    store = open_store(home())
    record = store.manifest.run(run_id)
    frame = frame_of(store, load_library(), record, details(store, record.run)["inputs"])
    key = person_of_number(store, frame, typed)
    person = person_hex(int(key))
    try:
        told = explain(store, frame, key)
    except UnknownPersonError:
        told = None
    if told is None or not actor.scope.covers(told.person.insu_admdvs, told.person.town):
        note(actor, AuditAction.REFUSED, f"person:{person}", "screen:shortfall", detail={"asked": "look_up", "run": run_id})
        raise MonitorError(t("person.unknown"))
    note(actor, AuditAction.SHOWN, f"person:{person}", "screen:shortfall", detail={"asked": "look_up", "run": run_id})
    who = told.person
    return OfRun(
        0, person, mask_name(who.psn_name), mask_number(who.certno), told.category.value, who.insutype, who.insu_admdvs, who.town,
        run_id,
    )


def document(document_id: str) -> Document | None:
    """The encoded document a run was made under, or None where this program does not have it any more."""
    return load_library().documents.get(document_id)


def search_for(kind: Literal["certno", "last4", "name"], text: str) -> Search | None:
    """What was typed as a keyed hash; None for nothing typed. Raises StoreError where the keys are missing.

    Numbers are brought to the form intake keeps: half width, no blanks, upper-case X, eighteen digits, a pass without its renewals.
    """
    typed = "".join(unicodedata.normalize("NFKC", text).split())
    if not typed:
        return None
    if kind != "certno":
        return Search(kind, _searched_hash(kind, typed.upper() if kind != "name" else typed))
    return Search(kind, _searched_hash(kind, number := normalise(typed)[0]), _other_keys(number))


def _other_keys(number: str) -> tuple[str, ...]:
    """The keys of the same person's other numbers."""
    from monitor.assess.same_person import keys_of
    from monitor.store.home import open_store

    return keys_of(open_store(home()), [number])[number][1:] if home().manifest.exists() else ()


def _searched_hash(kind: Literal["certno", "last4", "name"], text: str) -> str:
    from monitor.access.hashing import searched_hash
    from monitor.access.keys import load
    from monitor.store.manifest import read

    manifest = read(home().manifest)
    if manifest is None:
        raise StoreError("数据目录还没有数据，无法查找；请先执行 monitor import settlements")
    return searched_hash(load(keys_directory(), manifest.home).hash, kind, text)


def entitled_without(run_id: str) -> tuple[list[str], list[str]]:
    """Of the inputs a run's entitlements hang on: the labels of those nobody told, and what the bureau said there is none of."""
    from monitor.assess.optional import none_sentence
    from monitor.entitle.keeping import details_of
    from monitor.intake.columns import TABLES
    from monitor.store.home import open_store
    from monitor.store.manifest import NoneRecord

    kept = details_of(open_store(home()), run_id)
    needed = kept.get("hangs_on", [])
    said = [none_sentence(NoneRecord(**record)) for table, record in kept.get("said_none", {}).items() if table in needed]
    return [TABLES[table].label for table in needed if table in kept["absent"]], said


def explained(row: OfRun, actor: Actor) -> Explained:
    """How the person of a row was judged, for a viewer within whose scope they are now. Raises AccessError for anybody else: a row
    found earlier in the session must not outlive the scope it was found under."""
    require(actor, Permission.SEE_PEOPLE)
    if not actor.scope.covers(row.insu_admdvs, row.town):
        raise AccessError(t("empty.person.nobody"))
    return explanation(row.run_id, row.person)


def explanation(run_id: str, person: str) -> Explained:
    """How one person of a run was judged, and what they are due (never cached: it holds the name, the number, every settlement).

    ``person`` is the key as the case database writes it. Raises MonitorError where the store no longer has the run.
    """
    # Only this page needs the engine; the others start without it.
    from monitor.assess.frames import details, frame_of
    from monitor.entitle.telling import explained
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    inputs = details(store, record.run)["inputs"]
    frame, key = frame_of(store, load_library(), record, inputs), Decimal(int(person, 16))
    return explained(store, frame, inputs["provisional_allowed"], key)


def institutions(run_id: str, month: str | None, actor: Actor) -> Institutions:
    """The institutions of a run's document and year, or of one of its months, within the viewer's scope. Raises MonitorError."""
    require(actor, Permission.SEE_OVERVIEW)
    return _institutions(home().database_url, run_id, month, actor.scope)


@st.cache_data(show_spinner=False, max_entries=32)
def _institutions(url: str, run_id: str, month: str | None, scope: Scope) -> Institutions:
    from monitor.assess.frames import details
    from monitor.entitle.institutions import institutions as figures
    from monitor.entitle.institutions import narrowed
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    known = store.manifest.known(details(store, record.run)["inputs"]["known_at"])
    until = date.fromisoformat(record.as_of)
    return figures(store, known, load_library().get(record.document), *narrowed(month, until.year, until), scope)


def evaluation(run_id: str, actor: Actor) -> Report:
    """The evaluation of a run's document and year, by the run the year is judged by. It is of the whole document: whoever sees part
    of it is refused. Raises MonitorError."""
    from monitor.reports.evaluation_figures import evaluate, run_of_year

    require(actor, Permission.SEE_OVERVIEW)
    if actor.scope != EVERYTHING:
        raise AccessError(t("evaluation.whole"))
    chosen, library = _record(run_id), load_library()
    judged = run_of_year(_store(), chosen.document, int(chosen.as_of[:4])) or chosen
    found = _worked_out(home().database_url, judged.run, _stamp())
    with connection() as opened:
        today = now().astimezone(CHINA).date()
        return evaluate(opened, library.get(judged.document), int(judged.as_of[:4]), judged, found, today)


@st.cache_data(show_spinner=False, max_entries=16)
def _worked_out(url: str, run_id: str, stamp: int) -> WorkedOut:
    from monitor.reports.evaluation_figures import worked_out

    return worked_out(_store(), load_library(), _record(run_id))


def _store() -> Store:
    from monitor.store.home import open_store

    return open_store(home())


def _record(run_id: str) -> RunRecord:
    return _store().manifest.run(run_id)


def premium_list(run_id: str, month: date, actor: Actor) -> ShownPremiums:
    """The premium list of a month under the run's document, masked, within the viewer's scope. Raises MonitorError."""
    require(actor, Permission.SEE_PEOPLE)
    return _premium_list(home().database_url, run_id, month, _stamp(), actor.scope)


def _stamp() -> int:
    """Changes with everything a home is told, so that what is cached of the store under it is never old."""
    return home().manifest.stat().st_mtime_ns


@st.cache_data(show_spinner=False, max_entries=32)
def _premium_list(url: str, run_id: str, month: date, stamp: int, scope: Scope) -> ShownPremiums:
    from monitor.reports.premium_screen import shown
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    return shown(store, load_library().get(record.document), month, record.trial, scope)


def insurance_gaps(run_id: str, actor: Actor) -> tuple[ShownGap, ...]:
    """Who of the named people is not insured, was not for a time or is in no register: masked, within the viewer's scope."""
    require(actor, Permission.SEE_PEOPLE)
    return _insurance_gaps(home().database_url, run_id, actor.scope)


@st.cache_data(show_spinner=False, max_entries=32)
def _insurance_gaps(url: str, run_id: str, scope: Scope) -> tuple[ShownGap, ...]:
    from monitor.assess.frames import frame_and_allowance
    from monitor.reports.premium_screen import shown_gaps
    from monitor.store.home import open_store

    store, library = open_store(home()), load_library()
    return shown_gaps(store, *frame_and_allowance(store, library, store.manifest.run(run_id)), scope)


def coverage_months(run_id: str, actor: Actor) -> list[dict[str, str]]:
    """Both 100 % month by month, for who sees everything: they are of the whole region. Raises MonitorError."""
    require(actor, Permission.SEE_OVERVIEW)
    return _coverage_months(home().database_url, run_id, _stamp())


@st.cache_data(show_spinner=False, max_entries=16)
def _coverage_months(url: str, run_id: str, stamp: int) -> list[dict[str, str]]:
    from monitor.assess.frames import frame_and_allowance
    from monitor.entitle.gaps import by_month
    from monitor.reports.coverage import month_rows
    from monitor.store.home import open_store

    store, library = open_store(home()), load_library()
    record = store.manifest.run(run_id)
    return month_rows(record, by_month(store, *frame_and_allowance(store, library, record), record))


def coverage_indicators(run_id: str, actor: Actor) -> list[dict[str, str]]:
    """The indicators of the run's document, for who sees everything; assistance only where the run's entitlements are there."""
    require(actor, Permission.SEE_OVERVIEW)
    return _coverage_indicators(home().database_url, run_id, _stamp())


@st.cache_data(show_spinner=False, max_entries=16)
def _coverage_indicators(url: str, run_id: str, stamp: int) -> list[dict[str, str]]:
    from monitor.assess.frames import frame_and_allowance
    from monitor.entitle.coverage import measure
    from monitor.entitle.keeping import is_kept, reach_of
    from monitor.reports.coverage import indicator_rows
    from monitor.store.home import open_store

    store, library = open_store(home()), load_library()
    record = store.manifest.run(run_id)
    if not is_kept(store, record.run):
        return []
    return indicator_rows(record, measure(store, *frame_and_allowance(store, library, record), reach_of(store, record.run)))


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


def sealer() -> Sealer:
    """With the keys as they are now: a list of whole names may be asked for after the keys were changed."""
    from monitor.store.home import open_store

    return open_store(home()).sealer


def reveal(row: OfRun, actor: Actor, purpose: Purpose, remark: str) -> None:
    """Write down that the viewer is shown one person's whole name and number, and what for. Raises MonitorError where they may not,
    or where the remark holds what must not be kept."""
    require(actor, Permission.REVEAL)
    if not actor.scope.covers(row.insu_admdvs, row.town):
        raise AccessError(t("empty.person.nobody"))
    note(actor, AuditAction.REVEALED, f"person:{row.person}", "screen:person", purpose_text(purpose, remark), {"run": row.run_id})


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

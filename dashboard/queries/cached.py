"""What is kept between clicks, all of it: no other module of the dashboard caches.

A cache is shared between users, so whose rows an answer holds is part of its key: the scope, by itself or in a query. Where there is
none, the answer is a figure of the document's whole region and names nobody. A run's results never change once committed, so what is
kept under its id stays true. What is read of the store is kept under a stamp or a digest of all the home was told. The list of runs
and single people are read anew each time: nothing of them is here.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st
from sqlalchemy import Engine

from dashboard.door.access import home
from dashboard.queries import pairs
from monitor.access.scope import Scope
from monitor.casework.database import open_database
from monitor.casework.reading import listing, shortfalls
from monitor.casework.reading import overview as figures
from monitor.casework.reading.listing import AlertRow, AsideRow, Page
from monitor.casework.reading.narrowing import AsideFilters, Filters, ShortfallFilters
from monitor.casework.reading.overview import Choices, Overview
from monitor.casework.reading.query import ListQuery
from monitor.casework.reading.shortfalls import DueCount, ShortfallRow
from monitor.policy.library import load_library

if TYPE_CHECKING:
    from monitor.entitle.institutions import Institutions
    from monitor.reports.evaluation_figures import WorkedOut
    from monitor.reports.premium_screen import ShownGap, ShownPremiums
    from monitor.store.home import Store
    from monitor.store.manifest import RunRecord


@st.cache_resource(show_spinner=False, max_entries=8)
def engine(url: str) -> Engine:
    return open_database(url)


def stamp() -> int:
    """Changes with everything a home is told, so that what is cached of the store under it is never old."""
    return home().manifest.stat().st_mtime_ns


def digest() -> str:
    """Of everything a home was told; empty where there is no home yet."""
    return hashlib.sha256(home().manifest.read_bytes()).hexdigest() if home().manifest.exists() else ""


@st.cache_data(show_spinner=False, max_entries=64)
def overview(url: str, run_id: str, scope: Scope) -> Overview:
    with engine(url).connect() as opened:
        return figures.overview(opened, run_id, scope)


@st.cache_data(show_spinner=False, max_entries=64)
def choices(url: str, run_id: str, scope: Scope) -> Choices:
    with engine(url).connect() as opened:
        return figures.choices(opened, run_id, scope)


@st.cache_data(show_spinner=False, max_entries=256)
def alert_page(url: str, run_id: str, query: ListQuery[Filters]) -> Page[AlertRow]:
    with engine(url).connect() as opened:
        return listing.alert_page(opened, run_id, query)


@st.cache_data(show_spinner=False, max_entries=128)
def aside_page(url: str, run_id: str, query: ListQuery[AsideFilters]) -> Page[AsideRow]:
    with engine(url).connect() as opened:
        return listing.set_aside_page(opened, run_id, query)


@st.cache_data(show_spinner=False, max_entries=128)
def shortfall_page(url: str, run_id: str, query: ListQuery[ShortfallFilters]) -> Page[ShortfallRow]:
    with engine(url).connect() as opened:
        return shortfalls.shortfall_page(opened, run_id, query)


@st.cache_data(show_spinner=False, max_entries=64)
def due_counts(url: str, run_id: str, scope: Scope) -> dict[str, tuple[DueCount, ...]]:
    with engine(url).connect() as opened:
        return {name: shortfalls.counts(opened, run_id, name, scope) for name in ("reason", "category", "district", "month")}


@st.cache_data(show_spinner=False, max_entries=32)
def institutions(url: str, run_id: str, month: str | None, scope: Scope) -> Institutions:
    from monitor.assess.frames import details
    from monitor.entitle.institutions import institutions as figures
    from monitor.entitle.institutions import narrowed
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    known = store.manifest.known(details(store, record.run)["inputs"]["known_at"])
    until = date.fromisoformat(record.as_of)
    return figures(store, known, load_library().get(record.document), *narrowed(month, until.year, until), scope)


@st.cache_data(show_spinner=False, max_entries=16)
def worked_out(url: str, run_id: str, stamp: int) -> WorkedOut:
    from monitor.reports.evaluation_figures import worked_out

    return worked_out(_store(), load_library(), _record(run_id))


@st.cache_data(show_spinner=False, max_entries=32)
def premium_list(url: str, run_id: str, month: date, stamp: int, scope: Scope) -> ShownPremiums:
    from monitor.reports.premium_screen import shown
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    return shown(store, load_library().get(record.document), month, record.trial, scope)


@st.cache_data(show_spinner=False, max_entries=32)
def insurance_gaps(url: str, run_id: str, scope: Scope) -> tuple[ShownGap, ...]:
    from monitor.assess.frames import frame_and_allowance
    from monitor.reports.premium_screen import shown_gaps
    from monitor.store.home import open_store

    store, library = open_store(home()), load_library()
    return shown_gaps(store, *frame_and_allowance(store, library, store.manifest.run(run_id)), scope)


@st.cache_data(show_spinner=False, max_entries=16)
def coverage_months(url: str, run_id: str, stamp: int) -> list[dict[str, str]]:
    from monitor.assess.frames import frame_and_allowance
    from monitor.entitle.gaps import by_month
    from monitor.reports.coverage import month_rows
    from monitor.store.home import open_store

    store, library = open_store(home()), load_library()
    record = store.manifest.run(run_id)
    return month_rows(record, by_month(store, *frame_and_allowance(store, library, record), record))


@st.cache_data(show_spinner=False, max_entries=16)
def coverage_indicators(url: str, run_id: str, stamp: int) -> list[dict[str, str]]:
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


@st.cache_data(show_spinner=False, max_entries=16)
def joins(path: str, digest: str, scope: Scope) -> pairs.JoinList:
    return pairs.join_list(_store(), scope)


@st.cache_data(show_spinner=False, max_entries=16)
def duplicates(path: str, digest: str, scope: Scope) -> pairs.DuplicateList:
    return pairs.duplicate_list(_store(), scope)


def _store() -> Store:
    from monitor.store.home import open_store

    return open_store(home())


def _record(run_id: str) -> RunRecord:
    return _store().manifest.run(run_id)

"""Where the pages get their data: the only cache, and the only place that opens the case database.

A run's results never change once committed, so what is cached under its id, the filters and the viewer's scope stays
true. The list of runs and single people are read anew each time.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Literal

import streamlit as st
from sqlalchemy import Connection, Engine, inspect

from monitor.access.scope import Scope
from monitor.casework import listing, shortfalls
from monitor.casework import overview as figures
from monitor.casework.database import open_database
from monitor.casework.listing import AlertRow, AsideRow, Page, Somebody
from monitor.casework.narrowing import AsideFilters, Filters, Search, ShortfallFilters
from monitor.casework.overview import Choices, Overview, Run
from monitor.casework.shortfalls import DueCount, EntitledRun, ShortfallRow
from monitor.policy.document import Document
from monitor.policy.library import load_library
from monitor.settings import Home, home_from, keys_directory

PAGE_SIZES = (20, 50, 100)


def home() -> Home:
    """The home being served (``serve`` puts it into MONITOR_HOME)."""
    return home_from(None)


@st.cache_resource(show_spinner=False, max_entries=8)
def _engine(url: str) -> Engine:
    return open_database(url)


@contextmanager
def connection() -> Iterator[Connection]:
    """A connection to the home's case database, for reading."""
    with _engine(home().database_url).connect() as opened:
        yield opened


def runs() -> list[Run]:
    """Every run, the newest first; none where there is no case database yet."""
    url = home().database_url
    if url.startswith("sqlite:///") and not os.path.exists(url.removeprefix("sqlite:///")):  # noqa: PTH110
        return []
    with connection() as opened:
        return figures.runs(opened) if inspect(opened).has_table("runs") else []


def overview(run_id: str, scope: Scope) -> Overview:
    return _overview(home().database_url, run_id, scope)


@st.cache_data(show_spinner=False, max_entries=64)
def _overview(url: str, run_id: str, scope: Scope) -> Overview:
    with connection() as opened:
        return figures.overview(opened, run_id, scope)


def choices(run_id: str, scope: Scope) -> Choices:
    return _choices(home().database_url, run_id, scope)


@st.cache_data(show_spinner=False, max_entries=64)
def _choices(url: str, run_id: str, scope: Scope) -> Choices:
    with connection() as opened:
        return figures.choices(opened, run_id, scope)


def alert_page(run_id: str, filters: Filters, sort: str, descending: bool, page: int, size: int, scope: Scope) -> Page[AlertRow]:
    return _alert_page(home().database_url, run_id, filters, sort, descending, page, size, scope)


@st.cache_data(show_spinner=False, max_entries=256)
def _alert_page(
    url: str, run_id: str, filters: Filters, sort: str, descending: bool, page: int, size: int, scope: Scope
) -> Page[AlertRow]:
    with connection() as opened:
        return listing.alert_page(opened, run_id, filters, sort, descending, page, size, scope)


def aside_page(run_id: str, filters: AsideFilters, sort: str, descending: bool, page: int, size: int, scope: Scope) -> Page[AsideRow]:
    return _aside_page(home().database_url, run_id, filters, sort, descending, page, size, scope)


@st.cache_data(show_spinner=False, max_entries=128)
def _aside_page(
    url: str, run_id: str, filters: AsideFilters, sort: str, descending: bool, page: int, size: int, scope: Scope
) -> Page[AsideRow]:
    with connection() as opened:
        return listing.set_aside_page(opened, run_id, filters, sort, descending, page, size, scope)


def alert(alert_id: int, scope: Scope) -> AlertRow | None:
    with connection() as opened:
        return listing.alert(opened, alert_id, scope)


def set_aside_person(row_id: int, scope: Scope) -> AsideRow | None:
    with connection() as opened:
        return listing.set_aside_person(opened, row_id, scope)


def entitled_run(run_id: str) -> EntitledRun | None:
    """The figures of a run's entitlements; None where they have not been worked out. Read anew: they can come later."""
    with connection() as opened:
        return shortfalls.entitled_run(opened, run_id)


def shortfall_page(
    run_id: str, filters: ShortfallFilters, sort: str, descending: bool, page: int, size: int, scope: Scope
) -> Page[ShortfallRow]:
    return _shortfall_page(home().database_url, run_id, filters, sort, descending, page, size, scope)


@st.cache_data(show_spinner=False, max_entries=128)
def _shortfall_page(
    url: str, run_id: str, filters: ShortfallFilters, sort: str, descending: bool, page: int, size: int, scope: Scope
) -> Page[ShortfallRow]:
    with connection() as opened:
        return shortfalls.shortfall_page(opened, run_id, filters, sort, descending, page, size, scope)


def due_counts(run_id: str, scope: Scope) -> dict[str, tuple[DueCount, ...]]:
    """People and shortfall by reason, category, district and month, for a run whose entitlements are there."""
    return _due_counts(home().database_url, run_id, scope)


@st.cache_data(show_spinner=False, max_entries=64)
def _due_counts(url: str, run_id: str, scope: Scope) -> dict[str, tuple[DueCount, ...]]:
    with connection() as opened:
        return {name: shortfalls.counts(opened, run_id, name, scope) for name in ("reason", "category", "district", "month")}


def shortfall_person(row_id: int, scope: Scope) -> ShortfallRow | None:
    with connection() as opened:
        return shortfalls.shortfall_person(opened, row_id, scope)


def work_out_entitlements(run_id: str) -> None:
    """Work out a run's entitlements and show them in the case database. Raises MonitorError, as when somebody else writes."""
    from monitor.entitled import entitled_store

    entitled_store(home(), run_id, load_library())


def looked_up(run_id: str, typed: str) -> Somebody:
    """Anybody by identity number (or psn_no), for the person page; masked. Raises MonitorError where nobody knows them."""
    from monitor.access.hashing import person_hex
    from monitor.access.masking import mask_name, mask_number
    from monitor.assess.explain import person_of_number
    from monitor.assess.frames import frame_of
    from monitor.run import details
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    frame = frame_of(store, load_library(), record, details(store, record.run)["inputs"])
    person = person_hex(int(person_of_number(store, frame, typed)))
    told = explanation(run_id, person)
    who, category = told["person"], told["category"]["id"]
    return Somebody(
        0, run_id, person, mask_name(who["psn_name"]), mask_number(who["certno"]), category, who["insutype"], who["insu_admdvs"],
        who["town"],
    )


def run(run_id: str) -> Run | None:
    with connection() as opened:
        return figures.run(opened, run_id)


def document(document_id: str) -> Document | None:
    """The encoded document a run was made under, or None where this program does not have it any more."""
    return load_library().documents.get(document_id)


def search_for(kind: Literal["certno", "last4", "name"], text: str) -> Search | None:
    """What was typed as a keyed blind index; None for nothing typed. Raises StoreError where the keys are missing.

    Numbers are brought to the form intake keeps: half width, no blanks, upper-case X.
    """
    typed = "".join(unicodedata.normalize("NFKC", text).split())
    if not typed:
        return None
    return Search(kind, _blind_index(kind, typed.upper() if kind != "name" else typed))


def _blind_index(kind: Literal["certno", "last4", "name"], text: str) -> str:
    from monitor.access.hashing import blind_index
    from monitor.access.keys import load
    from monitor.errors import StoreError
    from monitor.store.manifest import read

    manifest = read(home().manifest)
    if manifest is None:
        raise StoreError("数据目录还没有数据，无法查找；请先执行 monitor import settlements")
    return blind_index(load(keys_directory(), manifest.home).hash, kind, text)


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


def explanation(run_id: str, person: str) -> dict[str, Any]:
    """How one person of a run was judged, as JSON (never cached: it holds the name, the number, every settlement).

    ``person`` is the key as the case database writes it. Raises MonitorError where the store no longer has the run.
    """
    # Only this page needs the engine; the others start without it.
    from monitor.assess.explain import explain
    from monitor.assess.frames import frame_of
    from monitor.entitle.telling import tell
    from monitor.run import details
    from monitor.store.home import open_store

    store = open_store(home())
    record = store.manifest.run(run_id)
    inputs = details(store, record.run)["inputs"]
    frame, key = frame_of(store, load_library(), record, inputs), Decimal(int(person, 16))
    return {**explain(store, frame, key), "entitlement": tell(store, frame, inputs["provisional_allowed"], key)}
